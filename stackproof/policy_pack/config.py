"""A control's parameters as the pack's standard configuration (`--policy-pack-config`)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pulumi_policy import Policy, PolicyConfigSchema

from stackproof.model import Control
from stackproof.policy_pack.proxies import plain

_COLLECTIONS = (tuple, list, set, frozenset)
_JSON_TYPES: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    dict: "object",
    **dict.fromkeys(_COLLECTIONS, "array"),
}


# The key by which Pulumi's configuration speaks of every policy of a pack at once; the CLI spreads
# it over the policies and passes it on as well.
# Source: https://www.pulumi.com/docs/insights/policy/policy-packs/configuration/
ALL: Final = "all"


class PackConfigError(Exception):
    """Raised for configuration that a policy cannot use; says which policy and what is right."""


def schema(control: Control) -> PolicyConfigSchema | None:
    """Give the JSON schema of a control's parameters, by which the CLI checks types."""
    properties = {name: _property(default) for name, default in control.parameters.items()}
    return PolicyConfigSchema(properties) if properties else None


def check(policies: Iterable[Policy], configured: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise PackConfigError when configuration names a policy or a parameter that is not there.

    The CLI checks only the types of the parameters that it knows.
    """
    known = {policy.name: policy.config_schema for policy in policies}
    for policy, given in configured.items():
        if policy == ALL:
            if given:
                raise PackConfigError(
                    f"policy pack configuration: {ALL!r} gives every policy its level and has no "
                    f"parameters; name the policies that {', '.join(sorted(given))} is for"
                )
            continue
        if policy not in known:
            close = difflib.get_close_matches(policy, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise PackConfigError(f"policy pack configuration: there is no policy {policy!r}{hint}")
        described = known[policy]
        for name in given:
            _require(policy, described.properties if described else {}, name)


def parameters(control: Control, configured: Mapping[str, Any]) -> dict[str, Any]:
    """Give the configured parameters in the types that the control's defaults have.

    Raises PackConfigError for a parameter that the control does not have, or a value of another
    type than its default.
    """
    defaults = control.parameters
    # The wire has one kind of number: a port arrives as 22.0.
    return {
        name: _given(control, defaults, name, plain(value)) for name, value in configured.items()
    }


def _given(control: Control, defaults: Mapping[str, Any], name: str, value: Any) -> Any:
    _require(control.id, defaults, name)
    default = defaults[name]
    wanted = type(default)
    if isinstance(default, _COLLECTIONS) and isinstance(value, list):
        # A port that is a text is no port of any rule: the control would find nothing.
        kinds = {type(element) for element in default}
        if len(kinds) == 1 and any(type(element) not in kinds for element in value):
            raise PackConfigError(
                f"policy pack configuration: parameter {name!r} of policy {control.id!r} is "
                f"{value!r}; each element must be of type {_JSON_TYPES[kinds.pop()]}, as in its "
                f"default {_json(default)!r}"
            )
        return wanted(value)
    if wanted is float and type(value) is int:
        return float(value)
    if wanted not in _JSON_TYPES or type(value) is wanted:
        return value
    raise PackConfigError(
        f"policy pack configuration: parameter {name!r} of policy {control.id!r} is {value!r}; "
        f"it must be of type {_JSON_TYPES[wanted]}, like its default {_json(default)!r}"
    )


def _require(policy: str, known: Mapping[str, Any], name: str) -> None:
    if name not in known:
        right = f"its parameters are {', '.join(sorted(known))}" if known else "it has none"
        raise PackConfigError(
            f"policy pack configuration: policy {policy!r} has no parameter {name!r}; {right}"
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
