"""What survives the loss of an Availability Zone."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.model import Cause, Resource, Unknown, UnresolvedError


def zone(subnet: Resource) -> str:
    """Give the Availability Zone (name or id) of a subnet.

    Raises UnresolvedError when it is unknown, or left to AWS to choose.
    """
    named = subnet.raw("availability_zone") or subnet.raw("availability_zone_id")
    if isinstance(named, str):
        return named
    unseen = named if isinstance(named, Unknown) else Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    raise UnresolvedError(unseen.at(f"{subnet.name}.availability_zone"))


def zones(subnets: Iterable[Resource], *, enough: int | None = None) -> frozenset[str]:
    """Give the Availability Zones of subnets.

    When `enough` different ones are seen, those that can't be seen don't matter. Raises
    UnresolvedError otherwise.
    """
    seen: set[str] = set()
    lost: UnresolvedError | None = None
    for subnet in subnets:
        try:
            seen.add(zone(subnet))
        except UnresolvedError as error:
            lost = error
    if lost is not None and (enough is None or len(seen) < enough):
        raise lost
    return frozenset(seen)
