"""State machines and activities: made, changed, read back, deleted."""

from __future__ import annotations

import json

from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Cause, Unknown
from stackproof.types.tokens import SFN_ACTIVITY, SFN_STATE_MACHINE
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, found

ROLE = "arn:aws:iam::123456789012:role/anyone"


def definition(end: str) -> str:
    return json.dumps({"StartAt": end, "States": {end: {"Type": "Succeed"}}})


def test_machine_shows_what_was_declared_and_changed(world: World) -> None:
    group = world.make("aws:cloudwatch/logGroup:LogGroup", name="/machine")
    made = world.make(
        SFN_STATE_MACHINE,
        definition=definition("Done"),
        role_arn=ROLE,
        type="EXPRESS",
        logging_configuration={
            "include_execution_data": True,
            "level": "ALL",
            "log_destination": f"{group['arn']}:*",
        },
        tracing_configuration={"enabled": True},
        tags=TAGS,
    )
    assert made["status"] == "ACTIVE"
    assert made["arn"].endswith(f":stateMachine:{made['name']}")
    assert_shown(world, made)
    world.change(made, definition=definition("Over"), tags={**TAGS, "More": "1"})
    assert_shown(world, made)
    world.change(made, logging_configuration=None, tracing_configuration=None, tags=TAGS)
    assert_shown(world, made)
    assert_gone(world, made)


def test_activity_shows_what_was_declared_and_tagged(world: World) -> None:
    made = world.make(SFN_ACTIVITY, tags=TAGS)
    assert_shown(world, made)
    world.change(made, tags={**TAGS, "More": "1"})
    assert_shown(world, made)
    assert_gone(world, made)


def test_machine_whose_description_is_denied_is_there_and_unknown(
    world: World, server: Server
) -> None:
    made = world.make(SFN_STATE_MACHINE, definition=definition("Done"), role_arn=ROLE, tags=TAGS)
    inject(server, Fault("deny", service="stepfunctions", operation="DescribeStateMachine"))
    try:
        shown = found(world.snapshot().stack(), made)
    finally:
        clear(server)
    hidden = shown.data["logging_configuration"]
    assert isinstance(hidden, Unknown)
    assert hidden.cause is Cause.ACCESS_DENIED
    assert shown.data["tags"] == TAGS
