"""One bad input: what is given, and what must come of it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.error_codes import Code

GOOD: Final = {"region": "eu-west-1", "account_id": "123456789012"}
# Nobody listens there: what is taken for good gets no further than to this.
NOWHERE: Final = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_MAX_ATTEMPTS": "1",
    "NO_COLOR": "1",
}
_ENDS: Final = {Code.USAGE: 2, Code.DEFECT: 4}
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Bad:
    """A command, the files around it, and the code and words of the sentence that it must end in.

    `{here}` in an argument is the folder.
    """

    arguments: tuple[str, ...]
    code: Code
    says: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


def check(bad: Bad, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the input to the command in a folder; assert that it ends as it must."""
    (here / "good.json").write_text(json.dumps(GOOD))
    for name, content in bad.files.items():
        file = here / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.chdir(here)
    for name in ("STACKPROOF_OUTPUTS", "STACKPROOF_PROFILE", "STACKPROOF_WAIVERS", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**NOWHERE, **bad.environment}.items():
        monkeypatch.setenv(name, value)
    before = _contents(here)
    arguments = [argument.replace("{here}", str(here)) for argument in bad.arguments]
    ended = CliRunner().invoke(main, arguments)
    told = ended.stderr
    assert (ended.exit_code, bad.says in _flat(told)) == (_ENDS.get(bad.code, 3), True), told
    assert _codes(told) == {bad.code}, told
    assert ended.stdout == ""
    assert "Traceback" not in told
    assert max(map(len, told.splitlines())) <= _LONGEST
    # What a name or value holds turns no terminal over.
    assert not [c for c in told if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")]
    assert _contents(here) == before


def _flat(told: str) -> str:
    return " ".join(told.split())


def _codes(told: str) -> set[str]:
    return set(re.findall(r"\[(SP\d+)\]", told))


def _contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }
