"""Whatever legal settings a stack has, the suite judges it by them, and by nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.variations.changes import FIXED, MOOT
from tests.variations.stacks import Variation, deployed


def problems(blueprint: str, changed: frozenset[str], tried: Iterable[str]) -> list[str]:
    """Deploy a stack with changed settings; say what is red there, and what nobody notices.

    `tried` are those of the changed settings that are made untrue, one after the other.
    """
    with (
        tempfile.TemporaryDirectory(prefix="stackproof-") as folder,
        deployed(blueprint, changed, Path(folder)) as stack,
    ):
        done = stack.suite()
        if done.code:
            return [f"the suite ends with {done.code} on {sorted(changed)}\n{done.printed[-6000:]}"]
        # What is said here runs nowhere else: the suite must notice when it doesn't run.
        told = stack.outputs.settings
        moot = {s for s, (other, value) in MOOT.items() if told.get(other) == value}
        decides = sorted({*tried} - moot)
        return [f"{s} decides nothing" for s in decides if not _noticed(stack, s)]


def _noticed(stack: Variation, setting: str) -> bool:
    """Tell whether the suite fails when outputs say another value of a setting than runs.

    And when AWS has another than they say, where that can be changed.
    """
    if not stack.lying(setting).red():
        return False
    if setting in FIXED:
        return True
    with stack.changed(setting) as elsewhere:
        return elsewhere.red()
