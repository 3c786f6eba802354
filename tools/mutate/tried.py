"""Try a mutation: the tests nearest to it first, and all of them before it is called unnoticed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from time import monotonic
from typing import Final

from tools.mutate.places import Mutation

ALL: Final = ["tests/unit", "--ignore", "tests/unit/infra", "-n", "auto"]
# What stands at the end of a wire is looked at through it.
_BY_WIRE: Final = {"policy_pack": "tests/integration/test_policy_pack_server.py"}
_ID: Final = re.compile(r'^\s+id="([a-z0-9-]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutation, whether a test noticed it, after how many seconds, and what it changed."""

    mutation: Mutation
    noticed: bool
    seconds: float
    diff: str


def try_(mutation: Mutation, root: Path, patience: float) -> Tried:
    """Change the file in a copy of the checkout, run tests until one fails, change it back.

    A loop that a mutation made endless counts as noticed after `patience` seconds: whoever runs
    the tests waits.
    """
    file = root / mutation.file
    code = file.read_text("utf-8")
    changed = mutation.applied(code)
    began = monotonic()
    file.write_text(changed, "utf-8")
    try:
        noticed = any(failure(tests, root, patience) for tests in _tests(mutation.file, code, root))
    finally:
        file.write_text(code, "utf-8")
    diff = unified_diff(code.splitlines(), changed.splitlines(), str(mutation.file), n=0)
    return Tried(mutation, noticed, monotonic() - began, "\n".join(list(diff)[2:]))


def _tests(file: Path, code: str, root: Path) -> Iterator[list[str]]:
    """Give which tests are run, those that look at the file by its name first."""
    unit = root / "tests" / "unit"
    inner = file.relative_to("stackproof")
    stem = file.stem.strip("_")
    named = sorted(unit.rglob(f"test_{stem}*.py"))
    if named:
        yield [str(path.relative_to(root)) for path in named]
    if inner.parts[0] == "controls" and (ids := _ID.findall(code)):
        yield ["tests/unit/controls", "-k", " or ".join(ids)]
    room = unit / inner.parts[0]
    if room.is_dir():
        yield [str(room.relative_to(root)), "-n", "auto"]
    if inner.parts[0] in _BY_WIRE:
        yield [_BY_WIRE[inner.parts[0]]]
    yield ALL


def failure(tests: list[str], root: Path, patience: float | None = None) -> str | None:
    """Say how one of some tests fails, or that they take too long; None when all pass."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        ended = subprocess.run(
            command,
            cwd=root,
            # Before the checkout that the environment was made for.
            env={**os.environ, "PYTHONPATH": str(root)},
            capture_output=True,
            check=False,
            timeout=patience,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {patience:.0f} s"
    # 5: none of the tests is called so.
    return None if ended.returncode in (0, 5) else ended.stdout.decode("utf-8", "replace")
