"""What AWS made in an account by itself, which nobody is to be told of as if it were theirs.

Decided by kind. What AWS alone can change (managed keys, roles linked to services or made by IAM
Identity Center, default parameter groups, managed rules) is left out where its reader meets it. Of
a secret that a service keeps, customers can set who else reads it: that is judged, and nothing else
of it. A default network is somebody's once anything uses it, or somebody has changed or added
something: before that nothing stands in it that its doors could let anybody reach, and there is one
in each region. CIS and FSBP want it gone or closed all the same, so that there are some is said
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from stackproof.model import Block, Resource
from stackproof.sights.live.scope import Scope, strings
from stackproof.types import tokens as t

# How the network that stands in each place is named.
_PLACES: Final = ("vpc_id", "route_table_id")
_EVERYWHERE: Final = ("0.0.0.0/0", "::/0")


def unused_networks(scope: Scope) -> dict[str, list[Resource]]:
    """Give the default networks that nothing uses, by their ids, with all that came with each."""
    unused = {}
    for vpc in sorted(scope.default_networks - scope.used_networks):
        parts = _parts(vpc, scope)
        ids = {part.id for part in parts if part.id}
        own = {id(part) for part in parts}
        named = (
            not ids.isdisjoint(strings(resource.data))
            for held in scope.members.values()
            for resource in held
            if id(resource) not in own
        )
        if not any(named):
            unused[vpc] = parts
    return unused


def _parts(vpc: str, scope: Scope) -> list[Resource]:
    """Give a network and what came with it, as it came."""
    parts = [r for r in scope.members[t.VPC] if r.id == vpc]
    ids = {vpc}
    for _ in range(2):  # a route stands in a table, and that in the network
        parts += [r for r in _came_along(scope, ids) if r not in parts]
        ids |= {part.id for part in parts if part.id}
    return parts


def _came_along(scope: Scope, ids: set[str]) -> Iterator[Resource]:
    for type_, is_as_made in _AS_MADE.items():
        for resource in scope.members[type_]:
            if any(resource.raw(place) in ids for place in _PLACES) and is_as_made(resource, scope):
                yield resource


def _is_made_subnet(subnet: Resource, scope: Scope) -> bool:
    return subnet.id in scope.default_subnets


def _is_made_group(group: Resource, scope: Scope) -> bool:
    """Tell whether a group lets its own members in and all of them out, or less."""
    came = all(
        rule.raw("self") and rule.raw("protocol") == "-1" for rule in group.blocks("ingress")
    )
    left = all(_lets_all_out(rule) for rule in group.blocks("egress"))
    return came and left


def _lets_all_out(rule: Block) -> bool:
    peers = [*(rule.raw("cidr_blocks") or ()), *(rule.raw("ipv6_cidr_blocks") or ())]
    return rule.raw("protocol") == "-1" and {*peers} <= {*_EVERYWHERE}


def _is_made_acl(acl: Resource, scope: Scope) -> bool:
    return all(
        rule.raw("action") == "allow"
        and (rule.raw("cidr_block") or rule.raw("ipv6_cidr_block")) in _EVERYWHERE
        and rule.raw("protocol") in ("-1", "all")
        for direction in ("ingress", "egress")
        for rule in acl.blocks(direction)
    )


def _is_made_table(table: Resource, scope: Scope) -> bool:
    routes = [r for r in scope.members[t.ROUTE] if r.raw("route_table_id") == table.id]
    return all(_leads_out(route) for route in routes)


def _leads_out(route: Resource) -> bool:
    gateway = route.raw("gateway_id")
    out = route.raw("destination_cidr_block") in _EVERYWHERE
    return out and isinstance(gateway, str) and gateway.startswith("igw-")


_AsMade: TypeAlias = Callable[[Resource, Scope], bool]
# What AWS makes with a default network, and whether it still is as it was made: what somebody
# changed or added is somebody's. Amazon VPC User Guide, "Default VPC components", "Default security
# groups for your VPCs", "Default network ACL".
_AS_MADE: Final[Mapping[str, _AsMade]] = {
    t.SUBNET: _is_made_subnet,
    t.INTERNET_GATEWAY: lambda gateway, scope: True,
    t.DEFAULT_SECURITY_GROUP: _is_made_group,
    t.DEFAULT_NETWORK_ACL: _is_made_acl,
    t.DEFAULT_ROUTE_TABLE: _is_made_table,
    t.ROUTE: lambda route, scope: _leads_out(route),
}
