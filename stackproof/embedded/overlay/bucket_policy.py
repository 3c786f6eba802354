"""Whether a bucket policy's Deny statements concern a request."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

# Request facts by lower-case condition key, such as `aws:securetransport`.
Context = Mapping[str, str]


def denies(
    policy: Mapping[str, Any], action: str, resource: str, callers: Iterable[str], context: Context
) -> bool:
    """Say whether a Deny statement matches: principal, action, resource and all conditions.

    `callers` are the names of the caller: its ARN, its account's root ARN and number. An operator
    that isn't known here matches nothing.
    """
    names = tuple(callers)
    return any(
        statement.get("Effect") == "Deny"
        and _principal_matches(statement, names)
        and _covers(statement, "Action", action.lower())
        and _covers(statement, "Resource", resource)
        and _conditions_hold(statement.get("Condition", {}), context)
        for statement in _list(policy.get("Statement", []))
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _principal_matches(statement: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    for key, wanted in (("Principal", True), ("NotPrincipal", False)):
        if key in statement:
            value = statement[key]
            listed = ["*"] if value == "*" else _list(value.get("AWS", []))
            return any(name == "*" or name in names for name in listed) is wanted
    return False


def _covers(statement: Mapping[str, Any], element: str, value: str) -> bool:
    for key, wanted in ((element, True), (f"Not{element}", False)):
        if key in statement:
            patterns = _list(statement[key])
            if element == "Action":
                patterns = [pattern.lower() for pattern in patterns]
            return any(_like(value, pattern) for pattern in patterns) is wanted
    return False


def _like(value: str, pattern: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _conditions_hold(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    return all(
        _condition_holds(operator, context.get(key.lower()), [str(v) for v in _list(values)])
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _condition_holds(operator: str, actual: str | None, values: list[str]) -> bool:
    name = operator.rpartition(":")[2]  # ForAnyValue: and ForAllValues: our facts are single
    if name == "Null":
        return any((actual is None) is (value.lower() == "true") for value in values)
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negated = name in _NEGATED
    test = _TESTS.get(_NEGATED.get(name, name))
    if test is None:
        return False
    if actual is None:
        return optional or negated
    return any(test(actual, value) for value in values) is not negated


def _numeric(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda actual, value: compare(float(actual), float(value))


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda actual, value: actual == value,
    "StringEqualsIgnoreCase": lambda actual, value: actual.lower() == value.lower(),
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda actual, value: actual.lower() == value.lower(),
    "IpAddress": lambda actual, value: (
        ipaddress.ip_address(actual) in ipaddress.ip_network(value, strict=False)
    ),
    "NumericEquals": _numeric(lambda actual, value: actual == value),
    "NumericLessThan": _numeric(lambda actual, value: actual < value),
    "NumericLessThanEquals": _numeric(lambda actual, value: actual <= value),
    "NumericGreaterThan": _numeric(lambda actual, value: actual > value),
    "NumericGreaterThanEquals": _numeric(lambda actual, value: actual >= value),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
}
