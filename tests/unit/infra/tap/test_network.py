from __future__ import annotations

import pytest

from stackproof.types.tokens import NAT_GATEWAY, ROUTE, SUBNET
from tests.unit.infra.program import Deployment
from tests.unit.infra.tap.conftest import Configured


def _subnets(deployment: Deployment, tier: str) -> list[tuple[str, str, bool]]:
    return sorted(
        (s["availability_zone"], s["cidr_block"], s["map_public_ip_on_launch"])
        for s in deployment.all(SUBNET)
        if s["tags"]["Tier"] == tier
    )


@pytest.mark.requirement("2.3")
def test_vpc_has_dns_support_and_hostnames(deployment: Deployment) -> None:
    vpc = deployment.only("aws:ec2/vpc:Vpc")
    assert vpc["cidr_block"] == "10.0.0.0/16"
    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True


@pytest.mark.requirement("2.3")
def test_each_zone_has_a_public_and_a_private_subnet(deployment: Deployment) -> None:
    assert _subnets(deployment, "public") == [
        ("us-east-1a", "10.0.1.0/24", True),
        ("us-east-1b", "10.0.2.0/24", True),
    ]
    assert _subnets(deployment, "private") == [
        ("us-east-1a", "10.0.10.0/24", False),
        ("us-east-1b", "10.0.11.0/24", False),
    ]
    assert len(deployment.all(SUBNET)) == 4


def test_addresses_and_zones_follow_the_settings(configured: Configured) -> None:
    deployment = configured(
        vpc_cidr="172.16.0.0/16", availability_zones='["us-east-1c", "us-east-1d", "us-east-1f"]'
    )
    assert _subnets(deployment, "private") == [
        ("us-east-1c", "172.16.10.0/24", False),
        ("us-east-1d", "172.16.11.0/24", False),
        ("us-east-1f", "172.16.12.0/24", False),
    ]
    assert len(deployment.all(NAT_GATEWAY)) == 3


def test_each_zone_has_a_nat_gateway_with_an_address_in_its_public_subnet(
    deployment: Deployment,
) -> None:
    assert {
        nat.name: (nat["subnet_id"], nat["allocation_id"]) for nat in deployment.all(NAT_GATEWAY)
    } == {
        "nat-a": ("Subnet-public-a", "eipalloc-nat-a"),
        "nat-b": ("Subnet-public-b", "eipalloc-nat-b"),
    }
    assert [eip["domain"] for eip in deployment.all("aws:ec2/eip:Eip")] == ["vpc", "vpc"]


def test_public_subnets_share_a_table_and_private_ones_have_their_own(
    deployment: Deployment,
) -> None:
    assert sorted(
        (one["subnet_id"], one["route_table_id"])
        for one in deployment.all("aws:ec2/routeTableAssociation:RouteTableAssociation")
    ) == [
        ("Subnet-private-a", "RouteTable-private-a"),
        ("Subnet-private-b", "RouteTable-private-b"),
        ("Subnet-public-a", "RouteTable-public"),
        ("Subnet-public-b", "RouteTable-public"),
    ]


def test_public_table_leads_to_the_internet_and_private_ones_through_their_own_zone(
    deployment: Deployment,
) -> None:
    assert sorted(
        (route["route_table_id"], route.inputs.get("gateway_id") or route["nat_gateway_id"])
        for route in deployment.all(ROUTE)
    ) == [
        ("RouteTable-private-a", "NatGateway-nat-a"),
        ("RouteTable-private-b", "NatGateway-nat-b"),
        ("RouteTable-public", "InternetGateway-internet-gateway"),
    ]
    assert {route["destination_cidr_block"] for route in deployment.all(ROUTE)} == {"0.0.0.0/0"}
