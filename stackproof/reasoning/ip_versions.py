"""By which versions of IP something is reached, and which of those let in have such an address.

Sources: Elastic Load Balancing, "Update the IP address types for your Application Load Balancer"
and "Introducing dual-stack without public IPv4 Application Load Balancer" (AWS's blog); Amazon RDS
User Guide, "Amazon RDS IP addressing"; AWS PrivateLink, "IP address type"; Amazon EFS API
Reference, CreateMountTarget. Where nothing is said it is IPv4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown
from stackproof.reasoning.addresses import Network, network
from stackproof.reasoning.effective import stated
from stackproof.reasoning.openings import rules_about
from stackproof.reasoning.security_groups import Rule, ingress
from stackproof.types import tokens as t

_ADDRESSES: Final = "ip_address_type"
_NETWORK: Final = "network_type"
_PROPERTIES: Final = {
    t.DOCDB_CLUSTER: _NETWORK,
    t.EFS_MOUNT_TARGET: _ADDRESSES,
    t.ELASTICACHE_CLUSTER: _NETWORK,
    t.ELASTICACHE_REPLICATION_GROUP: _NETWORK,
    t.LB: _ADDRESSES,
    t.OPENSEARCH_DOMAIN: _ADDRESSES,
    t.RDS_CLUSTER: _NETWORK,
    t.RDS_INSTANCE: _NETWORK,
    t.VPC_ENDPOINT: _ADDRESSES,
}
# The services' words, in lower case.
_VERSIONS: Final = {
    **dict.fromkeys(("ipv4", "ipv4_only"), frozenset({4})),
    **dict.fromkeys(("ipv6", "ipv6_only", "dualstack-without-public-ipv4"), frozenset({6})),
    **dict.fromkeys(("dual", "dual_stack", "dualstack"), frozenset({4, 6})),
}
_USUAL: Final = 4
_EVERYWHERE: Final = {4: network("0.0.0.0/0"), 6: network("::/0")}


def ip_versions(resource: Resource) -> frozenset[int] | Unknown:
    """Give the versions of IP by which clients reach something, an Unknown where that is hidden."""
    path = _PROPERTIES.get(resource.type)
    if path is None:
        return Unknown(Cause.UNREADABLE, detail=f"whether {resource.name} is reached by IPv6")
    value = stated(resource).raw(path)
    if isinstance(value, Unknown):
        return value.at(path)
    odd = Unknown(Cause.UNREADABLE, path, f"of kind {value!r}")
    return _VERSIONS.get(str(value or "ipv4").lower(), odd)


def everybody(versions: frozenset[int] | Unknown) -> list[Network]:
    """Give all addresses that clients may have."""
    known = {_USUAL} if isinstance(versions, Unknown) else versions
    return [_EVERYWHERE[version] for version in sorted(known)]


def spoken(versions: frozenset[int] | Unknown) -> str:
    """Say by which versions, after what is done by them; nothing where that is hidden."""
    known = [] if isinstance(versions, Unknown) else sorted(versions)
    return f" by {' or '.join(f'IPv{version}' for version in known)}" if known else ""


def clients(
    port: int, groups: Iterable[Resource], versions: frozenset[int] | Unknown, stack: Stack
) -> Iterator[Network | Unknown]:
    """Give the addresses that groups let in on a TCP port and clients may have.

    Those that are named by a group, or by a list that can't be seen, may have any. An Unknown
    stands for each rule, or version of IP, that is hidden.
    """
    for held in rules_about(port, groups, ingress, stack):
        if isinstance(held, Unknown):
            yield held
        else:
            yield from _let_in(held[1], versions, stack)


def _let_in(
    rule: Rule, versions: frozenset[int] | Unknown, stack: Stack
) -> Iterator[Network | Unknown]:
    named = [*rule.addresses(stack)]
    seen = [range_ for range_ in named if not isinstance(range_, Unknown)]
    if rule.names_groups or not seen or len(seen) < len(named):
        yield from everybody(versions)
    for range_ in seen:
        if isinstance(versions, Unknown):
            yield range_ if range_.version == _USUAL else versions
        elif range_.version in versions:
            yield range_
