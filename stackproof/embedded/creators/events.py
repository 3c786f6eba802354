"""EventBridge: rules and what they invoke."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, ClassVar

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    physical_name,
    retag,
    tag_list,
)
from stackproof.types.aws_names import EVENT_TARGET_NAMES, EVENT_TARGET_PARTS
from stackproof.types.names import to_snake
from stackproof.types.provider_ids import (
    DEFAULT_EVENT_BUS,
    event_bus_name,
    event_rule_id,
    event_target_id,
)


@creator
class EventRule(Creator):
    """Which events, or which moments, a rule is about."""

    type = "aws:cloudwatch/eventRule:EventRule"
    replace_on = frozenset({"name", "name_prefix", "event_bus_name"})
    auto_name = "name"
    auto_name_limit = 64
    defaults: ClassVar[Properties] = {"event_bus_name": DEFAULT_EVENT_BUS, "force_destroy": False}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the rule."""
        name, bus = physical_name(inputs, limit=64), event_bus_name(inputs["event_bus_name"])
        request = self._request(aws, name, inputs)
        if inputs.get("tags"):
            request["Tags"] = tag_list(inputs["tags"])
        aws.client("events").put_rule(**request)
        return Created(event_rule_id(bus, name), {"name": name})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put the rule anew, and change its tags."""
        aws.client("events").put_rule(**self._request(aws, old["name"], new))
        retag(aws, "events", old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the rule."""
        with already_gone():
            aws.client("events").delete_rule(
                Name=state["name"],
                EventBusName=state["event_bus_name"],
                Force=bool(state.get("force_destroy")),
            )

    def _request(self, aws: Cloud, name: str, inputs: Properties) -> dict[str, Any]:
        enabled = "DISABLED" if inputs.get("is_enabled") is False else "ENABLED"
        given = {**inputs, "name": name, "state": inputs.get("state") or enabled}
        return parameters(aws, "events", "put_rule", given, omit=("tags",))


@creator
class EventTarget(Creator):
    """What a rule invokes, and with which input."""

    type = "aws:cloudwatch/eventTarget:EventTarget"
    replace_on = frozenset({"event_bus_name", "rule", "target_id"})
    defaults: ClassVar[Properties] = {"event_bus_name": DEFAULT_EVENT_BUS, "force_destroy": False}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the target."""
        name = inputs.get("target_id") or f"terraform-{secrets.token_hex(13)}"
        self._put(aws, name, inputs)
        id_ = event_target_id(event_bus_name(inputs["event_bus_name"]), inputs["rule"], name)
        return Created(id_, {"target_id": name})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put the target anew."""
        self._put(aws, old["target_id"], new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Remove the target."""
        with already_gone():
            aws.client("events").remove_targets(
                Rule=state["rule"],
                EventBusName=state["event_bus_name"],
                Ids=[state["target_id"]],
                Force=bool(state.get("force_destroy")),
            )

    def _put(self, aws: Cloud, name: str, inputs: Properties) -> None:
        target = _SHAPED | {ours: to_snake(theirs) for theirs, ours in EVENT_TARGET_NAMES.items()}
        renamed = {target.get(key, key): value for key, value in inputs.items()}
        for key, shape in _SHAPES.items():
            if renamed.get(key):
                renamed[key] = shape(renamed[key])
        request = parameters(
            aws,
            "events",
            "put_targets",
            {"targets": [{**renamed, "id": name}]},
            rename={ours: theirs for theirs, ours in EVENT_TARGET_PARTS.items()},
        )
        answer = aws.client("events").put_targets(
            **request, Rule=inputs["rule"], EventBusName=inputs["event_bus_name"]
        )
        for failed in answer["FailedEntries"]:
            raise EmbeddedError(f"the target {name} was refused: {failed.get('ErrorMessage')}")


# Settings whose members AWS arranges in another way.
_SHAPED = {
    "batch_target": "batch_parameters",
    "ecs_target": "ecs_parameters",
    "http_target": "http_parameters",
    "run_command_targets": "run_command_parameters",
}


def _ecs(given: Properties) -> dict[str, Any]:
    network = given.get("network_configuration")
    out = {**given, "tags": tag_list(given.get("tags"))}
    if network:
        public = "ENABLED" if network.get("assign_public_ip") else "DISABLED"
        out["network_configuration"] = {
            "awsvpc_configuration": {**network, "assign_public_ip": public}
        }
    return out


def _batch(given: Properties) -> dict[str, Any]:
    out = {key: given[key] for key in ("job_definition", "job_name")}
    if given.get("array_size"):
        out["array_properties"] = {"size": given["array_size"]}
    if given.get("job_attempts"):
        out["retry_strategy"] = {"attempts": given["job_attempts"]}
    return out


def _transformer(given: Properties) -> dict[str, Any]:
    paths = given.get("input_paths") or {}
    return {"input_paths_map": paths, "input_template": given["input_template"]}


_SHAPES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "batch_parameters": _batch,
    "ecs_parameters": _ecs,
    "input_transformer": _transformer,
    "run_command_parameters": lambda given: {"run_command_targets": given},
}
