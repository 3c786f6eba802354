"""Step Functions: state machines and activities."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.base import Properties
from stackproof.embedded.frame.plain import Call, Plain, table


def _logging(given: Properties) -> dict[str, Any]:
    rest = {name: value for name, value in given.items() if name != "log_destination"}
    group = given.get("log_destination")
    if not group:
        return rest
    return {**rest, "destinations": [{"cloud_watch_logs_log_group": {"log_group_arn": group}}]}


table(
    Plain(
        type="aws:sfn/activity:Activity",
        service="stepfunctions",
        create=Call("create_activity"),
        outputs={"arn": "activityArn"},
        id="{arn}",
        delete=Call("delete_activity", {"id": "activity_arn"}),
        tagged="arn",
        replace_on=frozenset({"name", "encryption_configuration"}),
        auto_name="name",
        auto_name_limit=80,
    ),
    Plain(
        type="aws:sfn/stateMachine:StateMachine",
        service="stepfunctions",
        create=Call("create_state_machine"),
        update=Call("update_state_machine", {"id": "state_machine_arn"}),
        outputs={"arn": "stateMachineArn"},
        id="{arn}",
        delete=Call("delete_state_machine", {"id": "state_machine_arn"}),
        cleared={
            "logging_configuration": {"level": "OFF"},
            "tracing_configuration": {"enabled": False},
            "encryption_configuration": {"type": "AWS_OWNED_KEY"},
        },
        shapes={"logging_configuration": _logging},
        tagged="arn",
        replace_on=frozenset({"name", "name_prefix", "type"}),
        defaults={"type": "STANDARD"},
        auto_name="name",
        auto_name_limit=80,
    ),
)
