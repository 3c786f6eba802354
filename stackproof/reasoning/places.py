"""Where things stand in a network: in which subnets, and behind which security groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.types.tokens import (
    AUTOSCALING_GROUP,
    ECS_SERVICE,
    ELASTICACHE_REPLICATION_GROUP,
    ELASTICACHE_SUBNET_GROUP,
    LAUNCH_TEMPLATE,
    LB,
    RDS_CLUSTER,
    RDS_INSTANCE,
    RDS_SUBNET_GROUP,
    SECURITY_GROUP,
    SUBNET,
)

# The ports that connections are opened from, to which the answers come back. Amazon VPC User
# Guide, "Ephemeral ports": Elastic Load Balancing uses more of them than Linux.
LINUX_PORTS: Final = range(32768, 61000)
ANY_PORTS: Final = range(1024, 65536)

# How each type says it: the path to its subnets, the type that lists them when it isn't the
# resource itself, and the path to its security groups.
_PATHS: Final = {
    ECS_SERVICE: ("network_configuration.subnets", None, "network_configuration.security_groups"),
    ELASTICACHE_REPLICATION_GROUP: (
        "subnet_group_name",
        ELASTICACHE_SUBNET_GROUP,
        "security_group_ids",
    ),
    LB: ("subnets", None, "security_groups"),
    RDS_CLUSTER: ("db_subnet_group_name", RDS_SUBNET_GROUP, "vpc_security_group_ids"),
    RDS_INSTANCE: ("db_subnet_group_name", RDS_SUBNET_GROUP, "vpc_security_group_ids"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """The subnets in which something may have its network interfaces, and the groups of these.

    `ports` are those that it opens connections from.
    """

    name: str
    subnets: tuple[Resource, ...]
    groups: tuple[Resource, ...]
    ports: range = LINUX_PORTS


def place(resource: Resource, stack: Stack) -> Place:
    """Give where a load balancer, service, fleet, database or cache stands.

    Raises UnresolvedError when it is of another type, or that can't be seen.
    """
    if resource.type == AUTOSCALING_GROUP:
        return _fleet(resource, stack)
    if resource.type not in _PATHS:
        raise UnresolvedError(Unknown(Cause.UNREADABLE, detail=f"where a {resource.type} stands"))
    path, lister, groups = _PATHS[resource.type]
    if lister is None:
        subnets = stack.follow(resource, path, SUBNET)
    else:
        listed = stack.follow(resource, path, lister)
        subnets = tuple(s for one in listed for s in stack.follow(one, "subnet_ids", SUBNET))
    ports = ANY_PORTS if resource.type == LB else LINUX_PORTS
    return Place(resource.name, subnets, stack.follow(resource, groups, SECURITY_GROUP), ports)


def _fleet(group: Resource, stack: Stack) -> Place:
    templates = stack.follow(group, "launch_template.id", LAUNCH_TEMPLATE)
    groups = (
        found
        for template in templates
        for found in stack.follow(template, "vpc_security_group_ids", SECURITY_GROUP)
    )
    subnets = stack.follow(group, "vpc_zone_identifiers", SUBNET)
    return Place(group.name, subnets, tuple(groups))
