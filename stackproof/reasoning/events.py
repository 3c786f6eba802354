"""Which events a rule of EventBridge lets through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stackproof.model import Cause, Resource, Unknown, UnresolvedError
from stackproof.reasoning.access import matches

_ABSENT = object()
# What else stands in the message of an alarm, of a composite one as well.
_ALARM_MESSAGE = (
    *("ActionsSuppressedBy", "ActionsSuppressedReason", "AlarmActions", "AlarmArn"),
    *("AlarmConfigurationUpdatedTimestamp", "AlarmDescription", "AlarmRule", "AWSAccountId"),
    *("InsufficientDataActions", "NewStateReason", "NewStateReasonData", "OKActions"),
    *("OldStateValue", "Region", "StateChangeTime", "Trigger", "TriggeringChildren"),
)


def lets_through(pattern: Any, event: Mapping[str, Any]) -> bool:
    """Tell whether an event pattern, parsed, matches an event.

    Raises UnresolvedError for comparisons that are not read here, such as of numbers.
    Source: Amazon EventBridge User Guide, "Creating Amazon EventBridge event patterns" and
    "Comparison operators for use in event patterns".
    """
    return all(_part(name, wanted, event) for name, wanted in _known(pattern, Mapping).items())


def _part(name: str, wanted: Any, event: Mapping[str, Any]) -> bool:
    if name == "$or":
        return any(lets_through(pattern, event) for pattern in _known(wanted, list))
    value = event.get(name, _ABSENT)
    if isinstance(value, Unknown):
        raise UnresolvedError(value)
    if isinstance(wanted, Mapping):
        # What is asked of a list's members has to hold of one and the same.
        parts = [part for part in _listed(value) if isinstance(part, Mapping)]
        return any(lets_through(wanted, part) for part in parts or [{}])
    return any(_meets(matcher, item) for matcher in _known(wanted, list) for item in _listed(value))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _meets(matcher: Any, value: Any) -> bool:
    if isinstance(matcher, Unknown):
        raise UnresolvedError(matcher)
    if not isinstance(matcher, Mapping):
        return type(matcher) is type(value) and bool(matcher == value)
    if len(matcher) != 1:
        raise _unread(matcher)
    operator, operand = next(iter(matcher.items()))
    text = value if isinstance(value, str) else None
    if operator == "exists" and isinstance(operand, bool):
        return (value is not _ABSENT) is operand
    if operator == "anything-but" and not isinstance(operand, Mapping):
        others = operand if isinstance(operand, list) else [operand]
        return value is not _ABSENT and value not in others
    if not isinstance(operand, str):
        raise _unread(matcher)
    match operator:
        case "prefix":
            return text is not None and text.startswith(operand)
        case "suffix":
            return text is not None and text.endswith(operand)
        case "equals-ignore-case":
            return text is not None and text.lower() == operand.lower()
        case "wildcard":
            # IAM's `?` is a plain character here.
            if "?" in operand or "$" in operand:
                raise _unread(matcher)
            return text is not None and matches(operand, text, any_case=False)
    raise _unread(matcher)


def pipeline_event(name: str, state: str, *, arn: str | None) -> dict[str, Any]:
    """Make the event with which CodePipeline tells of the state of an execution.

    What depends on the ARN is unknown without it.
    Source: AWS CodePipeline User Guide, "Monitoring CodePipeline events".
    """
    return {
        "version": "0",
        "source": "aws.codepipeline",
        "detail-type": "CodePipeline Pipeline Execution State Change",
        **_place(arn),
        "detail": {"pipeline": name, "version": 1.0, "state": state, "execution-id": "1"},
    }


def alarm_event(name: str, *, arn: str | None) -> dict[str, Any]:
    """Make the event with which CloudWatch tells that an alarm goes off.

    Source: Amazon CloudWatch User Guide, "Alarm events and EventBridge".
    """
    return {
        "version": "0",
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        **_place(arn),
        "detail": {
            "alarmName": name,
            "state": {"value": "ALARM"},
            "previousState": {"value": "OK"},
        },
    }


def alarm_message(alarm: Resource) -> dict[str, Any]:
    """Make the message with which an alarm that goes off tells a topic of it.

    Only its name and its state are known before.
    Source: Amazon CloudWatch User Guide, "Notifying users on alarm changes".
    """
    later = Unknown(Cause.UNREADABLE, detail="what an alarm says when it goes off")
    name = alarm.raw("name") or alarm.raw("alarm_name")
    named = {"AlarmName": name if isinstance(name, str) else later}
    return {**dict.fromkeys(_ALARM_MESSAGE, later), **named, "NewStateValue": "ALARM"}


def stopped_task_event(cluster: str, code: int | None, *, arn: str) -> dict[str, Any]:
    """Make the event with which ECS tells that a task of one container came to its end.

    A container that was never started has no exit code.
    Source: Amazon ECS Developer Guide, "Amazon ECS task state change events".
    """
    container = {"name": "main", "lastStatus": "STOPPED"}
    return {
        "version": "0",
        "source": "aws.ecs",
        "detail-type": "ECS Task State Change",
        **_place(arn),
        "detail": {
            "clusterArn": cluster,
            "containers": [container if code is None else {**container, "exitCode": code}],
            "desiredStatus": "STOPPED",
            "lastStatus": "STOPPED",
            "taskArn": arn,
        },
    }


def database_event(name: str, category: str, *, arn: str | None, cluster: bool) -> dict[str, Any]:
    """Make the event with which RDS tells of an instance or a cluster.

    Source: Amazon RDS User Guide, "Monitoring Amazon RDS events".
    """
    kind = "Cluster" if cluster else "Instance"
    place = _place(arn)
    return {
        "version": "0",
        "source": "aws.rds",
        "detail-type": f"RDS DB {kind} Event",
        **place,
        "detail": {
            "EventCategories": [category],
            "SourceType": "CLUSTER" if cluster else "DB_INSTANCE",
            "SourceArn": arn or place["resources"],
            "SourceIdentifier": name,
        },
    }


def push_event(branch: str, *, arn: str | None, name: str) -> dict[str, Any]:
    """Make the event with which CodeCommit tells of a push to a branch that is there.

    What depends on the ARN is unknown without it.
    Source: AWS CodeCommit User Guide, "Monitoring CodeCommit events in Amazon EventBridge".
    """
    return {
        "version": "0",
        "source": "aws.codecommit",
        "detail-type": "CodeCommit Repository State Change",
        **_place(arn),
        "detail": {
            "event": "referenceUpdated",
            "repositoryName": name,
            "referenceType": "branch",
            "referenceName": branch,
            "referenceFullName": f"refs/heads/{branch}",
        },
    }


def _place(arn: str | None) -> dict[str, Any]:
    if arn is None:
        unknown = Unknown(Cause.NOT_KNOWN_AT_PREVIEW, detail="the ARN of what the event is about")
        return dict.fromkeys(("account", "region", "resources"), unknown)
    _, _, _, region, account, _ = arn.split(":", maxsplit=5)
    return {"account": account, "region": region, "resources": [arn]}


def _known(value: Any, kind: type) -> Any:
    if isinstance(value, Unknown):
        raise UnresolvedError(value)
    accepted = Sequence if kind is list else kind
    if not isinstance(value, accepted) or isinstance(value, str):
        raise _unread(value)
    return value


def _unread(what: Any) -> UnresolvedError:
    return UnresolvedError(Unknown(Cause.UNREADABLE, detail=f"event pattern: {what!r}"))
