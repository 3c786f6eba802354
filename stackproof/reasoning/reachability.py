"""Who reaches whom by TCP: through security groups, network ACLs and routes, there and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.addresses import Network, collapsed, covers_internet, network
from stackproof.reasoning.network import Exit, exits, lost_exits, nat_gateways
from stackproof.reasoning.network_acls import acl, lets_through
from stackproof.reasoning.places import ANY_PORTS, Place
from stackproof.reasoning.security_groups import Rule, egress, ingress
from stackproof.types.tokens import SUBNET

INTERNET: Final = network("0.0.0.0/0")

Rules = Callable[[Resource, Stack], Iterable[Rule | Unknown]]


def seen(rules: Iterable[Rule | Unknown]) -> list[Rule]:
    """Give the rules; raise UnresolvedError when one of them could not be seen."""
    found = []
    for rule in rules:
        if isinstance(rule, Unknown):
            raise UnresolvedError(rule)
        found.append(rule)
    return found


def sources(group: Resource, port: int, stack: Stack) -> set[str]:
    """Give the ids of the groups, and the address ranges, that reach a TCP port of a group."""
    found: set[str] = set()
    for rule in seen(ingress(group, stack)):
        if port in rule.ports:
            found |= {other.id or "" for other in rule.groups(stack)}
            found |= {str(range_) for range_ in rule.addresses(stack)}
    return found


def anywhere(rule: Rule, stack: Stack) -> bool:
    """Tell whether a rule names the internet, however finely it is split."""
    return covers_internet(_addresses([rule], stack))


def lets_in(group: Resource, source: Resource, port: int, stack: Stack) -> bool:
    """Tell whether a group accepts a TCP port from the members of another group."""
    return _opens(_about(port, [group], ingress, stack), [source], (), stack)


def lets_out(group: Resource, target: Resource, port: int, stack: Stack) -> bool:
    """Tell whether a group's members may open a TCP port of the members of another group."""
    return _opens(_about(port, [group], egress, stack), [target], (INTERNET,), stack)


def obstacles(source: Place, target: Place, port: int, stack: Stack) -> list[str]:
    """Say what is in the way of a TCP connection, none when it gets through between all subnets.

    Raises UnresolvedError when that can't be told, as between VPCs.
    """
    found = []
    theirs, ours = _ranges(target.subnets), _ranges(source.subnets)
    if not _opens(_about(port, source.groups, egress, stack), target.groups, theirs, stack):
        found.append(f"the security groups of {source.name} let no {port} out to {target.name}")
    if not _opens(_about(port, target.groups, ingress, stack), source.groups, ours, stack):
        found.append(f"the security groups of {target.name} let no {port} in from {source.name}")
    _be_one_vpc(source, target)
    for one in source.subnets:
        for other in target.subnets:
            if one != other:
                found += _between(one, other, port, source.ports, stack)
    return found


def obstacles_from_internet(target: Place, port: int, stack: Stack) -> list[str]:
    """Say what keeps clients on the internet from a TCP port, none when all subnets answer."""
    found = []
    if not _opens(_about(port, target.groups, ingress, stack), (), (INTERNET,), stack):
        found.append(f"the security groups of {target.name} let no {port} in from the internet")
    for subnet in target.subnets:
        if Exit.INTERNET_GATEWAY not in exits(subnet, stack):
            found.append(f"{subnet.name} has no route to an internet gateway")
        found += _leading_nowhere(subnet, stack)
        found += _at_edge(subnet, INTERNET, range(port, port + 1), ANY_PORTS, stack, inward=True)
    return found


def obstacles_to_internet(source: Place, port: int, stack: Stack) -> list[str]:
    """Say what keeps something from a TCP port on the internet, none when all subnets get out."""
    found = []
    ports = range(port, port + 1)
    if not _opens(_about(port, source.groups, egress, stack), (), (INTERNET,), stack):
        found.append(f"the security groups of {source.name} let no {port} out to the internet")
    for subnet in source.subnets:
        ways = exits(subnet, stack)
        if not ways:
            found.append(f"{subnet.name} has no route to the internet")
        found += _at_edge(subnet, INTERNET, ports, source.ports, stack, inward=False)
        lost = _leading_nowhere(subnet, stack)
        found += lost
        for gateway in () if lost else nat_gateways(subnet, stack):
            home = stack.one(gateway, "subnet_id", SUBNET)
            if home is None or Exit.INTERNET_GATEWAY not in exits(home, stack):
                found.append(f"{gateway.name} has no route to an internet gateway")
                continue
            found += _leading_nowhere(home, stack)
            found += _between(subnet, home, port, source.ports, stack)
            found += _at_edge(home, INTERNET, ports, ANY_PORTS, stack, inward=False)
    return found


def _leading_nowhere(subnet: Resource, stack: Stack) -> list[str]:
    lost = {way.place for way in lost_exits(subnet, stack)}
    return [f"{place}, the route of {subnet.name}, leads to what is gone" for place in sorted(lost)]


def _about(port: int, groups: Iterable[Resource], rules: Rules, stack: Stack) -> list[Rule]:
    return [rule for group in groups for rule in seen(rules(group, stack)) if port in rule.ports]


def _opens(
    rules: Sequence[Rule], peers: Iterable[Resource], ranges: Sequence[Network], stack: Stack
) -> bool:
    """Tell whether the rules name one of the peers' groups, or all of their addresses."""
    if any(peer in rule.groups(stack) for peer in peers for rule in rules):
        return True
    named = collapsed(_addresses(rules, stack))
    return bool(ranges) and all(any(_covers(own, range_) for own in named) for range_ in ranges)


def _addresses(rules: Iterable[Rule], stack: Stack) -> Iterator[Network]:
    for rule in rules:
        for range_ in rule.addresses(stack):
            if isinstance(range_, Unknown):
                raise UnresolvedError(range_)
            yield range_


def _between(
    one: Resource, other: Resource, port: int, answers: range, stack: Stack
) -> Iterator[str]:
    """Say which of two subnets' ACLs refuses packets that one opens a port of the other with."""
    ports = range(port, port + 1)
    yield from _at_edge(one, _range(other), ports, answers, stack, inward=False)
    yield from _at_edge(other, _range(one), ports, answers, stack, inward=True)


def _at_edge(
    subnet: Resource, peer: Network, ports: range, answers: range, stack: Stack, *, inward: bool
) -> Iterator[str]:
    """Say whether a subnet's ACL refuses requests of a peer (or to it), or the answers."""
    held = acl(subnet, stack)
    word = "from" if inward else "to"
    if not lets_through(held, stack, peer, ports, egress=not inward):
        yield f"the network ACL of {subnet.name} refuses {ports.start} {word} {peer}"
    if not lets_through(held, stack, peer, answers, egress=inward):
        yield f"the network ACL of {subnet.name} refuses the answers {word} {peer}"


def _be_one_vpc(source: Place, target: Place) -> None:
    if len({subnet["vpc_id"] for subnet in (*source.subnets, *target.subnets)}) > 1:
        detail = f"connections between the VPCs of {source.name} and {target.name}"
        raise UnresolvedError(Unknown(Cause.UNREADABLE, detail=detail))


def _ranges(subnets: Iterable[Resource]) -> list[Network]:
    return [_range(subnet) for subnet in subnets]


def _range(subnet: Resource) -> Network:
    return network(subnet["cidr_block"])


def _covers(outer: Network, inner: Network) -> bool:
    return (
        outer.version == inner.version
        and outer.prefixlen <= inner.prefixlen
        and outer.overlaps(inner)
    )
