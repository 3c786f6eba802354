"""A promise: what every resource of a kind has, whatever a stack's settings say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from stackproof.model import Resource, Unknown, UnresolvedError


@dataclass(frozen=True, slots=True)
class Promise:
    """What every resource of a type has in these systems: by path, a value or all of a list's.

    What must be off may as well not be shown. `unless` is a setting that names what the account
    has in its place: then the stack needs none.
    """

    type: str
    settings: Mapping[str, object]
    blueprints: Sequence[str]
    environments: Sequence[str] = ()
    unless: str = ""

    def broken(self, resource: Resource) -> list[str]:
        """Say what of it a resource does not keep."""
        broken: list[str] = []
        for path, wanted in self.settings.items():
            found = {*_leaves(resource.data, path.split("."))} - {None}
            promised = {*wanted} if isinstance(wanted, frozenset) else {wanted}
            # AWS doesn't show each switch that is off.
            if promised == {False}:
                found = found or {False}
            if found != promised:
                broken.append(f"{resource.name}: {path} is {sorted(map(str, found))}, not {wanted}")
        return broken


def _leaves(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """Give what stands at the end of a path, whichever lists it goes through."""
    if isinstance(value, Unknown):
        raise UnresolvedError(value)
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping):
        yield from _leaves(value.get(path[0]), path[1:])


def each(promises: Iterable[Promise]) -> list[Any]:
    """Give promises as parameters, each for the systems and environments that it is about."""
    return [
        pytest.param(
            promise,
            id=f"{promise.type.rpartition(':')[2]}-{'-'.join(promise.blueprints)}",
            marks=[
                pytest.mark.blueprint(*promise.blueprints),
                *([pytest.mark.environments(*promise.environments)] * bool(promise.environments)),
            ],
        )
        for promise in promises
    ]
