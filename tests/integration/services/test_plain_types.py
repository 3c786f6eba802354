"""What the table of plain types does for every entry: refuse by name what AWS would not get."""

from __future__ import annotations

import json

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import SFN_ACTIVITY, SFN_STATE_MACHINE
from tests.integration.services.roundtrip import World

ROLE = "arn:aws:iam::123456789012:role/anyone"
DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


def test_property_that_no_operation_takes_is_refused_by_name(world: World) -> None:
    with pytest.raises(EmbeddedError, match=r"^loops of aws:sfn/activity:Activity is not avail"):
        world.make(SFN_ACTIVITY, loops=3)


def test_nested_property_that_no_operation_takes_is_refused_by_its_path(world: World) -> None:
    with pytest.raises(EmbeddedError, match=r"^logging_configuration.colour of aws:sfn/state"):
        world.make(
            SFN_STATE_MACHINE,
            role_arn=ROLE,
            definition=DEFINITION,
            logging_configuration={"level": "OFF", "colour": "red"},
        )


def test_two_values_where_aws_takes_one_are_refused(world: World) -> None:
    with pytest.raises(EmbeddedError, match=r"tracing_configuration takes one value, and was"):
        world.make(
            SFN_STATE_MACHINE,
            role_arn=ROLE,
            definition=DEFINITION,
            tracing_configuration=[{"enabled": True}, {"enabled": False}],
        )


def test_property_that_aws_keeps_cannot_be_taken_away(world: World) -> None:
    made = world.make(SFN_STATE_MACHINE, role_arn=ROLE, definition=DEFINITION)
    with pytest.raises(EmbeddedError, match=r"^role_arn of aws:sfn/stateMachine:StateMachine cann"):
        world.change(made, role_arn=None)


def test_prefix_gets_a_unique_ending(world: World) -> None:
    made = world.make(SFN_STATE_MACHINE, name_prefix="few-", role_arn=ROLE, definition=DEFINITION)
    assert made["name"].startswith("few-")
    assert made["name"] != "few-"
    assert made.id.endswith(made["name"])
