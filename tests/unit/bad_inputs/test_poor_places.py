"""Places where nothing can be written: a checkout that is only read, a user without a home."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from stackproof.error_codes import Code
from tests.unit.bad_inputs.bad import Bad, check

_STACKPROOF: Final = str(Path(sys.executable).with_name("stackproof"))
# Whoever may ignore permissions (root) gives that up: PR_CAPBSET_DROP, CAP_DAC_OVERRIDE and
# CAP_DAC_READ_SEARCH of linux/prctl.h and linux/capability.h.
_DROP, _CAPABILITIES = 24, (1, 2)
_URN: Final = "urn:pulumi:dev::shop::aws:sqs/queue:Queue::orders"
_QUEUE: Final = {
    "urn": _URN,
    "type": "aws:sqs/queue:Queue",
    "custom": True,
    "id": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
    "outputs": {"arn": "arn:aws:sqs:eu-west-1:123456789012:orders", "name": "orders"},
}
_FILES: Final[Mapping[str, str]] = {
    "Pulumi.yaml": "name: shop\nruntime: python\n",
    "state.json": json.dumps({"version": 3, "deployment": {"resources": [_QUEUE]}}),
    "stackproof.yaml": "nightly: {history: kept, stacks: [{name: shop, state: state.json}]}\n",
}
_STATE: Final = ("verify", "--only", "state", "--state", "state.json")


def _permitted() -> None:
    if os.getuid() == 0:
        prctl = ctypes.CDLL(None).prctl
        for capability in _CAPABILITIES:
            prctl(_DROP, capability)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a project's folder in which nobody may write."""
    folder = tmp_path_factory.mktemp("checkout")
    for name, content in _FILES.items():
        (folder / name).write_text(content)
    folder.chmod(0o555)
    return folder


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, by a user who may write nowhere but where all may."""
    return subprocess.run(
        [_STACKPROOF, *arguments],
        cwd=folder,
        env={"PATH": os.defpath, "HOME": "/proc/nowhere"},
        preexec_fn=_permitted,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (_STATE, 1, "failed: the stack is not what it claims"),
        (("controls",), 0, "sqs-queue-dead-letters"),
        (("config",), 0, "controls:"),
        (("embedded", "status"), 3, ""),
        (("embedded", "run", "--", "true"), 0, ""),
    ],
)
def test_what_only_reads_needs_no_place_to_write(
    arguments: tuple[str, ...], code: int, words: str, checkout: Path
) -> None:
    ended = _run(checkout, *arguments)
    assert ended.returncode == code
    assert "rror" not in ended.stderr
    assert words in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((*_STATE, "--report", "report.html"), Code.UNWRITABLE),
        ((*_STATE, "--log-file", "calls.jsonl"), Code.UNWRITABLE),
        (("baseline",), Code.UNWRITABLE),
        (("nightly",), Code.HISTORY),
        (("new", "control", "our-rule"), Code.UNWRITABLE),
        (("deploy", "dev"), Code.UNWRITABLE),
        (("embedded", "start"), Code.UNWRITABLE),
    ],
)
def test_what_writes_says_where_it_cannot(
    arguments: tuple[str, ...], code: Code, checkout: Path
) -> None:
    ended = _run(checkout, *arguments)
    # What a night found is told all the same, and is worse.
    assert ended.returncode == (1 if arguments == ("nightly",) else 3), ended.stderr
    assert f"[{code}]" in ended.stderr
    assert sorted(path.name for path in checkout.iterdir()) == sorted(_FILES)


@pytest.mark.parametrize("place", ["/proc/nowhere", "{here}/good.json", "{here}/good.json/below"])
@pytest.mark.parametrize("variable", ["XDG_STATE_HOME", "HOME"])
def test_state_that_can_be_kept_nowhere_is_said(
    variable: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    home = {variable: place.replace("{here}", str(tmp_path))}
    bad = Bad(("embedded", "start"), Code.UNWRITABLE, "XDG_STATE_HOME", environment=home)
    check(bad, tmp_path, monkeypatch)
