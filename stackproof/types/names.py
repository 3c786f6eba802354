"""Translate between Pulumi's wire names (camelCase) and Python names (snake_case)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from stackproof.model.outcome import Unknown

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# The keys of these properties are the user's own words (tag keys, environment variables…),
# so they are data and never translated.
FREE_FORM = frozenset(
    {
        "assets",
        "athena_properties",
        "attribute_mapping",
        "backup_options",
        "connection_properties",
        "default_arguments",
        "dimensions",
        "docker_labels",
        "driver_opts",
        "header_parameters",
        "input_paths",
        "labels",
        "mappings",
        "metadata",
        "non_overridable_arguments",
        "parameters",
        "properties",
        "provider_details",
        "query_string_parameters",
        "recovery_point_tags",
        "request_models",
        "request_parameters",
        "request_templates",
        "response_models",
        "response_parameters",
        "response_templates",
        "stage_variables",
        "supported_login_providers",
        "tags",
        "tags_all",
        "triggers",
        "variables",
        "volume_tags",
    }
)


@cache
def to_snake(name: str) -> str:
    """Give the Python name of a wire name: `dbSubnetGroupName` becomes `db_subnet_group_name`."""
    return _WORD.sub("_", name).lower()


@cache
def to_camel(name: str) -> str:
    """Give the wire name of a Python name: `db_subnet_group_name` becomes `dbSubnetGroupName`."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def from_wire(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Translate a wire object, nested objects included, to Python names."""
    return _keys(properties, to_snake, lambda old, new: new)


def to_wire(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Translate a Python object, nested objects included, to wire names."""
    return _keys(properties, to_camel, lambda old, new: old)


def _keys(
    data: Mapping[str, Any],
    rename: Callable[[str], str],
    python_name: Callable[[str, str], str],
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in data.items():
        new = rename(key)
        free = python_name(key, new) in FREE_FORM or (key == "configuration" and _runs(data))
        kept = free and isinstance(value, Mapping)
        out[new] = dict(value) if kept else _value(value, rename, python_name)
    return out


def _runs(data: Mapping[str, Any]) -> bool:
    """Tell whether this is a pipeline's action or rule, whose provider names the settings."""
    return bool({"provider", "rule_type_id", "ruleTypeId"} & data.keys())


def _value(value: Any, rename: Callable[[str], str], python_name: Callable[[str, str], str]) -> Any:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Mapping):
        return _keys(value, rename, python_name)
    if isinstance(value, (list, tuple)):
        return [_value(item, rename, python_name) for item in value]
    return value
