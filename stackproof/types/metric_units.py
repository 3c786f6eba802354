"""In which units AWS publishes the metrics that the table beside this module names."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("cloudwatch.units")
# By namespace, pairs of a unit and of the names that it is of.
Units = Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]


@cache
def units() -> Units:
    """Give the whole table."""
    found = {}
    for block in _TABLE.read_text(encoding="utf-8").split("\n\n")[1:]:
        namespace, *lines = block.strip().splitlines()
        split = [line.strip().split(": ") for line in lines]
        found[namespace] = tuple((unit, tuple(names.split())) for unit, names in split)
    return found


def units_of(namespace: str, metric: str) -> frozenset[str]:
    """Give the units in which a metric is published, none where they aren't known."""
    return frozenset(
        unit
        for unit, names in units().get(namespace, ())
        if any(fnmatchcase(metric, name) for name in names)
    )
