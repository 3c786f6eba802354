"""Who is heard at all: clients that a port is open to, and the internet's answers to a subnet.

Unlike an obstacle between two places, what keeps some addresses away is no fault here: a network
ACL may refuse those that are known to attack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from stackproof.model import Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.addresses import Network, is_private
from stackproof.reasoning.ip_versions import clients, everybody, spoken
from stackproof.reasoning.network import nat_gateways
from stackproof.reasoning.network_acls import EVERY_PORT, acl, let_through
from stackproof.reasoning.openings import INTERNET
from stackproof.reasoning.places import ANY_PORTS, Place
from stackproof.reasoning.reachability import range_of, settled
from stackproof.types.tokens import SUBNET


def closed_to_clients(
    target: Place, port: int, versions: frozenset[int] | Unknown, stack: Stack
) -> list[str]:
    """Say what keeps all clients from a TCP port, whoever they are, none when some get through.

    They come by the `versions` of IP that the target has. Clients that a security group names by a
    group or a list may stand anywhere. Raises UnresolvedError when nothing is seen to be in the
    way, but that can't be told.
    """
    let_in = [] if target.guarded else everybody(versions)
    hidden: Unknown | None = None
    for client in clients(port, target.groups, versions, stack):
        if isinstance(client, Unknown):
            hidden = hidden or client
        else:
            let_in.append(client)
    if not let_in and hidden is not None:
        raise UnresolvedError(hidden)
    if not let_in:
        return [f"the security groups of {target.name} let no {port} in{spoken(versions)}"]
    wanted = let_in if hidden is None else [*let_in, *everybody(versions)]
    return settled(_shut(subnet, wanted, port, stack) for subnet in target.subnets)


def unheard(subnet: Resource, stack: Stack) -> list[str] | None:
    """Say which network ACLs keep the internet's answers from a subnet that asks by NAT gateways.

    `None` when its own ACL lets no request out: then it asks for nothing. Raises UnresolvedError
    when nothing is seen to be in the way, but that can't be told.
    """
    held = acl(subnet, stack)
    asked = _public(let_through(held, stack, INTERNET, EVERY_PORT, egress=True))
    if not asked:
        return None
    found: list[str | Unknown] = []
    if not any(_public(let_through(held, stack, p, ANY_PORTS, egress=False)) for p in asked):
        found.append(f"the network ACL of {subnet.name} lets no answers of the internet in")
    for gateway in nat_gateways(subnet, stack):
        home = stack.follow_one(gateway, "subnet_id", SUBNET)
        if home is not None and home is not subnet:
            found += _passed_on(range_of(subnet), home, stack)
    return settled(found)


def _shut(
    subnet: Resource, wanted: Sequence[Network], port: int, stack: Stack
) -> str | Unknown | None:
    """Say whether a subnet's ACL lets no client in on a port, or no answer out."""
    try:
        held, ports = acl(subnet, stack), range(port, port + 1)
        let_in = [c for c in wanted if let_through(held, stack, c, ports, egress=False)]
        if not let_in:
            return f"the network ACL of {subnet.name} lets no {port} in"
        if not any(let_through(held, stack, c, ANY_PORTS, egress=True) for c in let_in):
            return f"the network ACL of {subnet.name} lets no answers out"
    except UnresolvedError as error:
        return error.unknown
    return None


def _passed_on(asking: Network, home: Resource, stack: Stack) -> Iterator[str | Unknown]:
    """Say what the ACL of a NAT gateway's subnet doesn't let through of requests and answers."""
    try:
        held = acl(home, stack)
        for peer, ports, egress_, what in (
            (asking, EVERY_PORT, False, f"no requests of {asking} in"),
            (INTERNET, EVERY_PORT, True, "no requests out to the internet"),
            (INTERNET, ANY_PORTS, False, "no answers of the internet in"),
            (asking, ANY_PORTS, True, f"no answers out to {asking}"),
        ):
            through = let_through(held, stack, peer, ports, egress=egress_)
            if not (through if peer is asking else _public(through)):
                yield f"the network ACL of {home.name} lets {what}"
    except UnresolvedError as error:
        yield error.unknown


def _public(ranges: Iterable[Network]) -> list[Network]:
    return [range_ for range_ in ranges if not is_private(range_)]
