"""Schedules and their groups: made, changed, read back, deleted."""

from __future__ import annotations

from stackproof.types.tokens import SCHEDULER_SCHEDULE, SCHEDULER_SCHEDULE_GROUP
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown

ROLE = "arn:aws:iam::123456789012:role/scheduler"


def test_schedule_shows_what_was_declared_and_changed(world: World) -> None:
    queue = world.make("aws:sqs/queue:Queue")
    target = {"arn": queue["arn"], "role_arn": ROLE, "input": "{}"}
    made = world.make(
        SCHEDULER_SCHEDULE,
        flexible_time_window={"mode": "OFF"},
        schedule_expression="rate(1 hour)",
        target={**target, "retry_policy": {"maximum_retry_attempts": 3}},
    )
    assert made.id == f"default/{made['name']}"
    assert_shown(world, made)
    world.change(
        made,
        flexible_time_window={"mode": "FLEXIBLE", "maximum_window_in_minutes": 5},
        schedule_expression="cron(0 12 * * ? *)",
        schedule_expression_timezone="Europe/Berlin",
        state="DISABLED",
        target=target,
    )
    assert_shown(world, made)
    assert_gone(world, made)


def test_schedule_in_a_group_runs_a_task(world: World) -> None:
    group = world.make(SCHEDULER_SCHEDULE_GROUP, tags=TAGS)
    assert group["state"] == "ACTIVE"
    assert_shown(world, group)
    made = world.make(
        SCHEDULER_SCHEDULE,
        group_name=group["name"],
        flexible_time_window={"mode": "OFF"},
        schedule_expression="rate(1 day)",
        target={
            "arn": "arn:aws:ecs:us-east-1:123456789012:cluster/main",
            "role_arn": ROLE,
            "ecs_parameters": {
                "task_definition_arn": "arn:aws:ecs:us-east-1:123456789012:task-definition/t:1",
                "launch_type": "FARGATE",
                "network_configuration": {"subnets": ["subnet-1"], "assign_public_ip": True},
                "tags": {"Kind": "nightly"},
            },
        },
    )
    assert_shown(world, made)
    world.change(group, tags={"More": "1"})
    tags = world.cloud.client("scheduler").list_tags_for_resource(ResourceArn=group["arn"])["Tags"]
    assert tags == [{"Key": "More", "Value": "1"}]
    assert_gone(world, made)
    assert_gone(world, group)
