"""A control's parameters as the pack's standard configuration (`--policy-pack-config`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_policy import PolicyConfigSchema

from stackproof.model import Control

_COLLECTIONS = (tuple, list, set, frozenset)
_JSON_TYPES: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    dict: "object",
    **dict.fromkeys(_COLLECTIONS, "array"),
}


class PackConfigError(Exception):
    """Raised for configuration that a policy cannot use; says which policy and what is right."""


def schema(control: Control) -> PolicyConfigSchema | None:
    """Give the JSON schema of a control's parameters, by which the CLI checks types."""
    properties = {name: _property(default) for name, default in control.parameters.items()}
    return PolicyConfigSchema(properties) if properties else None


def parameters(control: Control, configured: Mapping[str, Any]) -> dict[str, Any]:
    """Give the configured parameters in the types that the control's defaults have.

    Raises PackConfigError for a parameter that the control does not have, or a value of another
    type than its default.
    """
    defaults = control.parameters
    return {name: _given(control, defaults, name, value) for name, value in configured.items()}


def _given(control: Control, defaults: Mapping[str, Any], name: str, value: Any) -> Any:
    if name not in defaults:
        known = f"its parameters are {', '.join(sorted(defaults))}" if defaults else "it has none"
        raise PackConfigError(
            f"policy pack configuration: policy {control.id!r} has no parameter {name!r}; {known}"
        )
    default = defaults[name]
    wanted = type(default)
    if isinstance(default, _COLLECTIONS) and isinstance(value, list):
        return wanted(value)
    # JSON has one kind of number, and the SDK gives all of them as floats.
    if wanted is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if wanted is float and type(value) is int:
        return float(value)
    if wanted not in _JSON_TYPES or type(value) is wanted:
        return value
    raise PackConfigError(
        f"policy pack configuration: parameter {name!r} of policy {control.id!r} is {value!r}; "
        f"it must be of type {_JSON_TYPES[wanted]}, like its default {_json(default)!r}"
    )


def _property(default: Any) -> dict[str, Any]:
    if default is None:
        return {}
    described: dict[str, Any] = {"default": _json(default)}
    kind = _JSON_TYPES.get(type(default))
    if kind:
        described["type"] = kind
    return described


def _json(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value
