from __future__ import annotations

import pytest

from stackproof.types.tokens import SECURITY_GROUP_EGRESS_RULE, SECURITY_GROUP_INGRESS_RULE
from tests.unit.infra.facts import connection
from tests.unit.infra.nova.conftest import STACK
from tests.unit.infra.program import PROJECT, Deployment, run_program, stack_config

ALB, WEB, API, DATABASE = (
    f"SecurityGroup-{tier}-security-group" for tier in ("alb", "web", "api", "database")
)
ANYWHERE = "0.0.0.0/0"
ZONES = [f"us-west-2{letter}" for letter in "abc"]


@pytest.mark.requirement("1.13")
def test_the_system_stands_in_us_west_2(nova: Deployment) -> None:
    assert nova.outputs["region"] == "us-west-2"
    assert nova.outputs["availability_zones"] == ZONES


def test_vpc_has_its_addresses_and_dns(nova: Deployment) -> None:
    vpc = nova.only("aws:ec2/vpc:Vpc")
    assert vpc["cidr_block"] == "10.0.0.0/16"
    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True


def test_each_tier_has_a_subnet_in_each_zone(nova: Deployment) -> None:
    subnets = nova.all("aws:ec2/subnet:Subnet")
    tiers = {
        tier: [s["availability_zone"] for s in subnets if s["tags"]["Tier"] == tier]
        for tier in ("public", "private", "database")
    }
    assert tiers == dict.fromkeys(tiers, ZONES)
    assert not any(subnet["map_public_ip_on_launch"] for subnet in subnets)


@pytest.mark.requirement("1.3")
def test_no_route_leads_out_of_the_isolated_subnets(nova: Deployment) -> None:
    routes = nova.all("aws:ec2/route:Route")
    assert {route.name for route in routes} == {
        "public-internet",
        *(f"private-{letter}-nat" for letter in "abc"),
    }
    tables = {
        association["route_table_id"]
        for association in nova.all("aws:ec2/routeTableAssociation:RouteTableAssociation")
        if association["subnet_id"].startswith("Subnet-database")
    }
    assert tables == {"RouteTable-database"}


def test_no_route_table_serves_two_tiers(nova: Deployment) -> None:
    tiers: dict[str, set[str]] = {}
    for association in nova.all("aws:ec2/routeTableAssociation:RouteTableAssociation"):
        tier = association["subnet_id"].split("-")[1]
        tiers.setdefault(association["route_table_id"], set()).add(tier)
    assert all(len(served) == 1 for served in tiers.values())
    assert set().union(*tiers.values()) == {"public", "private", "database"}


def test_each_zone_has_its_own_nat_gateway(nova: Deployment) -> None:
    gateways = nova.all("aws:ec2/natGateway:NatGateway")
    assert [gateway["subnet_id"] for gateway in gateways] == [
        f"Subnet-public-{letter}" for letter in "abc"
    ]


@pytest.mark.requirement("1.4")
def test_exactly_these_connections_are_let_in(nova: Deployment) -> None:
    assert sorted(map(connection, nova.all(SECURITY_GROUP_INGRESS_RULE))) == sorted(
        [
            (ALB, ANYWHERE, 80, 80, "tcp"),
            (ALB, ANYWHERE, 443, 443, "tcp"),
            (WEB, "10.20.0.0/16", 22, 22, "tcp"),
            (WEB, ALB, 443, 443, "tcp"),
            (API, ALB, 8443, 8443, "tcp"),
            (DATABASE, WEB, 3306, 3306, "tcp"),
            (DATABASE, API, 3306, 3306, "tcp"),
        ]
    )


@pytest.mark.requirement("1.4", "1.13")
def test_ssh_is_let_in_from_exactly_the_allowed_network() -> None:
    config = {**stack_config(STACK), f"{PROJECT}:allowed_cidr": "192.0.2.16/28"}
    rules = run_program(STACK, config).all(SECURITY_GROUP_INGRESS_RULE)
    assert [rule["cidr_ipv4"] for rule in rules if int(rule["from_port"]) == 22] == [
        "192.0.2.16/28"
    ]


def test_every_group_may_reach_anything(nova: Deployment) -> None:
    rules = nova.all(SECURITY_GROUP_EGRESS_RULE)
    assert {rule["security_group_id"] for rule in rules} == {ALB, WEB, API, DATABASE}
    assert {(rule["cidr_ipv4"], rule["ip_protocol"]) for rule in rules} == {(ANYWHERE, "-1")}
    assert len(rules) == 4


def test_groups_hold_no_rules_of_their_own(nova: Deployment) -> None:
    groups = nova.all("aws:ec2/securityGroup:SecurityGroup")
    assert len(groups) == 4
    assert not any({"ingress", "egress"} & group.inputs.keys() for group in groups)


def test_all_traffic_is_recorded(nova: Deployment) -> None:
    assert nova.only("aws:ec2/flowLog:FlowLog")["traffic_type"] == "ALL"
