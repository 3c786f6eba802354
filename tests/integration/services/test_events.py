"""EventBridge rules and targets: made, changed, read back, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.model import Stack
from stackproof.types.tokens import EVENT_RULE, EVENT_TARGET
from tests.integration.services.roundtrip import (
    TAGS,
    Made,
    World,
    assert_gone,
    assert_shown,
    found,
)

HIDDEN = ("force_destroy",)


def pattern(state: str) -> str:
    return json.dumps({"source": ["aws.codepipeline"], "detail": {"state": [state]}})


def rule(world: World, **more: Any) -> Made:
    return world.make(EVENT_RULE, event_pattern=pattern("FAILED"), tags=TAGS, **more)


def test_rule_shows_what_was_declared_and_changed(world: World) -> None:
    made = rule(world, description="Failed pipelines")
    assert_shown(world, made, hidden=HIDDEN)
    world.change(made, event_pattern=pattern("STOPPED"), state="DISABLED", tags={**TAGS, "M": "1"})
    assert_shown(world, made, hidden=HIDDEN)
    world.change(made, description=None, tags=TAGS)
    assert_shown(world, made, hidden=HIDDEN)
    assert_gone(world, made)


def test_schedule_shows_what_was_declared(world: World) -> None:
    made = world.make(EVENT_RULE, schedule_expression="rate(5 minutes)", tags=TAGS)
    assert_shown(world, made, hidden=HIDDEN)
    assert made["state"] == "ENABLED"


def test_rule_of_another_bus_is_found_by_its_arn(world: World) -> None:
    world.cloud.client("events").create_event_bus(Name="orders")
    made = rule(world, event_bus_name="orders")
    assert made.id == f"orders/{made['name']}"
    assert_shown(world, made, hidden=HIDDEN)
    target = world.make(
        EVENT_TARGET,
        rule=made["name"],
        event_bus_name="orders",
        target_id="topic",
        arn=world.cloud.arn("sns", "alarms"),
    )
    assert target.id == f"orders-{made['name']}-topic"
    assert_shown(world, target, hidden=HIDDEN)
    assert_gone(world, target)
    assert_gone(world, made)


def test_target_shows_what_was_declared_and_changed(world: World) -> None:
    of = rule(world)
    made = world.make(
        EVENT_TARGET,
        rule=of["name"],
        arn=world.cloud.arn("sns", "alarms"),
        input_transformer={
            "input_paths": {"pipeline": "$.detail.pipeline", "detailType": "$.detail-type"},
            "input_template": '"<pipeline>: <detailType>"',
        },
        dead_letter_config={"arn": world.cloud.arn("sqs", "dead-letters")},
        retry_policy={"maximum_retry_attempts": 3, "maximum_event_age_in_seconds": 600},
    )
    assert_shown(world, made, hidden=HIDDEN)
    world.change(made, input_transformer=None, input=json.dumps({"text": "failed"}))
    assert_shown(world, made, hidden=HIDDEN)
    shown: Any = world.read(made)
    assert shown.data["input_transformer"] is None
    assert_gone(world, made)


@pytest.mark.parametrize(
    "settings",
    [
        {"sqs_target": {"message_group_id": "all"}},
        {"kinesis_target": {"partition_key_path": "$.id"}},
        {"http_target": {"header_parameters": {"X-Team": "ops"}, "path_parameter_values": ["a"]}},
        {"batch_target": {"job_definition": "job:1", "job_name": "job", "job_attempts": 2}},
        {"run_command_targets": [{"key": "tag:Name", "values": ["web"]}]},
        {
            "ecs_target": {
                "task_definition_arn": "arn:aws:ecs:us-east-1:123456789012:task-definition/a:1",
                "task_count": 1,
                "launch_type": "FARGATE",
                "enable_ecs_managed_tags": True,
                "network_configuration": {"subnets": ["subnet-1"], "assign_public_ip": False},
                "tags": {"Team": "ops"},
            }
        },
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_settings_of_each_kind_of_target_are_shown(world: World, settings: dict[str, Any]) -> None:
    of = rule(world)
    arn = world.cloud.arn("sqs", "any")
    made = world.make(EVENT_TARGET, rule=of["name"], arn=arn, **settings)
    assert_shown(world, made, hidden=HIDDEN)


def test_rule_is_found_by_its_tags_alone(world: World) -> None:
    made = rule(world)
    alone = World(world.cloud)
    alone.made.append(Made(EVENT_RULE, made.name, "unknown", {}, {}))
    stack: Stack = alone.snapshot().stack()
    assert found(stack, made).data["tags"] == TAGS
