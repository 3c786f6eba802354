"""A stack of other settings than the repository's, by a fixed seed; `make mutate-live` has all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.variations.choices import CHOICES
from tests.variations.covering import rows
from tests.variations.stacks import deployed
from tests.variations.test_variations import noticed

SEED = 9
# The smallest systems: the others' variations take a minute each.
SAMPLED = ("tap", "serverless")


@pytest.fixture
def reached() -> None:
    """These stacks have an AWS of their own."""


@pytest.mark.parametrize("blueprint", SAMPLED)
def test_suite_judges_a_stack_by_its_own_settings(blueprint: str, tmp_path: Path) -> None:
    chosen = random.Random(SEED)
    changed = chosen.choice(rows(list(CHOICES[blueprint].others)))
    with deployed(blueprint, changed, tmp_path) as stack:
        done = stack.suite()
        assert done.returncode == 0, done.stdout[-4000:]
        setting = chosen.choice(sorted(changed - {"backup_region"}))
        assert noticed(stack, setting), setting
