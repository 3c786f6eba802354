"""Installed distributions that bring controls, scenarios or types, by their entry points."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final

# Under which a distribution names a module, or a package, that holds them.
CONTROLS: Final = "stackproof.controls"
SCENARIOS: Final = "stackproof.scenarios"
TYPES: Final = "stackproof.types"


@cache
def points(group: str) -> tuple[EntryPoint, ...]:
    """Give what installed distributions name in a group, in an order that stays."""
    return tuple(sorted(entry_points(group=group), key=lambda point: (point.name, point.value)))


def origin(point: EntryPoint) -> str:
    """Name a distribution with its version, and what it brings."""
    made = point.dist
    return f"{made.name} {made.version} ({point.value})" if made else point.value
