"""What AWS made in an account by itself, which nobody is to be told of as if it were theirs.

Decided by kind. What AWS alone can change (managed keys, roles linked to services or made by IAM
Identity Center, default parameter groups, managed rules) is left out where its reader meets it. A
default network is somebody's once anything uses it: before that nothing stands in it that its doors
could let anybody reach, and there is one in each region. CIS and FSBP want it gone or closed all
the same, so that there are some is said once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackproof.model import Resource
from stackproof.sights.live.scope import Scope, strings
from stackproof.types import tokens as t

# What comes with a network: AWS makes it there, and it says in which.
_WITH_A_NETWORK: Final = (
    t.SUBNET,
    t.INTERNET_GATEWAY,
    t.SECURITY_GROUP,
    t.DEFAULT_SECURITY_GROUP,
    t.SECURITY_GROUP_INGRESS_RULE,
    t.SECURITY_GROUP_EGRESS_RULE,
    t.NETWORK_ACL,
    t.DEFAULT_NETWORK_ACL,
    t.NETWORK_ACL_RULE,
    t.NETWORK_ACL_ASSOCIATION,
    t.ROUTE_TABLE,
    t.DEFAULT_ROUTE_TABLE,
    t.ROUTE,
    t.ROUTE_TABLE_ASSOCIATION,
    t.MAIN_ROUTE_TABLE_ASSOCIATION,
)


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
    """Give a network and what came with it, whatever that stands in."""
    parts = [r for r in scope.members[t.VPC] if r.id == vpc]
    ids = {vpc}
    for _ in range(2):  # a rule stands in a group, and that in the network
        parts += [r for r in _inside(scope, ids) if r not in parts]
        ids |= {part.id for part in parts if part.id}
    return parts


def _inside(scope: Scope, ids: set[str]) -> Iterator[Resource]:
    places = ("vpc_id", "security_group_id", "network_acl_id", "route_table_id")
    for type_ in _WITH_A_NETWORK:
        for resource in scope.members[type_]:
            if any(resource.raw(place) in ids for place in places):
                yield resource
