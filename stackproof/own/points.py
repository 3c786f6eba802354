"""Installed distributions that bring controls, scenarios or types, by their entry points."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final

# Under which a distribution names a module, or a package, that holds them.
CONTROLS: Final = "stackproof.controls"
SCENARIOS: Final = "stackproof.scenarios"
TYPES: Final = "stackproof.types"


def points(group: str) -> tuple[EntryPoint, ...]:
    """Give what installed distributions name in a group, in an order that stays."""
    return all_points()[group]


@cache
def all_points() -> Mapping[str, tuple[EntryPoint, ...]]:
    """Give the points of all groups: whichever is asked for, the file of each one is read."""
    installed = entry_points()
    return {
        group: tuple(
            sorted(installed.select(group=group), key=lambda point: (point.name, point.value))
        )
        for group in (CONTROLS, SCENARIOS, TYPES)
    }


def origin(point: EntryPoint) -> str:
    """Name a distribution with its version, and what it brings."""
    made = point.dist
    return f"{made.name} {made.version} ({point.value})" if made else point.value
