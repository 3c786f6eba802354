"""EventBridge Scheduler: schedules and their groups."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.base import Properties, tag_list
from stackproof.embedded.frame.plain import Call, Plain, table

_GROUP = "arn:{partition}:scheduler:{region}:{account}:schedule-group/"
_RENAME = {
    "capacity_provider_strategies": "capacity_provider_strategy",
    "pipeline_parameters": "pipeline_parameter_list",
    "placement_strategies": "placement_strategy",
}


def _target(given: Properties) -> dict[str, Any]:
    """Arrange where an ECS task runs, and its tags, as AWS has them."""
    task = dict(given.get("ecs_parameters") or {})
    if not task:
        return dict(given)
    network = task.get("network_configuration")
    if network:
        public = "ENABLED" if network.get("assign_public_ip") else "DISABLED"
        vpc = {**network, "assign_public_ip": public}
        task["network_configuration"] = {"awsvpc_configuration": vpc}
    task["tags"] = tag_list(task.get("tags"), "key", "value") or None
    return {**given, "ecs_parameters": task}


table(
    Plain(
        type="aws:scheduler/scheduleGroup:ScheduleGroup",
        service="scheduler",
        create=Call("create_schedule_group"),
        id="{name}",
        delete=Call("delete_schedule_group", {"id": "name"}),
        tagged="arn",
        replace_on=frozenset({"name", "name_prefix"}),
        auto_name="name",
        auto_name_limit=64,
    ),
    Plain(
        type="aws:scheduler/schedule:Schedule",
        service="scheduler",
        create=Call("create_schedule", _RENAME),
        update=Call("update_schedule", _RENAME, whole=True),
        shapes={"target": _target},
        id="{group_name}/{name}",
        delete=Call("delete_schedule"),
        replace_on=frozenset({"group_name", "name", "name_prefix"}),
        defaults={
            "group_name": "default",
            "schedule_expression_timezone": "UTC",
            "state": "ENABLED",
        },
        auto_name="name",
        auto_name_limit=64,
    ),
)
