"""What the stack names and others' tags claim is said: at every entrance, of every type."""

from __future__ import annotations

import pytest

from stackproof.model import Fail, Resource
from stackproof.parity.accounting import Status, account
from stackproof.parity.drift import compare
from stackproof.parity.naming import Source, named
from stackproof.parity.twins import Reach
from stackproof.sights.live.readers import readers
from stackproof.types.table import tagged
from tests.unit.parity.made import ACCOUNT, held, state

OWN = {"Project": "shop", "Environment": "prod"}
OTHER = {"Project": "platform", "Environment": "prod"}
READ = sorted({type_ for reader in readers() for type_ in reader.types} & tagged().keys())


def live(type_: str) -> Resource:
    return Resource({"tags": OTHER}, type=type_, name="it", id="it-1")


@pytest.mark.parametrize("type_", READ)
def test_tags_of_what_the_state_names_have_drifted(type_: str) -> None:
    known = held(type_, "it-1")
    there = Resource({"tags": OTHER}, type=type_, name="it", id="it-1", urn=known.urn)
    found = compare(state(known, inputs={"it-1": {"tags": OWN}}), [there])
    (said,) = found.findings
    assert said.facet == "tags"
    assert isinstance(said.outcome, Fail)
    assert "platform" in str(said.outcome.actual)


@pytest.mark.parametrize("type_", READ)
def test_what_outputs_name_is_counted_and_named(type_: str) -> None:
    made = account(
        named(None, ["it-1"], (), ACCOUNT),
        [],
        Reach(frozenset(READ), frozenset(READ)),
        gaps={},
        answers={},
        foreign=[live(type_)],
        own_tags=OWN,
        called=["it-1"],
    )
    (entry,) = made.entries
    assert (entry.status, entry.source) == (Status.FOREIGN, Source.OUTPUTS)
    assert entry.why == "it is tagged Project: platform"
    assert made.disputed.startswith("1 of 1 resources is named by the stack and tagged as another")


def test_what_the_stack_only_points_to_is_nobodys_dispute() -> None:
    made = account(
        [], [], Reach(frozenset(), frozenset()), gaps={}, answers={}, foreign=[live("x")]
    )
    assert made.entries[0].why == "the stack only points to it"
    assert made.disputed == ""
