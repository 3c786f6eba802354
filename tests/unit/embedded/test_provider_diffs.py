from __future__ import annotations

import json

import pytest
from pulumi.runtime.proto import provider_pb2

from stackproof.embedded.provider.wire import UNKNOWN_STRING
from tests.unit.embedded.provider_world import Engine

NONE, SOME = provider_pb2.DiffResponse.DIFF_NONE, provider_pb2.DiffResponse.DIFF_SOME
KINDS = provider_pb2.PropertyDiff.Kind
GENERATED = "thing-0a1b2c3"


def test_equal_inputs_are_no_change(engine: Engine) -> None:
    told = engine.diff({"name": "a", "delaySeconds": 1}, {"name": "a", "delaySeconds": 1})
    assert (told.changes, list(told.diffs), dict(told.detailedDiff)) == (NONE, [], {})


def test_a_policy_written_differently_is_no_change(engine: Engine) -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    told = engine.diff(
        {"policy": json.dumps(policy)}, {"policy": json.dumps(policy, indent=2, sort_keys=True)}
    )
    assert told.changes == NONE


def test_a_change_is_named_down_to_the_tag(engine: Engine) -> None:
    told = engine.diff(
        {"delaySeconds": 1, "tags": {"A": "1", "b:c": "2", "Same": "x"}},
        {"delaySeconds": 2, "tags": {"A": "3", "D": "4", "Same": "x"}},
    )
    assert (told.changes, list(told.replaces)) == (SOME, [])
    assert list(told.diffs) == ["delaySeconds", "tags"]
    assert {path: KINDS.Name(diff.kind) for path, diff in told.detailedDiff.items()} == {
        "delaySeconds": "UPDATE",
        "tags.A": "UPDATE",
        "tags.D": "ADD",
        'tags["b:c"]': "DELETE",
    }


@pytest.mark.parametrize("value", [True, UNKNOWN_STRING])
def test_what_cannot_be_changed_replaces(engine: Engine, value: object) -> None:
    told = engine.diff({"name": GENERATED}, {"name": GENERATED, "fifoQueue": value})
    assert list(told.replaces) == ["fifoQueue"]
    assert KINDS.Name(told.detailedDiff["fifoQueue"].kind) == "ADD_REPLACE"
    assert not told.deleteBeforeReplace


def test_a_value_not_known_yet_is_a_change(engine: Engine) -> None:
    told = engine.diff({"tags": {"A": "1"}}, {"tags": {"A": UNKNOWN_STRING}})
    assert (list(told.diffs), list(told.replaces)) == (["tags"], [])


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        ("chosen", "chosen", True),
        (GENERATED, GENERATED, False),
        ("chosen", "another", False),
        ("chosen", UNKNOWN_STRING, False),
    ],
)
def test_a_chosen_name_must_be_free_before_it_is_taken_again(
    engine: Engine, old: str, new: str, first: bool
) -> None:
    told = engine.diff({"name": old}, {"name": new, "fifoQueue": True})
    assert "fifoQueue" in told.replaces
    assert told.deleteBeforeReplace is first


def test_a_resource_does_not_move_between_regions(engine: Engine) -> None:
    told = engine.diff({}, {"region": "us-west-2"}, {"region": "us-east-1"})
    assert list(told.replaces) == ["region"]
    told = engine.diff({"region": "us-west-2"}, {}, {"region": "us-west-2"})
    assert list(told.replaces) == ["region"]


def test_a_resource_without_a_region_goes_where_its_provider_goes(engine: Engine) -> None:
    assert engine.diff({}, {}, {"region": "us-east-1"}).changes == NONE
    engine.configure(region="eu-west-1")
    assert list(engine.diff({}, {}, {"region": "us-east-1"}).replaces) == ["region"]


def test_a_region_that_is_only_spelled_out_is_no_change(engine: Engine) -> None:
    assert engine.diff({}, {"region": "us-east-1"}, {"region": "us-east-1"}).changes == NONE
