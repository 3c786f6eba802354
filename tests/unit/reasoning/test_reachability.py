"""A connection gets through when nothing on its way refuses it, nor its answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stackproof.model import Cause, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.reasoning.places import place
from stackproof.reasoning.reachability import (
    obstacles,
    obstacles_from_internet,
    obstacles_to_internet,
)
from stackproof.types.tokens import (
    DEFAULT_NETWORK_ACL,
    ECS_SERVICE,
    INTERNET_GATEWAY,
    LB,
    NAT_GATEWAY,
    NETWORK_ACL,
    RDS_CLUSTER,
    RDS_SUBNET_GROUP,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    SUBNET,
    VPC,
)


def made(type_: str, name: str, **data: Any) -> Resource:
    return Resource(data, type=type_, name=name, id=name)


def rule(direction: str, group: str, port: int, **peer: str) -> Resource:
    type_ = SECURITY_GROUP_INGRESS_RULE if direction == "in" else SECURITY_GROUP_EGRESS_RULE
    said = {"security_group_id": group, "ip_protocol": "tcp", "from_port": port, "to_port": port}
    return made(type_, f"{direction}-{group}-{port}", **said, **peer)


def subnet(name: str, cidr: str, table: str) -> list[Resource]:
    return [
        made(SUBNET, name, vpc_id="vpc", cidr_block=cidr),
        made(ROUTE_TABLE_ASSOCIATION, f"{name}-table", subnet_id=name, route_table_id=table),
    ]


OUT = {"destination_cidr_block": "0.0.0.0/0"}
EVERYWHERE = {"cidr_ipv4": "0.0.0.0/0"}
ANYTHING = {"rule_no": 100, "action": "allow", "protocol": "-1", "cidr_block": "0.0.0.0/0"}
PARTS = [
    made(VPC, "vpc"),
    made(
        DEFAULT_NETWORK_ACL,
        "default-acl",
        subnet_ids=["front", "app", "data"],
        ingress=[ANYTHING],
        egress=[ANYTHING],
    ),
    made(INTERNET_GATEWAY, "igw-1", vpc_id="vpc"),
    *(made(ROUTE_TABLE, name, vpc_id="vpc") for name in ("public", "private", "isolated")),
    made(ROUTE, "out", route_table_id="public", gateway_id="igw-1", **OUT),
    made(ROUTE, "nat", route_table_id="private", nat_gateway_id="nat-1", **OUT),
    made(NAT_GATEWAY, "nat-1", subnet_id="front"),
    *subnet("front", "10.0.0.0/24", "public"),
    *subnet("app", "10.0.1.0/24", "private"),
    *subnet("data", "10.0.2.0/24", "isolated"),
    *(made(SECURITY_GROUP, name, vpc_id="vpc") for name in ("door", "tasks", "base")),
    rule("in", "door", 443, **EVERYWHERE),
    rule("out", "door", 8080, referenced_security_group_id="tasks"),
    rule("in", "tasks", 8080, referenced_security_group_id="door"),
    rule("out", "tasks", 5432, referenced_security_group_id="base"),
    rule("out", "tasks", 443, **EVERYWHERE),
    rule("in", "base", 5432, referenced_security_group_id="tasks"),
    made(LB, "alb", subnets=["front"], security_groups=["door"]),
    made(
        ECS_SERVICE,
        "api",
        network_configuration={"subnets": ["app"], "security_groups": ["tasks"]},
    ),
    made(RDS_SUBNET_GROUP, "isolated-group", subnet_ids=["data"]),
    made(
        RDS_CLUSTER,
        "db",
        db_subnet_group_name="isolated-group",
        vpc_security_group_ids=["base"],
    ),
]


def stack_of(*more: Resource, without: str = "", parts: list[Resource] = PARTS) -> Stack:
    return Stack([*(part for part in parts if part.name != without), *more], Sight.LIVE)


def ways(stack: Stack) -> dict[str, list[str]]:
    """Give what is in the way of each step of a request."""
    alb, api, db = (
        place(found, stack)
        for name, type_ in (("alb", LB), ("api", ECS_SERVICE), ("db", RDS_CLUSTER))
        if (found := stack.find(name, type_)) is not None
    )
    return {
        "arrives": obstacles_from_internet(alb, 443, stack),
        "is served": obstacles(alb, api, 8080, stack),
        "is kept": obstacles(api, db, 5432, stack),
        "calls out": obstacles_to_internet(api, 443, stack),
    }


def blocked(stack: Stack) -> set[str]:
    return {step for step, found in ways(stack).items() if found}


@pytest.mark.parametrize(
    ("lost", "route", "expected"),
    [
        ("out", {"route_table_id": "public", "gateway_id": "igw-1"}, {"arrives", "calls out"}),
        ("nat", {"route_table_id": "private", "egress_only_gateway_id": "e"}, {"calls out"}),
    ],
)
def test_a_route_of_ipv6_leads_no_packet_of_ipv4(
    lost: str, route: dict[str, str], expected: set[str]
) -> None:
    six = made(ROUTE, "six", destination_ipv6_cidr_block="::/0", **route)
    assert blocked(stack_of(six, without=lost)) == expected


def test_request_gets_all_the_way() -> None:
    assert ways(stack_of()) == {"arrives": [], "is served": [], "is kept": [], "calls out": []}


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        ("in-door-443", {"arrives"}),
        ("out-door-8080", {"is served"}),
        ("in-tasks-8080", {"is served"}),
        ("out-tasks-5432", {"is kept"}),
        ("in-base-5432", {"is kept"}),
        ("out-tasks-443", {"calls out"}),
        ("out", {"arrives", "calls out"}),
        ("nat", {"calls out"}),
    ],
)
def test_one_missing_rule_or_route_is_in_the_way(lost: str, expected: set[str]) -> None:
    assert blocked(stack_of(without=lost)) == expected


@pytest.mark.parametrize(
    ("route", "expected"), [("out", {"arrives", "calls out"}), ("nat", {"calls out"})]
)
def test_route_to_what_is_gone_is_in_the_way(route: str, expected: set[str]) -> None:
    # AWS shows a route inside its table, too, and without its state there.
    table, target = {
        "out": ("public", {"gateway_id": "igw-1"}),
        "nat": ("private", {"nat_gateway_id": "nat-1"}),
    }[route]
    said: dict[str, dict[str, Any]] = {
        route: {"state": "blackhole"},
        table: {"routes": [{"cidr_block": "0.0.0.0/0", **target}]},
    }
    parts = [
        replace(part, data={**part.data, **said.get(part.name, {})})
        for part in PARTS
        if part.name not in target.values()
    ]
    assert blocked(stack_of(parts=parts)) == expected


def test_addresses_of_the_subnets_do_instead_of_a_group() -> None:
    wide = rule("in", "base", 5432, cidr_ipv4="10.0.0.0/23")
    assert blocked(stack_of(wide, without="in-base-5432")) == set()
    narrow = rule("in", "base", 5432, cidr_ipv4="10.0.1.0/25")
    assert blocked(stack_of(narrow, without="in-base-5432")) == {"is kept"}


def acl(name: str, ingress: list[Any], egress: list[Any]) -> Resource:
    return made(NETWORK_ACL, f"{name}-acl", subnet_ids=[name], ingress=ingress, egress=egress)


def entry(number: int, first: int, last: int, action: str = "allow") -> dict[str, Any]:
    said = {"rule_no": number, "action": action, "protocol": "tcp", "cidr_block": "0.0.0.0/0"}
    return {**said, "from_port": first, "to_port": last}


ALL = entry(100, 0, 65535)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (acl("data", [ALL], [ALL]), set()),
        (acl("data", [], []), {"is kept"}),
        (acl("data", [entry(10, 5432, 5432)], [entry(10, 32768, 65535)]), set()),
        (acl("data", [entry(10, 5432, 5432)], []), {"is kept"}),
        (acl("data", [entry(90, 5432, 5432, "deny"), ALL], [ALL]), {"is kept"}),
        (acl("app", [ALL], []), {"is served", "is kept", "calls out"}),
        (acl("front", [entry(10, 443, 443)], [ALL]), {"is served", "calls out"}),
        (acl("front", [ALL], [entry(10, 8080, 8080)]), {"arrives", "calls out"}),
    ],
)
def test_acls_refuse_there_or_back(held: Resource, expected: set[str]) -> None:
    assert blocked(stack_of(held)) == expected


def test_packets_within_a_subnet_meet_no_acl() -> None:
    parts = [
        replace(part, data={**part.data, "subnet_ids": ["app"]})
        if part.name == "isolated-group"
        else part
        for part in PARTS
    ]
    assert "is kept" not in blocked(stack_of(acl("app", [], []), parts=parts))


def test_obstacles_name_what_is_in_the_way() -> None:
    (said,) = ways(stack_of(without="in-base-5432"))["is kept"]
    assert said == "the security groups of db let no 5432 in from api"


def test_connections_between_vpcs_are_not_decided() -> None:
    parts = [
        replace(part, data={**part.data, "vpc_id": "other"})
        if (part.name, part.type) == ("data", SUBNET)
        else part
        for part in PARTS
    ]
    with pytest.raises(UnresolvedError):
        ways(stack_of(parts=parts))


def test_place_of_something_unknown_is_not_guessed() -> None:
    with pytest.raises(UnresolvedError):
        place(made(VPC, "vpc"), stack_of())


def test_rule_that_cannot_be_seen_is_unknown() -> None:
    hidden = Unknown(Cause.ACCESS_DENIED)
    stack = Stack(PARTS, Sight.LIVE, gaps={SECURITY_GROUP_INGRESS_RULE: hidden})
    with pytest.raises(UnresolvedError):
        ways(stack)
