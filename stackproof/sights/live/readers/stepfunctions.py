"""State machines and activities, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown, time_text
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import SFN_ACTIVITY, SFN_STATE_MACHINE

_ABSENT = ("StateMachineDoesNotExist", "StateMachineDeleting")
_DESCRIBED = (
    "definition",
    "encryption_configuration",
    "logging_configuration",
    "role_arn",
    "tracing_configuration",
)


def _described(machine: Item) -> dict[str, Any]:
    logging = snake(machine.get("loggingConfiguration")) or None
    if logging:
        groups = logging.pop("destinations", None) or [{}]
        logging["log_destination"] = (
            groups[0].get("cloud_watch_logs_log_group", {}).get("log_group_arn")
        )
    return {
        "definition": machine["definition"],
        "encryption_configuration": snake(machine.get("encryptionConfiguration")) or None,
        "logging_configuration": logging,
        "revision_id": machine.get("revisionId"),
        "role_arn": machine["roleArn"],
        "status": machine.get("status"),
        "tracing_configuration": snake(machine.get("tracingConfiguration")) or None,
    }


def _build_machine(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, machine = item["stateMachineArn"], details["machine"]
    if machine is None:
        return  # deleted since it was listed
    hidden = isinstance(machine, Unknown)
    data = {
        **(dict.fromkeys(_DESCRIBED, machine) if hidden else _described(machine)),
        "creation_date": time_text(item.get("creationDate")),
        "name": item["name"],
        "tags": scope.tags_of(arn),
        "type": item["type"],
    }
    yield shown(scope, SFN_STATE_MACHINE, arn, data, arn=arn, name=item["name"])


def _build_activity(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item["activityArn"]
    data = {
        "creation_date": time_text(item.get("creationDate")),
        "name": item["name"],
        "tags": scope.tags_of(arn),
    }
    yield shown(scope, SFN_ACTIVITY, arn, data, arn=arn, name=item["name"])


READERS = (
    Reader(
        types=(SFN_STATE_MACHINE,),
        listing=Ask("stepfunctions", "ListStateMachines", "stateMachines"),
        key=lambda item, scope: Key(item["stateMachineArn"], item["stateMachineArn"]),
        details={
            "machine": Detail(
                Ask("stepfunctions", "DescribeStateMachine", absent=_ABSENT),
                lambda item: {"stateMachineArn": item["stateMachineArn"]},
            )
        },
        build=_build_machine,
        dying=in_state("status", "DELETING", of="machine"),
        arn_service="states",
    ),
    Reader(
        types=(SFN_ACTIVITY,),
        listing=Ask("stepfunctions", "ListActivities", "activities"),
        key=lambda item, scope: Key(item["activityArn"], item["activityArn"]),
        build=_build_activity,
        arn_service="states",
    ),
)
