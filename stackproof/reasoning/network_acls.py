"""Network ACLs: which packets get into a subnet, and out of it.

Source: Amazon VPC User Guide, "Control subnet traffic with network access control lists": rules
are tried by their numbers, the first that matches decides, what none matches is refused, and
answers need a rule of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from stackproof.model import (
    LEFT_TO_AWS,
    Block,
    Cause,
    Resource,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.reasoning.addresses import Network, collapsed, network
from stackproof.reasoning.effective import stated
from stackproof.reasoning.once import once
from stackproof.reasoning.relations import referrers, referrers_or_unknown
from stackproof.types.tokens import (
    DEFAULT_NETWORK_ACL,
    NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
    VPC,
)

# The neighbours that a control needs to see what a subnet's ACL lets through.
ACL_NEIGHBOURS: Final = (
    NETWORK_ACL,
    DEFAULT_NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
    VPC,
)
# IANA, "Assigned Internet Protocol Numbers": how ACLs name TCP and all protocols.
_TCP: Final = {"tcp", "6", "-1", "all"}
_ALL_PROTOCOLS: Final = {"-1", "all"}
EVERY_PORT: Final = range(65536)

Piece = tuple[Network, range]


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of an ACL, as far as it is about TCP."""

    number: int
    allows: bool
    addresses: Network
    ports: range


def acl(subnet: Resource, stack: Stack) -> Resource | None:
    """Give the ACL that a subnet follows, `None` for AWS's own one, which lets everything through.

    Raises UnresolvedError when that can't be seen.
    """
    joined = referrers(subnet, stack, NETWORK_ACL_ASSOCIATION, "subnet_id")
    if joined:
        return stack.follow_one(joined[0], "network_acl_id", NETWORK_ACL)
    own = stack.seen_referrers(subnet, NETWORK_ACL, "subnet_ids")
    if own:
        return own[0]
    hidden = once(stack, "subnets of network ACLs", lambda: _unsure(stack))
    if hidden is not None:
        raise UnresolvedError(hidden)
    default = stack.seen_referrers(subnet, DEFAULT_NETWORK_ACL, "subnet_ids")
    return default[0] if default else _default(subnet, stack)


def entries(acl_: Resource, stack: Stack, *, egress: bool) -> list[Entry]:
    """Give an ACL's rules for one way in the order in which they are tried.

    Raises UnresolvedError when one of them can't be seen.
    """

    def read() -> list[Entry]:
        return sorted(_entries(acl_, stack, egress=egress), key=lambda entry: entry.number)

    # A stack has few ACLs, and each is asked about for each way through it.
    return once(stack, ("entries of a network ACL", acl_.identity, egress), read)


def lets_through(
    acl_: Resource | None, stack: Stack, peer: Network, ports: range, *, egress: bool
) -> bool:
    """Tell whether TCP to (or from) all addresses of a peer, on all these ports, gets through.

    The ports are those of the packets' destination. Raises UnresolvedError when a rule can't be
    seen.
    """
    return acl_ is None or not _decided(acl_, stack, (peer, ports), egress=egress)[1]


def let_through(
    acl_: Resource | None, stack: Stack, peer: Network, ports: range, *, egress: bool
) -> list[Network]:
    """Give the addresses of a peer to (or from) which TCP gets through on some of these ports.

    Raises UnresolvedError when a rule can't be seen.
    """
    if acl_ is None:
        return [peer]
    return collapsed(part for part, _ in _decided(acl_, stack, (peer, ports), egress=egress)[0])


def _unsure(stack: Stack) -> Unknown | None:
    """Give what hides which subnets an ACL has, if the program itself hides it for one."""
    for found in stack.around(NETWORK_ACL):
        subnets = found.raw("subnet_ids")
        if found.references.get("subnet_ids") or subnets == LEFT_TO_AWS:
            continue
        for leaf in subnets if isinstance(subnets, (list, tuple)) else (subnets,):
            if isinstance(leaf, Unknown):
                return leaf.at(f"{found.name}.subnet_ids")
    return None


def _default(subnet: Resource, stack: Stack) -> Resource | None:
    """Give the VPC's default ACL where the program adopts it; raise UnresolvedError if unsure.

    Live, AWS shows the ACL of every subnet: one that isn't shown was not looked for.
    """
    vpc = stack.follow_one(subnet, "vpc_id", VPC)
    if vpc is None or stack.sight is Sight.LIVE:
        raise UnresolvedError(
            Unknown(Cause.NOT_IN_STACK, detail=f"the network ACL of subnet {subnet.name}")
        )
    name = "default_network_acl_id"
    adopted = referrers(vpc, stack, DEFAULT_NETWORK_ACL, name)
    default = vpc.raw(name)
    found = stack.find(default, DEFAULT_NETWORK_ACL) if isinstance(default, str) else None
    if found or adopted:
        return found or adopted[0]
    for rule in stack.around(NETWORK_ACL_RULE):
        if vpc.urn in rule.references.get("network_acl_id", ()) or (
            default and rule.raw("network_acl_id") == default
        ):
            detail = f"rules of its own in the default network ACL of {vpc.name}"
            raise UnresolvedError(Unknown(Cause.UNREADABLE, detail=detail))
    return None


def _decided(
    acl_: Resource, stack: Stack, asked: Piece, *, egress: bool
) -> tuple[list[Piece], list[Piece]]:
    """Give what an ACL lets through of some addresses and ports, and what it refuses."""
    allowed: list[Piece] = []
    refused: list[Piece] = []
    undecided = [asked]
    for entry in entries(acl_, stack, egress=egress):
        left: list[Piece] = []
        for piece in undecided:
            met = _met(piece, entry)
            if met is None:
                left.append(piece)
                continue
            (allowed if entry.allows else refused).append(met)
            left += _without(piece, met)
        undecided = left
    return allowed, refused + undecided


def alone(rule: Resource) -> list[Entry]:
    """Give what a rule of its own says; UnresolvedError when that can't be seen."""
    return [*_read(rule, "rule_number", "rule_action")]


def _entries(acl_: Resource, stack: Stack, *, egress: bool) -> Iterator[Entry]:
    for element in stated(acl_).elements("egress" if egress else "ingress"):
        if isinstance(element, Unknown):
            raise UnresolvedError(element)
        yield from _read(element, "rule_no", "action")
    for rule in referrers_or_unknown(acl_, stack, NETWORK_ACL_RULE, "network_acl_id"):
        if isinstance(rule, Unknown):
            raise UnresolvedError(rule)
        if bool(rule["egress"]) is egress:
            yield from _read(rule, "rule_number", "rule_action")


def _read(entry: Block, number: str, action: str) -> Iterator[Entry]:
    protocol = str(entry["protocol"]).lower()
    if protocol not in _TCP:
        return
    first, last = int(entry.number("from_port") or 0), int(entry.number("to_port") or 0)
    ports = EVERY_PORT if protocol in _ALL_PROTOCOLS else range(first, last + 1)
    allows = str(entry[action]).lower() == "allow"
    for cidr in (entry["cidr_block"], entry["ipv6_cidr_block"]):
        if cidr:
            yield Entry(int(entry.number(number) or 0), allows, network(cidr), ports)


def _met(piece: Piece, entry: Entry) -> Piece | None:
    """Give the part of addresses and ports that a rule is about, if it is about any."""
    (peer, ports), theirs = piece, entry.addresses
    start, stop = max(ports.start, entry.ports.start), min(ports.stop, entry.ports.stop)
    if start >= stop or peer.version != theirs.version or not peer.overlaps(theirs):
        return None
    return (theirs if theirs.prefixlen > peer.prefixlen else peer), range(start, stop)


def _without(piece: Piece, met: Piece) -> Iterable[Piece]:
    """Give what is left of addresses and ports without a part of them."""
    (peer, ports), (theirs, taken) = piece, met
    for rest in (range(ports.start, taken.start), range(taken.stop, ports.stop)):
        if rest:
            yield peer, rest
    if theirs.prefixlen > peer.prefixlen:
        # The versions are the same, which the type checker can't see.
        for part in peer.address_exclude(theirs):  # type: ignore[arg-type]
            yield part, taken
