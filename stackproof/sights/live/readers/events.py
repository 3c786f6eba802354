"""EventBridge rules and what they invoke, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.aws_names import EVENT_TARGET_NAMES, EVENT_TARGET_PARTS
from stackproof.types.provider_ids import (
    DEFAULT_EVENT_BUS,
    event_bus_name,
    event_rule_id,
    event_target_id,
)
from stackproof.types.tokens import EVENT_RULE, EVENT_TARGET


def _build_rule(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if item.get("ManagedBy"):
        return  # made, changed and deleted by the service that needs it
    arn, state = item["Arn"], item["State"]
    data = {
        "description": item.get("Description") or None,
        "event_bus_name": item["EventBusName"],
        "event_pattern": item.get("EventPattern"),
        "is_enabled": state != "DISABLED",
        "name": item["Name"],
        "role_arn": item.get("RoleArn"),
        "schedule_expression": item.get("ScheduleExpression"),
        "state": state,
        "tags": scope.tags_of(arn),
    }
    id_ = event_rule_id(item["EventBusName"], item["Name"])
    yield shown(scope, EVENT_RULE, id_, data, arn=arn, name=item["Name"])


def _build_target(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    bus, rule, name = item["EventBusName"], item["Rule"], item["Id"]
    command = item.get("RunCommandParameters") or {}
    data = {
        "arn": item["Arn"],  # of what is invoked, not of the target
        "batch_target": _batch(item.get("BatchParameters")),
        "ecs_target": _ecs(item.get("EcsParameters")),
        "event_bus_name": bus,
        "http_target": _http(item.get("HttpParameters")),
        "input": item.get("Input"),
        "input_path": item.get("InputPath"),
        "input_transformer": _transformer(item.get("InputTransformer")),
        "role_arn": item.get("RoleArn"),
        "rule": rule,
        "run_command_targets": snake(command.get("RunCommandTargets", [])),
        "target_id": name,
        **{
            ours: snake(item.get(theirs), EVENT_TARGET_PARTS)
            for theirs, ours in EVENT_TARGET_NAMES.items()
        },
    }
    yield shown(scope, EVENT_TARGET, event_target_id(bus, rule, name), data, name=name)


def _transformer(given: Item | None) -> dict[str, Any] | None:
    if not given:
        return None
    return {
        "input_paths": dict(given.get("InputPathsMap", {})),
        "input_template": given["InputTemplate"],
    }


def _http(given: Item | None) -> dict[str, Any] | None:
    if not given:
        return None
    return {
        "header_parameters": dict(given.get("HeaderParameters", {})),
        "path_parameter_values": list(given.get("PathParameterValues", ())),
        "query_string_parameters": dict(given.get("QueryStringParameters", {})),
    }


def _batch(given: Item | None) -> dict[str, Any] | None:
    if not given:
        return None
    return {
        "array_size": given.get("ArrayProperties", {}).get("Size"),
        "job_attempts": given.get("RetryStrategy", {}).get("Attempts"),
        "job_definition": given["JobDefinition"],
        "job_name": given["JobName"],
    }


def _ecs(given: Item | None) -> dict[str, Any] | None:
    if not given:
        return None
    placed = {name: value for name, value in given.items() if name != "Tags"}
    out: dict[str, Any] = snake(placed, EVENT_TARGET_PARTS)
    network = out.pop("network_configuration", {}).get("awsvpc_configuration")
    if network:
        public = network.get("assign_public_ip") == "ENABLED"
        out["network_configuration"] = {**network, "assign_public_ip": public}
    return {**out, "tags": {tag["Key"]: tag["Value"] for tag in given.get("Tags", ())}}


def _buses(scope: Scope) -> Iterator[Mapping[str, Any]]:
    own = rf"arn:[^:]+:events:{scope.region}:{scope.account}:"
    found = scope.named(own + r"(event-bus/[^/]+|rule/[^/]+/[^/]+)")
    for name in sorted({DEFAULT_EVENT_BUS, *(arn.split("/")[1] for arn in found)}):
        yield {"EventBusName": name}


def _rules(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for rule in scope.members[EVENT_RULE]:
        yield {"Rule": rule.data["name"], "EventBusName": rule.data["event_bus_name"]}


READERS = (
    Reader(
        types=(EVENT_RULE,),
        listing=Ask("events", "ListRules", "Rules"),
        targets=_buses,
        get_parameters=lambda id_, state: {
            "EventBusName": id_.rpartition("/")[0] or DEFAULT_EVENT_BUS,
            "NamePrefix": id_.rpartition("/")[2],
        },
        key=lambda item, scope: Key(event_rule_id(item["EventBusName"], item["Name"]), item["Arn"]),
        build=_build_rule,
        arn_service="events",
    ),
    Reader(
        types=(EVENT_TARGET,),
        listing=Ask("events", "ListTargetsByRule", "Targets"),
        targets=_rules,
        get_parameters=lambda id_, state: {
            "Rule": state["rule"],
            "EventBusName": event_bus_name(state.get("event_bus_name")),
        },
        key=lambda item, scope: Key(
            event_target_id(item["EventBusName"], item["Rule"], item["Id"]),
            tags={},
            parent_ids=(event_rule_id(item["EventBusName"], item["Rule"]),),
        ),
        build=_build_target,
        arn_service="events",
        parents=(EVENT_RULE,),
        parent_fields=("Rule", "EventBusName"),
    ),
)
