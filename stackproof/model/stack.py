"""Stack: the immutable graph of resources that one sight shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, final

from stackproof.model.called import physical_names
from stackproof.model.outcome import Cause, Unknown, UnresolvedError
from stackproof.model.resource import Resource


class Sight(StrEnum):
    """Where the facts about a stack come from."""

    DECLARED = "declared"
    STATE = "state"
    LIVE = "live"


@final
class Stack:
    """The resources of one stack at one sight, and how they point to each other.

    `gaps` says which types could not be looked at: asking for them raises UnresolvedError, so
    that "there are none" and "could not look" never look alike. `foreign` are others' resources
    that the stack has to do with: a subnet of a shared network, a role of another team. They are
    found like any other when a resource points to them, but they are not the stack's: they are
    neither counted nor judged.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        sight: Sight,
        gaps: Mapping[str, Unknown] | None = None,
        foreign: Iterable[Resource] = (),
    ) -> None:
        self.resources = tuple(resources)
        self.foreign = tuple(foreign)
        self.sight = sight
        self.gaps: Mapping[str, Unknown] = dict(gaps or {})
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        self._by_key: dict[str, list[Resource]] = defaultdict(list)
        self._pointing: dict[tuple[str, str], dict[str, list[Resource]]] = {}
        self._hidden_referrers: dict[tuple[str, str], Unknown | None] = {}
        self._foreign: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            self._by_type[resource.type].append(resource)
        for resource in self.foreign:
            self._foreign[resource.type].append(resource)
        # By the place in memory, where no other can be as long as the stack holds the resource.
        self._own_keys = {id(r): _own_keys(r) for r in (*self.resources, *self.foreign)}
        for resource in (*self.resources, *self.foreign):
            for key in self._own_keys[id(resource)]:
                self._by_key[key].append(resource)

    def __len__(self) -> int:
        return len(self.resources)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    @property
    def types(self) -> frozenset[str]:
        """Give the types that are present."""
        return frozenset(self._by_type)

    def all(self, type_: str) -> tuple[Resource, ...]:
        """Give the stack's resources of a type.

        Raises UnresolvedError when the type could not be looked at.
        """
        if type_ in self.gaps:
            raise UnresolvedError(self.gaps[type_])
        return tuple(self._by_type.get(type_, ()))

    def around(self, type_: str) -> tuple[Resource, ...]:
        """Give all resources of a type that are there for the stack, the foreign ones included.

        Raises UnresolvedError when the type could not be looked at.
        """
        return (*self.all(type_), *self._foreign.get(type_, ()))

    def find(self, key: str, type_: str) -> Resource | None:
        """Give the resource of a type with this URN, id, ARN or name."""
        return next((r for r in self._by_key.get(key, ()) if r.type == type_), None)

    def look_up(self, key: str, type_: str) -> Resource | None:
        """Find a resource like `find`, but tell one that isn't there from one that isn't seen.

        Raises UnresolvedError when it may be among what could not be looked at.
        """
        found = self.find(key, type_)
        if found is None and type_ in self.gaps:
            raise UnresolvedError(self.gaps[type_])
        return found

    def follow(self, resource: Resource, path: str, type_: str) -> tuple[Resource, ...]:
        """Give the resources of a type that a property points to, in the property's order.

        The path may go through objects and lists (`default_actions.target_group_arn`). A string
        points to the resource that has it as its id, ARN or name; where that finds nothing (ids
        are not known at preview) the URNs that the property depends on do. Raises
        UnresolvedError when it points to something that is not in this stack, or that could not
        be looked at.
        """
        found: dict[int, Resource] = {}
        lost: list[Unknown] = []
        for leaf in _leaves(resource.data, path.split(".")):
            hit = None if isinstance(leaf, Unknown) else self.find(leaf, type_)
            if hit is not None:
                found[id(hit)] = hit
            else:
                lost.append(
                    leaf if isinstance(leaf, Unknown) else Unknown(Cause.NOT_IN_STACK, detail=leaf)
                )
        if lost:
            depended = {
                id(hit): hit
                for urn in resource.references.get(path.split(".", maxsplit=1)[0], ())
                if (hit := self.find(urn, type_)) is not None and id(hit) not in found
            }
            # With fewer dependencies than lost values, one of these points out of the stack.
            if len(depended) < len(lost):
                raise UnresolvedError(self.gaps.get(type_, lost[0]).at(path))
            found |= depended
        return tuple(found.values())

    def follow_one(self, resource: Resource, path: str, type_: str) -> Resource | None:
        """Give the one resource that a property points to, `None` when it is not set."""
        return next(iter(self.follow(resource, path, type_)), None)

    def seen_referrers(self, target: Resource, type_: str, path: str) -> tuple[Resource, ...]:
        """Give the resources of a type whose property points to the target.

        Raises UnresolvedError when that type could not be looked at.
        """
        pointing = self._pointing.get((type_, path))
        if pointing is None:
            # Built whole before it is stored, so that a denied listing is never remembered as
            # an empty one.
            pointing = defaultdict(list)
            for resource in self.around(type_):
                for key in self._keys(resource, path):
                    pointing[key].append(resource)
            self._pointing[(type_, path)] = pointing
        hits = {
            id(resource): resource
            for key in self._own_keys.get(id(target)) or _own_keys(target)
            for resource in pointing.get(key, ())
        }
        return tuple(hits.values())

    def hidden_referrer(self, type_: str, path: str) -> Unknown | None:
        """Give what hides where one resource of a type points with a property, if any is hidden.

        Whatever it is, it may point to the resource whose referrers are asked for.
        """
        if (type_, path) not in self._hidden_referrers:
            name = path.split(".", maxsplit=1)[0]
            hidden = (
                leaf.at(f"{resource.name}.{path}")
                for resource in self.around(type_)
                if name not in resource.references
                for leaf in _leaves(resource.data, path.split("."))
                if isinstance(leaf, Unknown)
            )
            self._hidden_referrers[(type_, path)] = next(hidden, None)
        return self._hidden_referrers[(type_, path)]

    def _keys(self, resource: Resource, path: str) -> set[str]:
        parts = path.split(".")
        keys = {leaf for leaf in _leaves(resource.data, parts) if isinstance(leaf, str)}
        return keys | set(resource.references.get(parts[0], ()))


def _leaves(value: Any, path: Sequence[str]) -> Iterator[str | Unknown]:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, str):
        if not path:
            yield value
    elif isinstance(value, (dict, Mapping)):
        if path:
            yield from _leaves(value.get(path[0]), path[1:])
    elif isinstance(value, (list, Sequence)):
        for item in value:
            yield from _leaves(item, path)


def _own_keys(resource: Resource) -> set[str]:
    keys = (resource.urn, resource.id, resource.arn, resource.name, *physical_names(resource))
    return {key for key in keys if isinstance(key, str) and key}
