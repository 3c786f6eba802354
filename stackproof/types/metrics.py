"""What AWS reports to CloudWatch: metrics by namespace, their dimensions and their range.

The table beside this module names the page of each namespace and the day when it was read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("cloudwatch.metrics")
_READ_ON: Final = re.compile(r"Read on (\d{4}-\d{2}-\d{2})")
_ANY: Final = "*"
_NONE: Final = "none"
_EACH: Final = "each="


class Range(Enum):
    """Which values a metric can have; the value of a member is its word in the table."""

    PERCENT = "percent"
    ABOVE = "above"
    ONES = "ones"
    HOSTS = "hosts"
    BYTES = "bytes"
    NUMBER = "number"


class Bad(Enum):
    """In which direction the values of a metric are bad."""

    HIGH = "high"
    LOW = "low"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of a namespace.

    `dimensions` are the sets of dimensions by which it is reported, `None` where that isn't known.
    A `sparse` one is not reported while it is zero, a `slow` one is reported a few times a day. It
    is reported `only` of one kind of a thing (`aurora`), or of all `but` one. One that is reported
    seldom has a datapoint each `interval` of seconds.
    """

    name: str
    range: Range
    bad: Bad
    sparse: bool
    slow: bool
    dimensions: frozenset[frozenset[str]] | None
    only: str | None = None
    but: str | None = None
    interval: int = 0

    def reported_of(self, kind: str | None) -> bool:
        """Tell whether it is reported of a kind of thing; where that isn't known it may be."""
        return kind is None or (self.only in (None, kind) and self.but != kind)


@dataclass(frozen=True, slots=True)
class Namespace:
    """What one service reports: `region` is where alone it does, `source` the page of AWS."""

    name: str
    region: str | None
    source: str
    metrics: Mapping[str, tuple[Metric, ...]]


@cache
def namespaces() -> Mapping[str, Namespace]:
    """Give every namespace of the table by name."""
    found = {}
    for block in _TABLE.read_text(encoding="utf-8").split("\n\n")[1:]:
        head, *lines = block.strip().splitlines()
        named, _, source = head.partition(": ")
        name, _, region = named.partition(" @")
        found[name] = Namespace(name, region or None, source, _metrics(lines))
    return found


@cache
def read_on() -> date:
    """Give the day when the table was compared with AWS's pages."""
    read_on = _READ_ON.search(_TABLE.read_text(encoding="utf-8"))
    assert read_on is not None
    return date.fromisoformat(read_on[1])


@cache
def homes(metric: str) -> frozenset[str]:
    """Give the namespaces that have a metric of this name."""
    return frozenset(
        namespace.name for namespace in namespaces().values() if metric in namespace.metrics
    )


def _metrics(lines: list[str]) -> dict[str, tuple[Metric, ...]]:
    found: dict[str, tuple[Metric, ...]] = {}
    sets: frozenset[frozenset[str]] | None = None
    for line in lines:
        words, _, names = line.strip().partition(": ")
        if words.startswith("by "):
            sets = _sets(words.removeprefix("by "))
            continue
        first, bad, *more = words.split()
        told = {more[-2]: more[-1]} if len(more) > 1 else {}
        for name in names.split():
            metric = Metric(
                name,
                Range(first),
                Bad(bad),
                "sparse" in more,
                "slow" in more,
                sets,
                told.get("only"),
                told.get("not"),
                sum(int(word.removeprefix(_EACH)) for word in more if word.startswith(_EACH)),
            )
            found[name] = (*found.get(name, ()), metric)
    return found


def _sets(written: str) -> frozenset[frozenset[str]] | None:
    if written == _ANY:
        return None
    return frozenset(choice for part in written.split(" | ") for choice in _choices(part.split()))


def _choices(words: list[str]) -> list[frozenset[str]]:
    """Give the sets that are meant, with and without what may be left out."""
    if words == [_NONE]:
        return [frozenset()]
    free = [word.removesuffix("?") for word in words if word.endswith("?")]
    fixed = {word for word in words if not word.endswith("?")}
    return [
        frozenset({*fixed, *chosen})
        for size in range(len(free) + 1)
        for chosen in combinations(free, size)
    ]
