"""What other tools ask of stacks, and which of our controls ask it.

Each entry of `demands` is a demand that a public catalogue has: `right` is a stack that keeps it,
`wrong` are changes to it that don't. Every control that is named must pass the one and fail for
one of the others; `in_part` says what of the demand nobody asks, and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from stackproof.controls import judge
from stackproof.model import Fail, Outcome, Pass
from stackproof.model.cases import Form, build
from stackproof.model.stack import Sight
from tests.unit.controls.declared import given, read

FOLDER = Path(__file__).with_name("demands")
DEMANDS = [demand for file in sorted(FOLDER.glob("*.yaml")) for demand in read(file)]

Declared = Mapping[str, Mapping[str, Any]]


def test_the_first_sixty_are_answered() -> None:
    assert sorted(demand["rank"] for demand in DEMANDS) == list(range(1, 61))


def changed(right: Declared, wrong: Mapping[str, Any]) -> Declared:
    """Give the right stack with changes: `null` takes a resource or a property away."""
    of = {name: {**right.get(name, {}), **(wrong.get(name) or {})} for name in {**right, **wrong}}
    return {
        name: {key: value for key, value in properties.items() if value is not None}
        for name, properties in of.items()
        if wrong.get(name, properties) is not None
    }


def outcomes(demand: Mapping[str, Any], declared: Declared) -> Iterator[tuple[str, Outcome]]:
    _, stack = build(given(declared, Sight(demand.get("sight", "live"))), Form.KNOWN)
    for finding in judge(stack):
        if finding.control.id in demand["controls"]:
            yield finding.control.id, finding.outcome


@pytest.mark.parametrize("demand", DEMANDS, ids=lambda demand: demand["rank"])
def test_the_controls_ask_it(demand: Mapping[str, Any]) -> None:
    named, right = set(demand["controls"]), list(outcomes(demand, demand["right"]))
    assert [(id_, outcome) for id_, outcome in right if isinstance(outcome, Fail)] == []
    assert {id_ for id_, outcome in right if isinstance(outcome, Pass)} == named
    failing = [
        {id_ for id_, outcome in outcomes(demand, declared) if isinstance(outcome, Fail)}
        for declared in (changed(demand["right"], wrong) for wrong in demand["wrong"])
    ]
    assert [w for w, met in zip(demand["wrong"], failing, strict=True) if not met] == []
    assert set().union(*failing) == named
