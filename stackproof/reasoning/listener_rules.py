"""Which rule of a listener takes all that another one is about.

Source: Elastic Load Balancing, Application Load Balancers, "Condition types for listener rules":
all conditions of a rule must be met, each by one of its values; `*` and `?` stand for any
characters, and paths tell capital letters from small ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stackproof.model import Block, Resource
from stackproof.reasoning.addresses import network

_ANY_PATH: Final = {"*", "/*"}


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


def takes_all(earlier: list[Condition], later: list[Condition]) -> bool:
    """Tell whether all requests that meet the later conditions meet the earlier ones.

    Where that can't be told from the patterns alone it is not so.
    """
    return all(
        _met_by_all(asked) or any(_implies(held, asked) for held in later) for asked in earlier
    )


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
    if held.about != asked.about:
        return False
    within = _WITHIN.get(held.about.partition(" ")[0], _pattern)
    if held.about.endswith("by expression"):
        within = _same
    return all(any(within(value, wanted) for wanted in asked.values) for value in held.values)


def _same(value: str, wanted: str) -> bool:
    return value == wanted


def _pattern(value: str, wanted: str) -> bool:
    """Tell whether whatever matches one pattern matches the other."""
    if "\\" in value + wanted:  # it takes the meaning from what follows
        return value == wanted
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


_WITHIN: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "host_header": _host,
    "http_request_method": _same,
    "source_ip": _range,
}
