"""Network ACLs: which packets get into a subnet, and out of it.

Source: Amazon VPC User Guide, "Control subnet traffic with network access control lists": rules
are tried by their numbers, the first that matches decides, what none matches is refused, and
answers need a rule of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stackproof.model import Block, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.addresses import Network, network
from stackproof.reasoning.relations import pointers, pointing_to
from stackproof.types.tokens import (
    DEFAULT_NETWORK_ACL,
    NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
)

# IANA, "Assigned Internet Protocol Numbers": how ACLs name TCP and all protocols.
_TCP: Final = {"tcp", "6", "-1", "all"}
_ALL_PROTOCOLS: Final = {"-1", "all"}
_EVERY_PORT: Final = range(65536)


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
    joined = pointing_to(subnet, stack, NETWORK_ACL_ASSOCIATION, "subnet_id")
    if joined:
        return stack.one(joined[0], "network_acl_id", NETWORK_ACL)
    own = pointing_to(subnet, stack, NETWORK_ACL, "subnet_ids")
    if own:
        return own[0]
    default = stack.referrers(subnet, DEFAULT_NETWORK_ACL, "subnet_ids")
    return default[0] if default else None


def entries(acl_: Resource, stack: Stack, *, egress: bool) -> list[Entry]:
    """Give an ACL's rules for one way in the order in which they are tried.

    Raises UnresolvedError when one of them can't be seen.
    """
    return sorted(_entries(acl_, stack, egress=egress), key=lambda entry: entry.number)


def lets_through(
    acl_: Resource | None, stack: Stack, peer: Network, ports: range, *, egress: bool
) -> bool:
    """Tell whether TCP to (or from) all addresses of a peer, on all these ports, gets through.

    The ports are those of the packets' destination. Raises UnresolvedError when a rule can't be
    seen.
    """
    if acl_ is None:
        return True
    undecided = [(peer, ports)]
    for entry in entries(acl_, stack, egress=egress):
        left: list[tuple[Network, range]] = []
        for piece in undecided:
            rest = list(_without(piece, entry))
            if rest != [piece] and not entry.allows:
                return False
            left += rest
        undecided = left
    return not undecided


def _entries(acl_: Resource, stack: Stack, *, egress: bool) -> Iterator[Entry]:
    for element in acl_.elements("egress" if egress else "ingress"):
        if isinstance(element, Unknown):
            raise UnresolvedError(element)
        yield from _read(element, "rule_no", "action")
    for rule in pointers(acl_, stack, NETWORK_ACL_RULE, "network_acl_id"):
        if isinstance(rule, Unknown):
            raise UnresolvedError(rule)
        if bool(rule["egress"]) is egress:
            yield from _read(rule, "rule_number", "rule_action")


def _read(said: Block, number: str, action: str) -> Iterator[Entry]:
    protocol = str(said["protocol"]).lower()
    if protocol not in _TCP:
        return
    first, last = int(said.number("from_port") or 0), int(said.number("to_port") or 0)
    ports = _EVERY_PORT if protocol in _ALL_PROTOCOLS else range(first, last + 1)
    allows = str(said[action]).lower() == "allow"
    for cidr in (said["cidr_block"], said["ipv6_cidr_block"]):
        if cidr:
            yield Entry(int(said.number(number) or 0), allows, network(cidr), ports)


def _without(piece: tuple[Network, range], entry: Entry) -> Iterator[tuple[Network, range]]:
    """Give what a rule leaves of addresses and ports; the piece itself when it isn't about it."""
    (peer, ports), theirs = piece, entry.addresses
    start, stop = max(ports.start, entry.ports.start), min(ports.stop, entry.ports.stop)
    if start >= stop or peer.version != theirs.version or not peer.overlaps(theirs):
        yield piece
        return
    for rest in (range(ports.start, start), range(stop, ports.stop)):
        if rest:
            yield peer, rest
    if theirs.prefixlen > peer.prefixlen:
        # The versions are the same, which the type checker can't see.
        for part in peer.address_exclude(theirs):  # type: ignore[arg-type]
            yield part, range(start, stop)
