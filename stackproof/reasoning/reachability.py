"""Who reaches whom by TCP: through security groups, network ACLs and routes, there and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.addresses import Network, network
from stackproof.reasoning.network import Exit, exits, lost_routes, nat_gateways
from stackproof.reasoning.network_acls import ACL_NEIGHBOURS, acl, lets_through
from stackproof.reasoning.openings import INTERNET, Held, opens, rules_about
from stackproof.reasoning.places import ANY_PORTS, Place
from stackproof.reasoning.security_groups import (
    EGRESS_NEIGHBOURS,
    INGRESS_NEIGHBOURS,
    egress,
    ingress,
)
from stackproof.types.tokens import SECURITY_GROUP, SUBNET, VPC

_TOLD: Final = 3
# The neighbours that a control needs to see whether a connection between two places gets through.
REACH_NEIGHBOURS: Final = tuple(
    dict.fromkeys(
        (SECURITY_GROUP, *INGRESS_NEIGHBOURS, *EGRESS_NEIGHBOURS, SUBNET, *ACL_NEIGHBOURS)
    )
)


def obstacles(source: Place, target: Place, port: int, stack: Stack) -> list[str]:
    """Say what is in the way of a TCP connection, none when it gets through between all subnets.

    Raises UnresolvedError when none is seen, but that can't be told, as between VPCs.
    """
    _be_one_vpc(source, target, stack)
    found = [*_by_groups(source, target, port, stack)]
    for subnet in source.subnets:
        for other in target.subnets:
            if subnet is not other:
                found += _between(subnet, other, port, source.ports, stack)
    return settled(found)


def obstacles_from_internet(target: Place, port: int, stack: Stack) -> list[str]:
    """Say what keeps clients on the internet from a TCP port, none when all subnets answer.

    Raises UnresolvedError when none is seen, but that can't be told.
    """
    found: list[str | Unknown] = []
    if target.guarded:
        rules = rules_about(port, target.groups, ingress, stack)
        missing = f"the security groups of {target.name} let no {port} in from the internet"
        found += _unless_open(rules, (), (INTERNET,), stack, missing)
    for subnet in target.subnets:
        if Exit.INTERNET_GATEWAY not in exits(subnet, stack, INTERNET.version):
            found.append(f"{subnet.name} has no route to an internet gateway")
        found += _leading_nowhere(subnet, stack)
        found += _at_edge(subnet, INTERNET, range(port, port + 1), ANY_PORTS, stack, inward=True)
    return settled(found)


def obstacles_to_internet(source: Place, port: int, stack: Stack) -> list[str]:
    """Say what keeps something from a TCP port on the internet, none when all subnets get out.

    Raises UnresolvedError when none is seen, but that can't be told.
    """
    found: list[str | Unknown] = []
    ports = range(port, port + 1)
    if source.guarded:
        rules = rules_about(port, source.groups, egress, stack)
        missing = f"the security groups of {source.name} let no {port} out to the internet"
        found += _unless_open(rules, (), (INTERNET,), stack, missing)
    for subnet in source.subnets:
        ways = exits(subnet, stack, INTERNET.version)
        if not ways:
            found.append(f"{subnet.name} has no route to the internet")
        found += _at_edge(subnet, INTERNET, ports, source.ports, stack, inward=False)
        lost = _leading_nowhere(subnet, stack)
        found += lost
        for gateway in () if lost else nat_gateways(subnet, stack):
            home = stack.follow_one(gateway, "subnet_id", SUBNET)
            if home is None or Exit.INTERNET_GATEWAY not in exits(home, stack, INTERNET.version):
                found.append(f"{gateway.name} has no route to an internet gateway")
                continue
            found += _leading_nowhere(home, stack)
            found += _between(subnet, home, port, source.ports, stack)
            found += _at_edge(home, INTERNET, ports, ANY_PORTS, stack, inward=False)
    return settled(found)


def _leading_nowhere(subnet: Resource, stack: Stack) -> list[str]:
    lost = {route.place for route in lost_routes(subnet, stack)}
    return [f"{place}, the route of {subnet.name}, leads to what is gone" for place in sorted(lost)]


def _by_groups(source: Place, target: Place, port: int, stack: Stack) -> Iterator[str | Unknown]:
    theirs, ours = _ranges(target.subnets), _ranges(source.subnets)
    if source.guarded:
        rules = rules_about(port, source.groups, egress, stack)
        missing = f"the security groups of {source.name} let no {port} out to {target.name}"
        yield from _unless_open(rules, target.groups, theirs, stack, missing)
    if target.guarded:
        rules = rules_about(port, target.groups, ingress, stack)
        missing = f"the security groups of {target.name} let no {port} in from {source.name}"
        yield from _unless_open(rules, source.groups, ours, stack, missing)


def settled(found: Iterable[str | Unknown | None]) -> list[str]:
    """Give the obstacles; raise UnresolvedError when none is seen, but one may be hidden."""
    seen_once = list(dict.fromkeys(found))
    obstacles = [obstacle for obstacle in seen_once if isinstance(obstacle, str)]
    hidden = next((obstacle for obstacle in seen_once if isinstance(obstacle, Unknown)), None)
    if hidden is not None and not obstacles:
        raise UnresolvedError(hidden)
    return obstacles


def told(obstacles_: Sequence[str]) -> str:
    """Say a few obstacles in one sentence: between three zones there may be dozens."""
    more = f" (and {len(obstacles_) - _TOLD} more)" if len(obstacles_) > _TOLD else ""
    return "; ".join(obstacles_[:_TOLD]) + more


def _unless_open(
    rules: Iterable[Held | Unknown],
    peers: Iterable[Resource],
    ranges: Sequence[Network] | Unknown,
    stack: Stack,
    missing: str,
) -> Iterator[str | Unknown]:
    try:
        if not opens(rules, peers, ranges, stack):
            yield missing
    except UnresolvedError as error:
        yield error.unknown


def _between(
    left: Resource, other: Resource, port: int, answers: range, stack: Stack
) -> Iterator[str | Unknown]:
    """Say which of two subnets' ACLs refuses packets that one opens a port of the other with."""
    ports = range(port, port + 1)
    try:
        here, there = range_of(left), range_of(other)
    except UnresolvedError as error:
        yield error.unknown
        return
    yield from _at_edge(left, there, ports, answers, stack, inward=False)
    yield from _at_edge(other, here, ports, answers, stack, inward=True)


def _at_edge(
    subnet: Resource, peer: Network, ports: range, answers: range, stack: Stack, *, inward: bool
) -> Iterator[str | Unknown]:
    """Say whether a subnet's ACL refuses requests of a peer (or to it), or the answers."""
    word = "from" if inward else "to"
    try:
        held = acl(subnet, stack)
        if not lets_through(held, stack, peer, ports, egress=not inward):
            yield f"the network ACL of {subnet.name} refuses {ports.start} {word} {peer}"
        if not lets_through(held, stack, peer, answers, egress=inward):
            yield f"the network ACL of {subnet.name} refuses the answers {word} {peer}"
    except UnresolvedError as error:
        yield error.unknown


def _be_one_vpc(source: Place, target: Place, stack: Stack) -> None:
    if len({_vpc(subnet, stack) for subnet in (*source.subnets, *target.subnets)}) > 1:
        detail = f"connections between the VPCs of {source.name} and {target.name}"
        raise UnresolvedError(Unknown(Cause.UNREADABLE, detail=detail))


def _vpc(subnet: Resource, stack: Stack) -> object:
    vpc = subnet.raw("vpc_id")
    return vpc if isinstance(vpc, str) else id(stack.follow_one(subnet, "vpc_id", VPC))


def _ranges(subnets: Iterable[Resource]) -> list[Network] | Unknown:
    try:
        return [range_of(subnet) for subnet in subnets]
    except UnresolvedError as error:
        return error.unknown


def range_of(subnet: Resource) -> Network:
    """Give a subnet's IPv4 addresses; raise UnresolvedError when they are unknown."""
    return network(subnet["cidr_block"])
