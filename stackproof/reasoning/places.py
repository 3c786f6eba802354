"""Where things stand in a network: in which subnets, and behind which security groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.effective import stated
from stackproof.types.tokens import (
    AUTOSCALING_GROUP,
    DOCDB_CLUSTER,
    EC2_INSTANCE,
    ECS_SERVICE,
    EFS_MOUNT_TARGET,
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    ELASTICACHE_SUBNET_GROUP,
    LAMBDA_FUNCTION,
    LAUNCH_CONFIGURATION,
    LAUNCH_TEMPLATE,
    LB,
    NEPTUNE_CLUSTER,
    OPENSEARCH_DOMAIN,
    RDS_CLUSTER,
    RDS_INSTANCE,
    RDS_SUBNET_GROUP,
    REDSHIFT_CLUSTER,
    SECURITY_GROUP,
    SUBNET,
    VPC_ENDPOINT,
)

# The ports that connections are opened from, to which the answers come back. Amazon VPC User
# Guide, "Ephemeral ports": Elastic Load Balancing uses more of them than Linux.
LINUX_PORTS: Final = range(32768, 61000)
ANY_PORTS: Final = range(1024, 65536)
# The neighbours that tell where instances of an Auto Scaling group stand.
FLEET_NEIGHBOURS: Final = (LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION)


@dataclass(frozen=True, slots=True)
class _Paths:
    """How a type says where it stands: `lister` lists the subnets when it isn't itself."""

    subnets: tuple[str, ...]
    groups: str
    lister: str = ""


_PATHS: Final = {
    EC2_INSTANCE: _Paths(("subnet_id",), "vpc_security_group_ids"),
    ECS_SERVICE: _Paths(
        ("network_configuration.subnets",), "network_configuration.security_groups"
    ),
    ELASTICACHE_CLUSTER: _Paths(
        ("subnet_group_name",), "security_group_ids", ELASTICACHE_SUBNET_GROUP
    ),
    ELASTICACHE_REPLICATION_GROUP: _Paths(
        ("subnet_group_name",), "security_group_ids", ELASTICACHE_SUBNET_GROUP
    ),
    LAMBDA_FUNCTION: _Paths(("vpc_config.subnet_ids",), "vpc_config.security_group_ids"),
    LB: _Paths(("subnet_mappings.subnet_id", "subnets"), "security_groups"),
    RDS_CLUSTER: _Paths(("db_subnet_group_name",), "vpc_security_group_ids", RDS_SUBNET_GROUP),
    RDS_INSTANCE: _Paths(("db_subnet_group_name",), "vpc_security_group_ids", RDS_SUBNET_GROUP),
}

# Of these it is asked only behind which security groups they stand.
_WALLS: Final = {
    DOCDB_CLUSTER: "vpc_security_group_ids",
    EFS_MOUNT_TARGET: "security_groups",
    NEPTUNE_CLUSTER: "vpc_security_group_ids",
    OPENSEARCH_DOMAIN: "vpc_options.security_group_ids",
    REDSHIFT_CLUSTER: "vpc_security_group_ids",
    VPC_ENDPOINT: "security_group_ids",
    **{type_: paths.groups for type_, paths in _PATHS.items()},
}
# The neighbours that list subnets for others.
LISTERS: Final = tuple({paths.lister: None for paths in _PATHS.values() if paths.lister})


@dataclass(frozen=True, slots=True)
class Place:
    """The subnets in which something may have its network interfaces, and the groups of these.

    `ports` are those that it opens connections from. What is not `guarded` has no security groups,
    and is held back by none.
    """

    name: str
    subnets: tuple[Resource, ...]
    groups: tuple[Resource, ...]
    ports: range = LINUX_PORTS
    guarded: bool = True


def place(resource: Resource, stack: Stack) -> Place:
    """Give where a load balancer, service, function, fleet, instance, database or cache stands.

    Raises UnresolvedError when it is of another type, or that can't be seen.
    """
    if resource.type == AUTOSCALING_GROUP:
        return _fleet(resource, stack)
    paths = _PATHS.get(resource.type)
    if paths is None:
        raise UnresolvedError(Unknown(Cause.UNREADABLE, detail=f"where a {resource.type} stands"))
    subnets = _subnets(resource, stack, paths)
    if not subnets:
        raise _left_out(resource, "subnets")
    by_network = resource.type == LB and resource["load_balancer_type"] == "network"
    own = stated(resource)
    groups = () if by_network and not own.raw(paths.groups) else _groups(own, stack, paths.groups)
    ports = ANY_PORTS if resource.type == LB else LINUX_PORTS
    return Place(resource.name, subnets, groups, ports, guarded=bool(groups))


def walls(resource: Resource, stack: Stack) -> tuple[Resource, ...]:
    """Give the security groups of something that stands in a network.

    Raises UnresolvedError when these, or the default ones that it then has, can't be seen.
    """
    return _groups(stated(resource), stack, _WALLS[resource.type])


def _subnets(resource: Resource, stack: Stack, paths: _Paths) -> tuple[Resource, ...]:
    found: dict[int, Resource] = {}
    own = stated(resource)
    # AWS shows a load balancer's subnets in both of its words, a program says one of them.
    for path in paths.subnets:
        if paths.lister:
            listers = stack.follow(own, path, paths.lister)
            subnets = [s for lister in listers for s in stack.follow(lister, "subnet_ids", SUBNET)]
        else:
            subnets = [*stack.follow(own, path, SUBNET)]
        found |= {id(subnet): subnet for subnet in subnets}
    return tuple(found.values())


def _groups(resource: Resource, stack: Stack, *paths: str) -> tuple[Resource, ...]:
    groups = [group for path in paths for group in stack.follow(resource, path, SECURITY_GROUP)]
    if not groups:
        raise _left_out(resource, "security groups")
    return tuple(groups)


def _left_out(resource: Resource, what: str) -> UnresolvedError:
    # It then has those of the VPC, or of the account, by default.
    detail = f"{resource.name} names no {what}: it has those that come by themselves"
    return UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail=detail))


def _fleet(group: Resource, stack: Stack) -> Place:
    subnets = stack.follow(stated(group), "vpc_zone_identifiers", SUBNET)
    if not subnets:
        raise _left_out(group, "subnets")
    groups = {id(lister): lister for made in _launched(group, stack) for lister in made}
    return Place(group.name, subnets, tuple(groups.values()))


def _launched(group: Resource, stack: Stack) -> Iterator[tuple[Resource, ...]]:
    """Give the security groups of each way in which a group launches instances."""
    mixed = "mixed_instances_policy.launch_template"
    if group.get(f"{mixed}.overrides.0.launch_template_specification"):
        raise UnresolvedError(
            Unknown(Cause.UNREADABLE, f"{mixed}.overrides", "launch templates of their own")
        )
    own = stated(group)
    specification = f"{mixed}.launch_template_specification"
    for path in (
        "launch_template.id",
        "launch_template.name",
        f"{specification}.launch_template_id",
        f"{specification}.launch_template_name",
    ):
        for template in stack.follow(own, path, LAUNCH_TEMPLATE):
            _be_as_shown(template, own, f"{path.rpartition('.')[0]}.version")
            inside = "network_interfaces.security_groups"
            yield _groups(stated(template), stack, "vpc_security_group_ids", inside)
    for configuration in stack.follow(own, "launch_configuration", LAUNCH_CONFIGURATION):
        yield _groups(stated(configuration), stack, "security_groups")


def _be_as_shown(template: Resource, group: Resource, path: str) -> None:
    """Raise UnresolvedError when a group launches another version than the one that is shown.

    Live, that is the latest. A version that is not known yet is that of the program's template.
    """
    try:
        version = group.text(path) or "$Default"
    except UnresolvedError:
        return
    latest = template.raw("latest_version")
    wanted = template.raw("default_version") if version == "$Default" else version
    known = not isinstance(latest, Unknown) and not isinstance(wanted, Unknown)
    if version != "$Latest" and known and latest and str(latest) != str(wanted or latest):
        detail = f"version {version} of {template.name}"
        raise UnresolvedError(Unknown(Cause.UNREADABLE, path, detail))
