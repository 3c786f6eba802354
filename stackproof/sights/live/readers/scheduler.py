"""Schedules, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake, tag_map
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import SCHEDULER_SCHEDULE

_RENAME = {
    "capacity_provider_strategy": "capacity_provider_strategies",
    "event_bridge_parameters": "eventbridge_parameters",
    "pipeline_parameter_list": "pipeline_parameters",
    "placement_strategy": "placement_strategies",
    "sage_maker_pipeline_parameters": "sagemaker_pipeline_parameters",
}
_DESCRIBED = (
    "description",
    "flexible_time_window",
    "kms_key_arn",
    "schedule_expression",
    "schedule_expression_timezone",
    "target",
)


def _described(schedule: Item) -> dict[str, Any]:
    return {
        "description": schedule.get("Description") or None,
        "flexible_time_window": snake(schedule["FlexibleTimeWindow"]),
        "kms_key_arn": schedule.get("KmsKeyArn") or None,
        "schedule_expression": schedule["ScheduleExpression"],
        "schedule_expression_timezone": schedule.get("ScheduleExpressionTimezone", "UTC"),
        "target": _target(snake(schedule["Target"], _RENAME)),
    }


def _target(target: dict[str, Any]) -> dict[str, Any]:
    task = target.get("ecs_parameters")
    if not task:
        return target
    vpc = (task.get("network_configuration") or {}).get("awsvpc_configuration")
    if vpc:
        public = vpc.get("assign_public_ip") == "ENABLED"
        task = {**task, "network_configuration": {**vpc, "assign_public_ip": public}}
    if "tags" in task:
        task = {**task, "tags": tag_map(task["tags"], "key", "value")}
    return {**target, "ecs_parameters": task}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    schedule = details["schedule"]
    if schedule is None:
        return  # deleted since it was listed
    hidden = isinstance(schedule, Unknown)
    data = {
        **(dict.fromkeys(_DESCRIBED, schedule) if hidden else _described(schedule)),
        "group_name": item["GroupName"],
        "name": item["Name"],
        "state": item["State"],
    }
    id_ = f"{item['GroupName']}/{item['Name']}"
    yield shown(scope, SCHEDULER_SCHEDULE, id_, data, arn=item["Arn"], name=item["Name"])


READERS = (
    Reader(
        types=(SCHEDULER_SCHEDULE,),
        listing=Ask("scheduler", "ListSchedules", "Schedules"),
        get_parameters=lambda id_, state: {"GroupName": id_.partition("/")[0]},
        key=lambda item, scope: Key(
            f"{item['GroupName']}/{item['Name']}",
            item["Arn"],
            # A schedule has no tags: what it calls says whose it is.
            tags={},
            parent_ids=(item["Target"]["Arn"],),
        ),
        details={
            "schedule": Detail(
                Ask("scheduler", "GetSchedule"),
                lambda item: {"GroupName": item["GroupName"], "Name": item["Name"]},
            )
        },
        build=_build,
        arn_service="scheduler",
    ),
)
