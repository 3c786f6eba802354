"""Installed distributions that bring controls, scenarios or types, by their entry points."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from stackproof.closest import nearest
from stackproof.model.sentences import listed

# Under which a distribution names a module, or a package, that holds them.
CONTROLS: Final = "stackproof.controls"
SCENARIOS: Final = "stackproof.scenarios"
TYPES: Final = "stackproof.types"
_OURS: Final = "stackproof."
_GROUPS: Final = (CONTROLS, SCENARIOS, TYPES)


def points(group: str) -> tuple[EntryPoint, ...]:
    """Give what installed distributions name in a group, in an order that stays."""
    return all_points()[group]


@cache
def all_points() -> Mapping[str, tuple[EntryPoint, ...]]:
    """Give the points of all groups: whichever is asked for, the file of each one is read.

    Raises LoadError for those that would bring nothing, whichever group they stand in.
    """
    installed = entry_points()
    found = {
        group: tuple(
            sorted(installed.select(group=group), key=lambda point: (point.name, point.value))
        )
        for group in sorted(installed.groups)
        if group.startswith(_OURS)
    }
    if problems := list(_problems(found)):
        # Imported late: most runs have no such points.
        from stackproof.own.modules import LoadError

        raise LoadError("\n".join(problems))
    return {group: found.get(group, ()) for group in _GROUPS}


def _problems(found: Mapping[str, Sequence[EntryPoint]]) -> Iterator[str]:
    for group, named in found.items():
        for point in named:
            module, colon, _ = point.value.partition(":")
            if group not in _GROUPS:
                # By their ends: all of them begin alike.
                known = {name.removeprefix(_OURS): name for name in _GROUPS}
                near = known.get(nearest(group.removeprefix(_OURS), known) or "")
                hint = f"did you mean {near!r}?" if near else f"there are {listed(_GROUPS, None)}"
                yield f"{origin(point)}: stackproof has no entry points {group!r}; {hint}"
            elif colon:
                yield f"{origin(point)}: an entry point of {group} names a module alone: {module}"
            # pytest imports these itself, and rewrites their assertions then.
            elif group == SCENARIOS and not _is_there(module.split(".")):
                yield f"{origin(point)}: there is no module or package {module!r}"


def _is_there(parts: Sequence[str]) -> bool:
    """Tell whether a module can be found, without importing any package above it."""
    place: Sequence[str] | None = None
    for number in range(1, len(parts) + 1):
        name = ".".join(parts[:number])
        found = (finder.find_spec(name, place) for finder in sys.meta_path)
        spec = next(filter(None, found), None)
        if spec is None:
            return False
        place = spec.submodule_search_locations or ()
    return True


def origin(point: EntryPoint) -> str:
    """Name a distribution with its version, and what it brings."""
    made = point.dist
    return f"{made.name} {made.version} ({point.value})" if made else point.value
