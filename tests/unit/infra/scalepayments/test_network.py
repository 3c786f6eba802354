from __future__ import annotations

from itertools import pairwise

import pytest

from stackproof.types.tokens import ROUTE, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION, SUBNET
from tests.unit.infra.program import PROJECT, Declared, Deployment, run_program, stack_config
from tests.unit.infra.scalepayments.conftest import Deployed

ZONES = {"dev": "ab", "staging": "ab", "prod": "abc"}
NATS = {"dev": "a", "staging": "ab", "prod": "abc"}


def _routes_of(deployment: Deployment, subnet: Declared) -> list[Declared]:
    """Follow subnet -> association -> route table -> routes."""
    tables = [
        association["route_table_id"]
        for association in deployment.all(ROUTE_TABLE_ASSOCIATION)
        if association["subnet_id"] == f"Subnet-{subnet.name}"
    ]
    assert len(tables) == 1
    return [r for r in deployment.all(ROUTE) if r["route_table_id"] == tables[0]]


def _tier(deployment: Deployment, tier: str) -> list[Declared]:
    return [subnet for subnet in deployment.all(SUBNET) if subnet["tags"]["Tier"] == tier]


@pytest.mark.parametrize("environment", ZONES)
@pytest.mark.parametrize("tier", ["public", "private", "database"])
def test_each_tier_has_a_subnet_in_each_zone(
    deployed: Deployed, environment: str, tier: str
) -> None:
    zones = sorted(s["availability_zone"] for s in _tier(deployed(environment), tier))
    assert zones == [f"us-east-1{letter}" for letter in ZONES[environment]]


def test_public_subnets_go_out_through_the_internet_gateway(deployment: Deployment) -> None:
    for subnet in _tier(deployment, "public"):
        (route,) = _routes_of(deployment, subnet)
        assert route["destination_cidr_block"] == "0.0.0.0/0"
        assert route["gateway_id"] == "InternetGateway-internet-gateway"


def test_private_subnets_go_out_through_a_nat_gateway_only(deployment: Deployment) -> None:
    for subnet in _tier(deployment, "private"):
        (route,) = _routes_of(deployment, subnet)
        assert route["destination_cidr_block"] == "0.0.0.0/0"
        assert route["nat_gateway_id"].startswith("NatGateway-nat-")
        assert "gateway_id" not in route.inputs


@pytest.mark.requirement("3.13")
def test_database_subnets_have_no_route_out(deployment: Deployment) -> None:
    subnets = _tier(deployment, "database")
    assert subnets
    assert [_routes_of(deployment, subnet) for subnet in subnets] == [[]] * len(subnets)


@pytest.mark.parametrize("environment", NATS)
def test_nat_gateways_stand_in_public_subnets_with_an_address_each(
    deployed: Deployed, environment: str
) -> None:
    gateways = deployed(environment).all("aws:ec2/natGateway:NatGateway")
    subnets = sorted(gateway["subnet_id"] for gateway in gateways)
    assert subnets == [f"Subnet-public-{letter}" for letter in NATS[environment]]
    assert len({gateway["allocation_id"] for gateway in gateways}) == len(gateways)


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_losing_a_zone_does_not_cut_off_the_others(deployed: Deployed, environment: str) -> None:
    deployment = deployed(environment)
    for subnet in _tier(deployment, "private"):
        (route,) = _routes_of(deployment, subnet)
        assert route["nat_gateway_id"][-1] == subnet["availability_zone"][-1]


def test_dev_saves_nat_gateways(deployed: Deployed) -> None:
    nats = {r["nat_gateway_id"] for r in deployed("dev").all(ROUTE) if "nat_gateway_id" in r.inputs}
    assert nats == {"NatGateway-nat-a"}


def test_nothing_gets_a_public_address_by_itself(deployment: Deployment) -> None:
    assert {subnet["map_public_ip_on_launch"] for subnet in deployment.all(SUBNET)} == {False}


def test_the_vpc_resolves_names(deployment: Deployment) -> None:
    vpc = deployment.only("aws:ec2/vpc:Vpc")
    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True


def test_the_default_security_group_is_emptied(deployment: Deployment) -> None:
    group = deployment.only("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert not group.inputs.keys() & {"ingress", "egress"}


def test_private_subnets_reach_s3_without_the_internet(deployment: Deployment) -> None:
    endpoint = deployment.only("aws:ec2/vpcEndpoint:VpcEndpoint")
    assert endpoint["service_name"] == "com.amazonaws.us-east-1.s3"
    private = [t.name for t in deployment.all(ROUTE_TABLE) if t.name.startswith("private")]
    assert sorted(endpoint["route_table_ids"]) == sorted(f"RouteTable-{n}" for n in private)


def test_all_traffic_is_logged(deployment: Deployment) -> None:
    flow_log = deployment.only("aws:ec2/flowLog:FlowLog")
    assert flow_log["traffic_type"] == "ALL"
    assert flow_log["vpc_id"] == "Vpc-vpc"
    assert flow_log["log_destination"].endswith("/aws/vpc/" + flow_log["tags"]["Name"])


def test_another_vpc_block_moves_every_subnet() -> None:
    config = {**stack_config("scalepayments-dev"), f"{PROJECT}:vpc_cidr": "172.20.0.0/16"}
    deployment = run_program("scalepayments-dev", config)
    assert deployment.outputs["vpc_cidr"] == "172.20.0.0/16"
    blocks = [subnet["cidr_block"] for subnet in deployment.all(SUBNET)]
    assert all(block.startswith("172.20.") for block in blocks)
    assert all(one != other for one, other in pairwise(sorted(blocks)))
