"""Ids that the AWS provider makes up for things that AWS knows by several names together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULT_EVENT_BUS = "default"


def event_rule_id(bus: str, rule: str) -> str:
    """Give the Pulumi id of a rule."""
    return rule if bus == DEFAULT_EVENT_BUS else f"{bus}/{rule}"


def event_target_id(bus: str, rule: str, target: str) -> str:
    """Give the Pulumi id of a rule's target."""
    return f"{rule}-{target}" if bus == DEFAULT_EVENT_BUS else f"{bus}-{rule}-{target}"


def event_bus_name(given: Any) -> str:
    """Give the name of an event bus that is called by its name, its ARN or not at all."""
    return str(given or DEFAULT_EVENT_BUS).rpartition("event-bus/")[2]


def route53_record_id(data: Mapping[str, Any]) -> str:
    """Give the id that the AWS provider makes for a record."""
    parts = (data["zone_id"], data["fqdn"], data["type"], data.get("set_identifier"))
    return "_".join(part for part in parts if part)


def route53_zone_id(id_: str) -> str:
    """Give a zone's id without the path that some answers put before it."""
    return id_.removeprefix("/hostedzone/")
