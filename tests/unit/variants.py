"""The catalogue's cases as pytest's parameters: an item a control, which walks its variants.

An item a variant would be 12,000 items, and to hand one out costs more than to judge it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from stackproof.controls import catalogue
from stackproof.model import Control
from stackproof.model.cases import Given, mutated


def controls(having: Callable[[Control], object] = bool) -> pytest.MarkDecorator:
    """Let a test run once for each control of which `having` holds."""
    chosen = [control for control in catalogue().values() if having(control)]
    return pytest.mark.parametrize("control", chosen, ids=lambda control: control.id)


def controls_with(*kinds: str) -> pytest.MarkDecorator:
    """Let a test run once for each control that has cases of one of these kinds."""
    return controls(lambda control: any(getattr(control.cases, kind) for kind in kinds))


def variants(control: Control, *kinds: str) -> Iterator[tuple[str, Given]]:
    """Give the examples of a control that are of these kinds, each with what it is called."""
    for kind in kinds:
        for number, variant in enumerate(getattr(control.cases, kind)):
            yield f"{kind} {number}", mutated(control.cases.passing, variant)
