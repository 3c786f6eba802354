"""Whatever legal settings a stack has, the suite judges it by them: all combinations of two."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.variations.changes import FIXED, MOOT
from tests.variations.choices import CHOICES
from tests.variations.covering import rows
from tests.variations.lies import lie
from tests.variations.stacks import Variation, deployed

ROWS = [
    pytest.param(blueprint, row, id=f"{blueprint}-{number}")
    for blueprint, choices in CHOICES.items()
    for number, row in enumerate(rows(list(choices.others)))
]


@pytest.mark.parametrize(("blueprint", "changed"), ROWS)
def test_suite_judges_a_stack_by_its_own_settings(
    blueprint: str, changed: frozenset[str], tmp_path: Path
) -> None:
    with deployed(blueprint, changed, tmp_path) as stack:
        done = stack.suite()
        assert done.returncode == 0, f"{sorted(changed)}\n{done.stdout[-6000:]}"
        # What is said here runs nowhere else: the suite must notice when it doesn't run.
        told = json.loads(stack.outputs.read_text())["settings"]
        moot = {s for s, (other, value) in MOOT.items() if told.get(other) == value}
        decides = sorted(changed - moot)
        silent = [setting for setting in decides if not noticed(stack, setting)]
    assert silent == []


def noticed(stack: Variation, setting: str) -> bool:
    """Tell whether the suite fails when outputs say another value of a setting than runs.

    And when AWS has another than they say, where that can be changed.
    """
    running = json.loads(stack.outputs.read_text())["settings"][setting]
    told = stack.told(setting, lie(running))
    if stack.suite("-x", f"--outputs={told}", *stack.own).returncode != 1:
        return False
    if setting in FIXED:
        return True
    with stack.changed(setting) as elsewhere:
        return elsewhere.suite("-x", *stack.own).returncode == 1
