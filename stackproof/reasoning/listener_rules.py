"""Which rule of a listener takes all that another one is about.

Source: Elastic Load Balancing, Application Load Balancers, "Condition types for listener rules":
all conditions of a rule must be met, each by one of its values; `*` and `?` stand for any
characters, and paths tell capital letters from small ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from stackproof.model import Block, Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.addresses import network
from stackproof.reasoning.once import once
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import LB_LISTENER_RULE

_ANY_PATH: Final = {"*", "/*"}
_WILD: Final = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a request must meet: one of the values, of the part of it that `about` names."""

    about: str
    values: frozenset[str]


def conditions(rule: Resource) -> list[Condition]:
    """Give what requests must meet for a rule.

    Raises UnresolvedError when some of it can't be seen.
    """
    return [found for block in rule.blocks("conditions") for found in _read(block)]


def taken_by(rule: Resource, listener: Resource, stack: Stack) -> Resource | None:
    """Give an earlier rule of a listener that takes all requests of a rule.

    Several that take them together are not found out. Raises UnresolvedError when none is seen to,
    but one that is hidden may.
    """
    asked = conditions(rule)
    own = _priority(rule)
    hidden: Unknown | None = None
    rules = once(stack, ("rules in order", id(listener)), lambda: _in_order(listener, stack))
    for priority, other, their_conditions in rules:
        if other is rule:
            continue
        later = isinstance(priority, Unknown) or isinstance(own, Unknown) or priority < own
        if not later:
            continue
        if isinstance(their_conditions, Unknown):
            hidden = hidden or their_conditions
        elif takes_all(their_conditions, asked):
            unsure = next((value for value in (priority, own) if isinstance(value, Unknown)), None)
            if unsure is None:
                return other
            hidden = hidden or unsure
    if hidden is not None:
        raise UnresolvedError(hidden)
    return None


def takes_all(earlier: list[Condition], later: list[Condition]) -> bool:
    """Tell whether all requests that meet the later conditions meet the earlier ones.

    Where that can't be told from the patterns alone it is not so.
    """
    # Plain loops: a listener may have a hundred rules, of which each is held against the others.
    for asked in earlier:
        if _met_by_all(asked):
            continue
        for held in later:
            if held.about == asked.about and _implies(held, asked):
                break
        else:
            return False
    return True


_Row = tuple[float | Unknown, Resource | None, list[Condition] | Unknown]


def _in_order(listener: Resource, stack: Stack) -> list[_Row]:
    """Give the rules of a listener with their priorities and conditions, an Unknown for hidden."""
    rows: list[_Row] = []
    for found in referrers_or_unknown(listener, stack, LB_LISTENER_RULE, "listener_arn"):
        if isinstance(found, Unknown):
            rows.append((found, None, found))
            continue
        try:
            own_conditions: list[Condition] | Unknown = conditions(found)
        except UnresolvedError as error:
            own_conditions = error.unknown
        rows.append((_priority(found), found, own_conditions))
    return rows


def _priority(rule: Resource) -> float | Unknown:
    try:
        number = rule.number("priority")
    except UnresolvedError as error:
        return error.unknown
    return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, "priority") if number is None else number


def _read(block: Block) -> Iterator[Condition]:
    for kind in ("path_pattern", "host_header", "http_request_method", "source_ip", "http_header"):
        for held in block.blocks(kind):
            name = str(held["http_header_name"]).lower() if kind == "http_header" else ""
            for values, about in (("values", kind), ("regex_values", f"{kind} by expression")):
                found = frozenset(map(str, held.values(values)))
                if found:
                    yield Condition(f"{about} {name}".strip(), found)
    pairs = [(pair["key"], pair["value"]) for pair in block.blocks("query_strings")]
    if pairs:
        yield Condition("query_strings", frozenset(f"{key or ''}={value}" for key, value in pairs))


def _met_by_all(asked: Condition) -> bool:
    return (asked.about == "path_pattern" and not _ANY_PATH.isdisjoint(asked.values)) or (
        asked.about == "host_header" and "*" in asked.values
    )


def _implies(held: Condition, asked: Condition) -> bool:
    matches = _MATCHING.get(held.about.partition(" ")[0], _pattern)
    if held.about.endswith("by expression"):
        matches = _same
    return all(any(matches(value, wanted) for wanted in asked.values) for value in held.values)


def _same(value: str, wanted: str) -> bool:
    return value == wanted


def _pattern(value: str, wanted: str) -> bool:
    """Tell whether whatever matches one pattern matches the other."""
    return value == wanted or (_WILD.search(wanted) is not None and _is_like(value, wanted))


@lru_cache(maxsize=1 << 16)
def _is_like(value: str, wanted: str) -> bool:
    if "\\" in value + wanted:  # it takes the meaning from what follows
        return False
    expression = re.escape(wanted).replace(r"\*", ".*").replace(r"\?", "[^*]")
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _host(value: str, wanted: str) -> bool:
    return _pattern(value.lower(), wanted.lower())


def _range(value: str, wanted: str) -> bool:
    inner, outer = network(value), network(wanted)
    return (
        inner.version == outer.version
        and inner.prefixlen >= outer.prefixlen
        and inner.overlaps(outer)
    )


_MATCHING: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "host_header": _host,
    "http_request_method": _same,
    "source_ip": _range,
}
