"""What tests of several blueprints ask of a declared resource."""

from __future__ import annotations

import importlib
import inspect
import json
from keyword import iskeyword
from typing import Any

from tests.unit.infra.program import Declared, Deployment

Connection = tuple[str, str, int, int, str]


def taggable(declared: Declared) -> bool:
    """Tell whether AWS's provider takes tags for a resource."""
    _, module, kind = declared.type.split(":")
    service = module.split("/")[0]
    # A service called like a word of Python's is spelt with an underscore: lambda_.
    package = importlib.import_module(f"pulumi_aws.{service}{'_' if iskeyword(service) else ''}")
    return "tags" in inspect.signature(getattr(package, kind)._internal_init).parameters


def connection(rule: Declared) -> Connection:
    """Give a security-group rule's group, peer, ports and protocol."""
    (peer,) = (
        rule.inputs[key]
        for key in ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
        if key in rule.inputs
    )
    ports = int(rule["from_port"]), int(rule["to_port"])
    return (rule["security_group_id"], peer, *ports, rule["ip_protocol"])


def listed(value: Any) -> list[Any]:
    """Give the elements of what a policy document may write as one value or as a list."""
    return value if isinstance(value, list) else [value]


_DECIDES = (
    "namespace",
    "metric_name",
    "dimensions",
    "statistic",
    "extended_statistic",
    "threshold",
    "comparison_operator",
    "period",
    "evaluation_periods",
    "datapoints_to_alarm",
    "treat_missing_data",
    "actions_enabled",
    "alarm_actions",
)


def outputs_tell_the_alarms(deployment: Deployment) -> bool:
    """Tell whether the outputs say of each alarm all that decides when it goes off, and how."""
    told = {name: json.loads(said) for name, said in deployment.outputs["alarm_settings"].items()}
    declared = {
        alarm["name"]: {key: alarm[key] for key in _DECIDES if key in alarm.inputs}
        for alarm in deployment.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    }
    return bool(told) and told == declared


def permissions(deployment: Deployment, name: str) -> dict[str, list[str]]:
    """Give the resources that each action of a role's inline policy is allowed on."""
    return {
        action: listed(statement["Resource"])
        for statement in deployment.only("aws:iam/rolePolicy:RolePolicy", name).policy()
        for action in statement["Action"]
    }
