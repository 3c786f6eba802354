"""A subnet's tier follows from its routes, wherever they are declared."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.reasoning.network import Exit, Tier, exits, nat_gateways, tier, tiers
from stackproof.types.tokens import (
    DEFAULT_ROUTE_TABLE,
    INTERNET_GATEWAY,
    MAIN_ROUTE_TABLE_ASSOCIATION,
    NAT_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    VPC,
)

HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


def resource(type_: str, name: str, references: Any = None, **data: Any) -> Resource:
    return Resource(data, type=type_, name=name, id=name, references=references or {})


VPC_ = resource(VPC, "vpc")
APP = resource(SUBNET, "app", vpc_id="vpc")
GATEWAY = resource(INTERNET_GATEWAY, "door")
NAT = resource(NAT_GATEWAY, "nat")
TABLE = resource(ROUTE_TABLE, "table")
JOIN = resource(ROUTE_TABLE_ASSOCIATION, "join", subnet_id="app", route_table_id="table")


def stack_of(*more: Resource, table: Resource = TABLE) -> Stack:
    return Stack([VPC_, APP, GATEWAY, NAT, table, JOIN, *more], Sight.LIVE)


def route(references: Any = None, **data: Any) -> Resource:
    return resource(ROUTE, "out", references, route_table_id="table", **data)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"destination_cidr_block": "0.0.0.0/0", "gateway_id": "door"}, Tier.PUBLIC),
        ({"destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-0123"}, Tier.PUBLIC),
        ({"destination_ipv6_cidr_block": "::/0", "gateway_id": "door"}, Tier.PUBLIC),
        ({"destination_cidr_block": "203.0.113.0/24", "gateway_id": "door"}, Tier.PUBLIC),
        ({"destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat"}, Tier.PRIVATE),
        ({"destination_cidr_block": "128.0.0.0/1", "transit_gateway_id": "tgw-1"}, Tier.PRIVATE),
        ({"destination_ipv6_cidr_block": "::/0", "egress_only_gateway_id": "e"}, Tier.PRIVATE),
        ({"destination_prefix_list_id": "pl-1", "gateway_id": "vpce-1"}, Tier.ISOLATED),
        ({"destination_cidr_block": "10.0.0.0/8", "vpc_peering_connection_id": "p"}, Tier.ISOLATED),
        ({"destination_cidr_block": "10.0.0.0/16", "gateway_id": "local"}, Tier.ISOLATED),
    ],
)
def test_route_makes_the_tier(facts: dict[str, Any], expected: Tier) -> None:
    assert tier(APP, stack_of(route(**facts))) is expected


def test_inline_route_counts_like_one_declared_apart() -> None:
    table = resource(
        ROUTE_TABLE, "table", routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": "door"}]
    )
    assert tier(APP, stack_of(table=table)) is Tier.PUBLIC


def test_gateway_that_is_not_known_yet_is_found_through_its_urn() -> None:
    door = Resource({}, type=INTERNET_GATEWAY, name="door", urn="urn:door")
    out = route(
        {"gateway_id": ("urn:door",)}, destination_cidr_block="0.0.0.0/0", gateway_id=HIDDEN
    )
    assert tier(APP, Stack([VPC_, APP, door, TABLE, JOIN, out], Sight.DECLARED)) is Tier.PUBLIC


def test_subnet_without_a_table_that_can_be_seen_is_unresolved() -> None:
    with pytest.raises(UnresolvedError, match="not part of the stack"):
        tier(APP, Stack([VPC_, APP, TABLE], Sight.LIVE))


def test_subnet_without_its_own_table_follows_the_main_one() -> None:
    main = resource(MAIN_ROUTE_TABLE_ASSOCIATION, "main", vpc_id="vpc", route_table_id="table")
    out = route(destination_cidr_block="0.0.0.0/0", nat_gateway_id="nat")
    assert tier(APP, Stack([VPC_, APP, TABLE, main, out], Sight.LIVE)) is Tier.PRIVATE


def test_main_table_is_found_by_its_id_in_the_vpc() -> None:
    vpc = resource(VPC, "vpc", main_route_table_id="table")
    assert tier(APP, Stack([vpc, APP, TABLE], Sight.LIVE)) is Tier.ISOLATED


def test_table_that_came_with_the_vpc_is_the_main_one() -> None:
    leads_out = [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}]
    main = resource(DEFAULT_ROUTE_TABLE, "main", vpc_id="vpc", routes=leads_out)
    assert tier(APP, Stack([VPC_, APP, main], Sight.LIVE)) is Tier.PUBLIC


def test_exit_that_is_seen_wins_over_a_hidden_route() -> None:
    table = resource(ROUTE_TABLE, "table", routes=[HIDDEN])
    stack = stack_of(route(destination_cidr_block="0.0.0.0/0", nat_gateway_id="nat"), table=table)
    assert set(exits(APP, stack)) == {Exit.NAT}
    with pytest.raises(UnresolvedError):
        tier(APP, stack)


@pytest.mark.parametrize(
    ("destination", "four", "six"),
    [
        ({"destination_cidr_block": "0.0.0.0/0"}, True, False),
        ({"destination_ipv6_cidr_block": "::/0"}, False, True),
        ({"destination_ipv6_cidr_block": "", "destination_cidr_block": "0.0.0.0/0"}, True, False),
        ({"destination_prefix_list_id": "pl-1"}, True, True),
        (
            {"destination_cidr_block": "0.0.0.0/0", "destination_ipv6_cidr_block": HIDDEN},
            True,
            False,
        ),
    ],
)
def test_a_way_out_by_one_version_of_ip_is_none_by_the_other(
    destination: dict[str, Any], four: bool, six: bool
) -> None:
    stack = stack_of(route(gateway_id="door", **destination))
    assert (bool(exits(APP, stack, 4)), bool(exits(APP, stack, 6))) == (four, six)
    assert exits(APP, stack)


def test_hidden_routes_are_unresolved() -> None:
    with pytest.raises(UnresolvedError):
        exits(APP, stack_of(table=resource(ROUTE_TABLE, "table", routes=HIDDEN)))


def test_nat_gateways_of_a_subnet_are_those_of_its_routes() -> None:
    out = route(destination_cidr_block="0.0.0.0/0", nat_gateway_id="nat")
    assert nat_gateways(APP, stack_of(out)) == (NAT,)


def test_tiers_group_the_subnets_of_a_vpc() -> None:
    assert tiers(VPC_, stack_of()) == {Tier.ISOLATED: (APP,)}
