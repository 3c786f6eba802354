"""VPCs and what routes their traffic: made, changed, read back, deleted."""

from __future__ import annotations

import pytest

from stackproof.model import Resource
from stackproof.types.tokens import (
    EC2_EIP,
    FLOW_LOG,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    VPC,
    VPC_ENDPOINT,
)
from tests.integration.services.roundtrip import (
    TAGS,
    Made,
    World,
    assert_gone,
    assert_shown,
    found,
)

ANYWHERE = "0.0.0.0/0"


@pytest.fixture
def vpc(world: World) -> Made:
    return world.make(VPC, cidr_block="10.9.0.0/16", enable_dns_hostnames=True, tags=TAGS)


@pytest.fixture
def subnet(world: World, vpc: Made) -> Made:
    return world.make(SUBNET, vpc_id=vpc.id, cidr_block="10.9.0.0/24", tags=TAGS)


def test_vpc_shows_what_was_declared_and_changed(world: World, vpc: Made) -> None:
    assert_shown(world, vpc)
    world.change(vpc, enable_dns_hostnames=False, tags={**TAGS, "Name": "other"})
    assert_shown(world, vpc)
    assert vpc["main_route_table_id"].startswith("rtb-")
    assert vpc["default_security_group_id"].startswith("sg-")
    assert_gone(world, vpc)


def test_vpc_with_ipv6_shows_its_block(world: World) -> None:
    vpc = world.make(VPC, cidr_block="10.8.0.0/16", assign_generated_ipv6_cidr_block=True)
    assert_shown(world, vpc)
    assert vpc["ipv6_cidr_block"].endswith("/56")


def test_subnet_shows_what_was_declared_and_changed(world: World, vpc: Made) -> None:
    subnet = world.make(
        SUBNET,
        vpc_id=vpc.id,
        cidr_block="10.9.1.0/24",
        availability_zone="us-east-1b",
        enable_resource_name_dns_a_record_on_launch=True,
        tags=TAGS,
    )
    assert_shown(world, subnet)
    world.change(subnet, map_public_ip_on_launch=True, tags={"Only": "this"})
    assert_shown(world, subnet)
    assert_gone(world, subnet)


def test_internet_gateway_is_attached_to_its_vpc(world: World, vpc: Made) -> None:
    gateway = world.make(INTERNET_GATEWAY, vpc_id=vpc.id, tags=TAGS)
    assert_shown(world, gateway)
    world.change(gateway, tags={**TAGS, "More": "1"})
    assert_shown(world, gateway)
    assert_gone(world, gateway)


def test_nat_gateway_uses_its_address(world: World, subnet: Made) -> None:
    address = world.make(EC2_EIP, domain="vpc", tags=TAGS)
    gateway = world.make(
        NAT_GATEWAY, subnet_id=subnet.id, allocation_id=address["allocation_id"], tags=TAGS
    )
    assert gateway["public_ip"] == address["public_ip"]
    assert_shown(world, gateway)
    assert_shown(world, address)
    world.change(gateway, tags={**TAGS, "More": "1"})
    assert_shown(world, gateway)
    assert_gone(world, gateway)
    assert_gone(world, address)


def test_routes_that_are_resources_stay_out_of_their_table(world: World, vpc: Made) -> None:
    first = world.make(INTERNET_GATEWAY, vpc_id=vpc.id)
    table = world.make(ROUTE_TABLE, vpc_id=vpc.id, tags=TAGS)
    route = world.make(
        ROUTE, route_table_id=table.id, destination_cidr_block=ANYWHERE, gateway_id=first.id
    )
    assert route.id == f"r-{table.id}1080289494"
    assert_shown(world, route)
    assert_shown(world, table)
    assert found(world.snapshot().stack(), table)["routes"] == []
    assert_gone(world, route)
    assert_gone(world, table)


def test_route_is_sent_elsewhere_in_place(world: World, vpc: Made, subnet: Made) -> None:
    gateway = world.make(INTERNET_GATEWAY, vpc_id=vpc.id)
    address = world.make(EC2_EIP)
    nat = world.make(NAT_GATEWAY, subnet_id=subnet.id, allocation_id=address.id)
    table = world.make(ROUTE_TABLE, vpc_id=vpc.id)
    route = world.make(
        ROUTE, route_table_id=table.id, destination_cidr_block=ANYWHERE, gateway_id=gateway.id
    )
    world.change(route, gateway_id=None, nat_gateway_id=nat.id)
    assert_shown(world, route)
    live = world.read(route)
    assert isinstance(live, Resource)
    assert live["gateway_id"] is None


def test_inline_routes_are_shown_in_their_table(world: World, vpc: Made) -> None:
    gateway = world.make(INTERNET_GATEWAY, vpc_id=vpc.id)
    table = world.make(
        ROUTE_TABLE,
        vpc_id=vpc.id,
        routes=[{"cidr_block": ANYWHERE, "gateway_id": gateway.id}],
    )
    assert_shown(world, table)
    world.change(table, routes=[{"cidr_block": "10.77.0.0/16", "gateway_id": gateway.id}])
    assert_shown(world, table)


def test_subnet_moves_to_another_table_before_the_first_association_goes(
    world: World, vpc: Made, subnet: Made
) -> None:
    tables = [world.make(ROUTE_TABLE, vpc_id=vpc.id) for _ in range(2)]
    before, after = (
        world.make(ROUTE_TABLE_ASSOCIATION, subnet_id=subnet.id, route_table_id=table.id)
        for table in tables
    )
    assert_gone(world, before)
    assert_shown(world, after)
    assert_gone(world, after)


def test_flow_log_shows_what_was_declared(world: World, vpc: Made) -> None:
    logs = world.cloud.client("logs")
    logs.create_log_group(logGroupName="/roundtrip/flow")
    role = world.cloud.client("iam").create_role(
        RoleName="roundtrip-flow", AssumeRolePolicyDocument="{}"
    )["Role"]["Arn"]
    log = world.make(
        FLOW_LOG,
        vpc_id=vpc.id,
        traffic_type="ALL",
        iam_role_arn=role,
        log_destination=world.cloud.arn("logs", "log-group:/roundtrip/flow"),
        max_aggregation_interval=60,
        tags=TAGS,
    )
    assert_shown(world, log)
    world.change(log, tags={**TAGS, "More": "1"})
    assert_shown(world, log)
    assert_gone(world, log)


def test_gateway_endpoint_follows_its_tables(world: World, vpc: Made) -> None:
    tables = [world.make(ROUTE_TABLE, vpc_id=vpc.id).id for _ in range(2)]
    endpoint = world.make(
        VPC_ENDPOINT,
        vpc_id=vpc.id,
        service_name="com.amazonaws.us-east-1.s3",
        route_table_ids=tables[:1],
        tags=TAGS,
    )
    assert_shown(world, endpoint)
    assert endpoint["prefix_list_id"].startswith("pl-")
    world.change(endpoint, route_table_ids=tables, tags={**TAGS, "More": "1"})
    assert_shown(world, endpoint)
    world.change(endpoint, route_table_ids=tables[1:])
    assert_shown(world, endpoint)
    assert_gone(world, endpoint)


def test_interface_endpoint_shows_its_groups_and_dns(world: World, vpc: Made, subnet: Made) -> None:
    endpoint = world.make(
        VPC_ENDPOINT,
        vpc_id=vpc.id,
        service_name="com.amazonaws.us-east-1.secretsmanager",
        vpc_endpoint_type="Interface",
        subnet_ids=[subnet.id],
        security_group_ids=[vpc["default_security_group_id"]],
        private_dns_enabled=True,
    )
    assert_shown(world, endpoint)
    assert_gone(world, endpoint)
