"""Databases and caches: those who are to use them get through to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.doors import lets_somebody_in
from stackproof.controls.support.example_service import BY_GROUP, judged, rule
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Json,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.data_stores import (
    STORE_TYPES,
    named_in,
    port_of,
    referred_to,
    stands_for,
)
from stackproof.reasoning.effective import stated
from stackproof.reasoning.places import LISTERS, place
from stackproof.reasoning.reachability import REACH_NEIGHBOURS, obstacles, told
from stackproof.reasoning.security_groups import INGRESS_NEIGHBOURS
from stackproof.types.tokens import (
    DOCDB_CLUSTER,
    ECS_SERVICE,
    ECS_TASK_DEFINITION,
    EFS_MOUNT_TARGET,
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    LAMBDA_FUNCTION,
    NEPTUNE_CLUSTER,
    NETWORK_ACL,
    OPENSEARCH_DOMAIN,
    RDS_CLUSTER,
    RDS_CLUSTER_INSTANCE,
    RDS_INSTANCE,
    RDS_SUBNET_GROUP,
    REDSHIFT_CLUSTER,
    SECURITY_GROUP,
)

_HOST: Final = "db.aaaa.us-east-1.rds.amazonaws.com"
_BY_IPV6: Final = (Remove("cidr_ipv4", of="in"), Change("cidr_ipv6", "2001:db8::/56", of="in"))
_WALL: Final = Neighbour("wall", SECURITY_GROUP, {"vpc_id": "vpc-1"})


@control(
    "database-lets-clients-in",
    title="Security groups of databases, caches and file systems let somebody in on their port",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=(
        RDS_INSTANCE,
        RDS_CLUSTER,
        ELASTICACHE_REPLICATION_GROUP,
        ELASTICACHE_CLUSTER,
        DOCDB_CLUSTER,
        NEPTUNE_CLUSTER,
        REDSHIFT_CLUSTER,
        OPENSEARCH_DOMAIN,
        EFS_MOUNT_TARGET,
    ),
    needs=(SECURITY_GROUP, *INGRESS_NEIGHBOURS),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            RDS_INSTANCE,
            {"engine": "postgres", "port": 5432, "vpc_security_group_ids": [Ref("wall")]},
            (_WALL, rule("in", Ref("wall"), "in", 5432, cidr_ipv4="10.0.0.0/16")),
        ),
        failing=(
            Without("in"),
            Change("port", 5433),
            (Remove("port"), Change("engine", "mysql")),
            Change("ip_protocol", "udp", of="in"),
            (*_BY_IPV6, Change("network_type", "IPV4")),
        ),
        unknown=(
            (*_BY_IPV6, Hide("network_type")),
            Hide("vpc_security_group_ids"),
            Hide("security_group_id", of="in"),
            Hide("port"),
            Remove("vpc_security_group_ids"),
            (Remove("port"), Change("engine", "of tomorrow")),
        ),
        absent=(Without("wall"),),
        also_passing=(
            Remove("port"),
            (
                Remove("engine"),
                Change("ip_protocol", "-1", of="in"),
            ),
            (Change("engine", "custom-oracle-ee"), Change("port", 5432)),
            (*_BY_IPV6, Change("network_type", "DUAL")),
        ),
        not_applicable=((Without("in"), Change("enable_http_endpoint", True)),),
    ),
)
def lets_clients_in(store: Resource, stack: Stack) -> Outcome:
    """Whoever that is. Before deployment another program may still add the rule."""
    if store["enable_http_endpoint"]:
        return NotApplicable("clients may come by the Data API")
    if store.type == OPENSEARCH_DOMAIN and not stated(store)["vpc_options"]:
        return NotApplicable("it stands in no network")
    return lets_somebody_in(store, port_of(store), stack)


def _entry(number: int, action: str, first: int, last: int) -> dict[str, Any]:
    entry = {"rule_no": number, "action": action, "protocol": "tcp", "cidr_block": "0.0.0.0/0"}
    return {**entry, "from_port": first, "to_port": last}


def _acl(ingress_: list[Any], egress_: list[Any]) -> With:
    subnets = [Ref("database-a"), Ref("database-b")]
    facts = {"subnet_ids": subnets, "ingress": ingress_, "egress": egress_}
    return With(Neighbour("acl", NETWORK_ACL, facts))


_ALL: Final = _entry(100, "allow", 0, 65535)
_CONTAINER: Final = {
    "name": "api",
    "environment": [{"name": "DATABASE_URL", "value": f"postgres://api@{_HOST}:5432/orders"}],
}
_TASKS: Final = judged("tasks", task_definition=Ref("task", "arn"))
_STORE: Final = (
    Neighbour("task", ECS_TASK_DEFINITION, {"container_definitions": Json([_CONTAINER])}),
    Neighbour("store-wall", SECURITY_GROUP, {"vpc_id": Ref("vpc")}),
    rule("store-in", Ref("store-wall"), "in", 5432, **{BY_GROUP: Ref("tasks-wall")}),
    rule("tasks-out", Ref("tasks-wall"), "out", 5432, **{BY_GROUP: Ref("store-wall")}),
    Neighbour("lister", RDS_SUBNET_GROUP, {"subnet_ids": [Ref("database-a"), Ref("database-b")]}),
    Neighbour(
        "store",
        RDS_CLUSTER,
        {
            "engine": "aurora-postgresql",
            "endpoint": _HOST,
            "db_subnet_group_name": Ref("lister"),
            "vpc_security_group_ids": [Ref("store-wall")],
        },
    ),
)
_VALUE: Final = "container_definitions.0.environment.0.value"
_READER: Final = With(
    Neighbour(
        "reader",
        RDS_CLUSTER_INSTANCE,
        {"cluster_identifier": Ref("store"), "endpoint": "reader.aaaa.us-east-1.rds.amazonaws.com"},
    )
)


@dataclass(frozen=True, slots=True)
class _Named:
    """A database or cache that an environment names: by its host, or by what isn't known yet."""

    store: Resource
    by_host: bool


@control(
    "environment-reached",
    title="Tasks and functions reach the databases and caches that their environment names",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=(ECS_SERVICE, LAMBDA_FUNCTION),
    needs=(ECS_TASK_DEFINITION, *STORE_TYPES, *LISTERS, *REACH_NEIGHBOURS),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=replace(_TASKS, neighbours=(*_TASKS.neighbours, *_STORE)),
        failing=(
            Without("store-in"),
            Without("tasks-out"),
            Change("port", 5433, of="store"),
            _acl([_entry(50, "deny", 5432, 5432), _ALL], [_ALL]),
            _acl([_ALL], [_entry(50, "deny", 32768, 60999), _ALL]),
            (
                Without("store-in"),
                _READER,
                Change(_VALUE, "reader.aaaa.us-east-1.rds.amazonaws.com", of="task"),
            ),
        ),
        unknown=(
            Hide("task_definition"),
            Hide("container_definitions", of="task"),
            Hide("network_configuration"),
            Hide("vpc_security_group_ids", of="store"),
            Hide("subnet_ids", of="lister"),
            (Remove("engine", of="store"),),
        ),
        absent=(Without("task"), Without("lister"), Without("store-wall"), Without("vpc")),
        also_passing=(
            _acl([_ALL], [_ALL]),
            Change(_VALUE, _HOST.upper(), of="task"),
            (_READER, Change(_VALUE, "reader.aaaa.us-east-1.rds.amazonaws.com", of="task")),
        ),
        not_applicable=(
            Change(_VALUE, "db.bbbb.us-east-1.rds.amazonaws.com", of="task"),
            Remove("container_definitions.0.environment", of="task"),
        ),
    ),
)
def reaches_stores(user: Resource, stack: Stack) -> Outcome:
    """There by both security groups and the network ACLs between all subnets, and back.

    Only what stands in the environment itself is known: not what a secret or a parameter holds.
    """
    named = [*_named(user, stack)]
    if not named:
        return NotApplicable("its environment names no database or cache of this stack")
    return each(named, partial(_reaches, user, stack))


def _named(user: Resource, stack: Stack) -> Iterator[_Named | Unknown]:
    """Give the databases and caches that a user is told of."""
    try:
        if user.type == LAMBDA_FUNCTION:
            yield from _told(user, "environment", _of_function, stack)
        for task in stack.follow(user, "task_definition", ECS_TASK_DEFINITION):
            yield from _told(task, "container_definitions", _of_containers, stack)
    except UnresolvedError as error:
        yield error.unknown


def _told(
    holder: Resource, name: str, values: Callable[[Resource], Iterable[Any]], stack: Stack
) -> Iterator[_Named | Unknown]:
    """Give the stores whose hosts an environment names, or may name once its values are known."""
    hidden: Unknown | None = None
    seen: set[int] = set()
    try:
        for value in values(holder):
            if isinstance(value, str):
                for store in named_in(value, stack):
                    seen.add(id(store))
                    yield _Named(store, by_host=True)
            elif isinstance(value, Unknown):
                hidden = hidden or value.at(name)
    except UnresolvedError as error:
        hidden = error.unknown
    # What a program computes it from tells what stands in it; before deployment there is no host.
    for store in referred_to(holder, name, stack):
        if id(store) not in seen:
            yield _Named(store, by_host=False)
    if hidden is not None and name not in holder.references:
        yield hidden


def _of_function(function: Resource) -> Iterable[Any]:
    return function.mapping("environment.variables").values()


def _of_containers(task: Resource) -> Iterator[Any]:
    containers = task.document("container_definitions")
    for container in containers if isinstance(containers, list) else ():
        environment = container.get("environment") if isinstance(container, Mapping) else None
        for pair in environment if isinstance(environment, list) else ():
            if isinstance(pair, Mapping):
                yield pair.get("value")


def _reaches(user: Resource, stack: Stack, named: _Named) -> Outcome:
    home = stands_for(named.store, stack)
    if user.type == LAMBDA_FUNCTION and not user.get("vpc_config.subnet_ids"):
        return NotApplicable("the function stands in no network")
    port = port_of(home)
    found = obstacles(place(user, stack), place(home, stack), port, stack)
    if not found:
        return Pass()
    if not named.by_host:
        # It may be an ARN, for who asks the service about it.
        raise UnresolvedError(Unknown(Cause.NOT_KNOWN_AT_PREVIEW, detail=told(found)))
    return Fail(
        "vpc_config" if user.type == LAMBDA_FUNCTION else "network_configuration",
        f"a way to {named.store.name} on {port}, and back",
        told(found),
        "Let the port out and in by both security groups and network ACLs, and the answers back.",
    )
