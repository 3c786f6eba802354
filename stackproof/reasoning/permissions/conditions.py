"""Whether a request meets a statement's conditions.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Condition context keys and
values that are multivalued", "Policy variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final, TypeAlias

from stackproof.model import Cause, Unknown
from stackproof.reasoning.access import Condition
from stackproof.reasoning.permissions.patterns import covers, covers_arn
from stackproof.reasoning.permissions.verdicts import Verdict, both, either, opposite


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value that a request has for a key, one of these: which of them can't be told."""

    values: tuple[str, ...]


# What a request says for a key, in lower case: its values, `None` for nothing. A `*` in a value
# stands for anything. What a key that isn't listed has can't be told.
Held: TypeAlias = tuple[str, ...] | OneOf | Unknown | None
Context: TypeAlias = Mapping[str, Held]

_UNFILLED: Final = Unknown(Cause.UNREADABLE, detail="a variable of the policy")
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
# The signs that variables stand for, when they are meant as such.
_SIGNS: Final = {"*": "*", "?": "?", "$": "$"}


def meets(conditions: Iterable[Condition], context: Context) -> Verdict:
    """Tell whether a request meets all of the conditions."""
    return both(_meets(condition, context) for condition in conditions)


def _meets(condition: Condition, context: Context) -> Verdict:
    held = context.get(condition.key, _untold(condition))
    if isinstance(held, OneOf):
        each = {_meets(condition, {**context, condition.key: (value,)}) for value in held.values}
        return each.pop() if len(each) == 1 else _untold(condition)
    return held if isinstance(held, Unknown) else _met(condition, held, context)


def _met(condition: Condition, held: tuple[str, ...] | None, context: Context) -> Verdict:
    operator = condition.operator.lower()
    mode, _, plain = operator.rpartition(":")
    optional = plain.endswith("ifexists")
    plain = plain.removesuffix("ifexists")
    if plain == "null":
        return either((value.lower() == "true") is (held is None) for value in condition.values)
    negated = plain in _NEGATED
    test = _TESTS.get(_NEGATED.get(plain, plain))
    if test is None:
        return _untold(condition)
    if not held:
        return optional or mode == "forallvalues" or (negated and mode != "foranyvalue")
    wanted = [filled for value in condition.values for filled in _filled(value, context)]

    def matched(value: str) -> Verdict:
        found = either(want if isinstance(want, Unknown) else test(want, value) for want in wanted)
        return opposite(found) if negated else found

    every = mode == "forallvalues" or (negated and mode != "foranyvalue")
    return (both if every else either)([matched(value) for value in held])


def _untold(condition: Condition) -> Unknown:
    what = f"whether the request meets {condition.operator} on {condition.key}"
    return Unknown(Cause.UNREADABLE, detail=what)


def _filled(value: str, context: Context) -> list[str | Unknown]:
    """Put what the request says in the place of policy variables."""
    found: list[str | Unknown] = [value]
    for variable in _VARIABLE.findall(value):
        if variable in _SIGNS:
            continue
        held = context.get(variable.lower(), Unknown(Cause.UNREADABLE, detail=f"${{{variable}}}"))
        if isinstance(held, (Unknown, OneOf)):
            return [_UNFILLED if isinstance(held, OneOf) else held]
        if not held:
            return []  # a variable without a value matches nothing
        found = [
            text.replace(f"${{{variable}}}", item)
            for text in found
            if isinstance(text, str)
            for item in held
        ]
    return found


def _equals(wanted: str, value: str) -> Verdict:
    return wanted == value if set("*?") & set(wanted) else covers(wanted, value)


def _equals_any_case(wanted: str, value: str) -> Verdict:
    return _equals(wanted.lower(), value.lower())


def _number(wanted: str, value: str, test: Callable[[float, float], bool]) -> Verdict:
    try:
        return test(float(value), float(wanted))
    except ValueError:
        return False


def _in_range(wanted: str, value: str) -> Verdict:
    try:
        return ip_address(value) in ip_network(wanted, strict=False)
    except ValueError:
        return False


_TESTS: Final[Mapping[str, Callable[[str, str], Verdict]]] = {
    "arnequals": covers_arn,
    "arnlike": covers_arn,
    "bool": _equals_any_case,
    "ipaddress": _in_range,
    "numericequals": lambda w, v: _number(w, v, lambda a, b: a == b),
    "numericgreaterthan": lambda w, v: _number(w, v, lambda a, b: a > b),
    "numericgreaterthanequals": lambda w, v: _number(w, v, lambda a, b: a >= b),
    "numericlessthan": lambda w, v: _number(w, v, lambda a, b: a < b),
    "numericlessthanequals": lambda w, v: _number(w, v, lambda a, b: a <= b),
    "stringequals": _equals,
    "stringequalsignorecase": _equals_any_case,
    "stringlike": covers,
}
_NEGATED: Final = {
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
}
