"""Twins: what was read, found by what names it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from stackproof.model import Resource
from stackproof.parity.naming import Named, shown_hosts
from stackproof.types.identities import OTHER_IDS


@dataclass(frozen=True, slots=True)
class Reach:
    """What this version can do: the types that it reads, judges, and finds in no one region.

    `shown_in` has the types that AWS shows in what they belong to (a tag or a policy in a resource
    of its own), and in which types that is.
    """

    readable: frozenset[str]
    covered: frozenset[str]
    worldwide: frozenset[str] = frozenset()
    shown_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Twins:
    """Finds what was read by what names it."""

    def __init__(self, live: Iterable[Resource], reach: Reach) -> None:
        self.resources = tuple(live)
        self._readable, self._worldwide = reach.readable, reach.worldwide
        self._by_arn = {r.arn: r for r in self.resources if r.arn}
        self._by_id: dict[tuple[str, str | None], list[Resource]] = defaultdict(list)
        for resource in self.resources:
            self._by_id[resource.type, resource.id].append(resource)
            name = OTHER_IDS.get(resource.type)
            other = None if name is None else resource.raw(name)
            if other and isinstance(other, str):
                self._by_id[resource.type, other].append(resource)
        self._by_host = {
            (resource.type, host): resource
            for resource in self.resources
            for host in shown_hosts(resource)
        }

    def of(self, wanted: Named) -> Resource | None:
        """Give the twin of what is named: by its ARN, else its id in its region or its address."""
        named = wanted.resource
        by_arn = self._by_arn.get(named.arn or "")
        # What is read under another type (the VPC of a DefaultVpc) is read all the same.
        if by_arn and (by_arn.type in wanted.types or self._readable.isdisjoint(wanted.types)):
            return by_arn
        candidates = (live for type_ in wanted.types for live in self._by_id[type_, named.id])
        by_id = next((live for live in candidates if self._may_be(named, live)), None)
        at = (self._by_host.get((type_, wanted.host)) for type_ in wanted.types if wanted.host)
        return by_id or next(filter(None, at), None)

    def _may_be(self, named: Resource, live: Resource) -> bool:
        """Tell whether places allow that two are the same: what has no region is everywhere."""
        if _differ(named.account, live.account) or _differ(_partition(named), _partition(live)):
            return False
        return live.type in self._worldwide or not _differ(named.region, live.region)


def _differ(left: str | None, other: str | None) -> bool:
    """Tell whether two places differ: who says none may be in the other's."""
    return None not in (left, other) and left != other


def _partition(resource: Resource) -> str | None:
    return resource.arn.split(":", 2)[1] if resource.arn else None


def with_urns(
    live: Iterable[Resource], named: Iterable[Named], reach: Reach
) -> tuple[Resource, ...]:
    """Give what was read the URNs by which the state knows it."""
    twins = Twins(live, reach)
    pairs = ((wanted.resource.urn, twins.of(wanted)) for wanted in named)
    urns = {id(twin): urn for urn, twin in pairs if urn and twin}
    return tuple(
        replace(resource, urn=urns[id(resource)]) if id(resource) in urns else resource
        for resource in twins.resources
    )
