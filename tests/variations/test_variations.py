"""Whatever legal settings a stack has, the suite judges it by them: all combinations of two."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.variations.choices import CHOICES
from tests.variations.covering import rows
from tests.variations.stacks import deployed

ROWS = [
    pytest.param(blueprint, row, id=f"{blueprint}-{number}")
    for blueprint, choices in CHOICES.items()
    for number, row in enumerate(rows(list(choices.others)))
]


@pytest.mark.parametrize(("blueprint", "changed"), ROWS)
def test_suite_is_green(blueprint: str, changed: frozenset[str], tmp_path: Path) -> None:
    with deployed(blueprint, changed, tmp_path) as stack:
        done = stack.suite()
    assert done.returncode == 0, f"{sorted(changed)}\n{done.stdout[-6000:]}"
