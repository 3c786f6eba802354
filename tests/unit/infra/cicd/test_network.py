from __future__ import annotations

from collections import Counter

import pytest

from stackproof.types.tokens import SECURITY_GROUP_EGRESS_RULE, SECURITY_GROUP_INGRESS_RULE
from tests.unit.infra.cicd.conftest import Deployed
from tests.unit.infra.facts import connection
from tests.unit.infra.program import Deployment

ALB, SERVICE = (f"SecurityGroup-{tier}-security-group" for tier in ("alb", "service"))
ANYWHERE = "0.0.0.0/0"


@pytest.mark.requirement("5.1")
@pytest.mark.parametrize(("environment", "second"), [("dev", 20), ("staging", 21), ("prod", 22)])
def test_the_vpc_has_a_public_and_a_private_subnet_in_two_zones(
    deployed: Deployed, environment: str, second: int
) -> None:
    deployment = deployed(environment)
    assert deployment.only("aws:ec2/vpc:Vpc")["cidr_block"] == f"10.{second}.0.0/16"
    subnets = {
        (subnet["tags"]["Tier"], subnet["availability_zone"], subnet["cidr_block"])
        for subnet in deployment.all("aws:ec2/subnet:Subnet")
    }
    assert subnets == {
        ("public", "us-east-1a", f"10.{second}.1.0/24"),
        ("public", "us-east-1b", f"10.{second}.2.0/24"),
        ("private", "us-east-1a", f"10.{second}.10.0/24"),
        ("private", "us-east-1b", f"10.{second}.11.0/24"),
    }


def test_nothing_gets_a_public_address_by_itself(deployment: Deployment) -> None:
    subnets = deployment.all("aws:ec2/subnet:Subnet")
    assert not any(subnet["map_public_ip_on_launch"] for subnet in subnets)


@pytest.mark.parametrize(("environment", "gateways"), [("dev", 1), ("staging", 2), ("prod", 2)])
def test_private_subnets_go_out_through_nat(
    deployed: Deployed, environment: str, gateways: int
) -> None:
    deployment = deployed(environment)
    assert len(deployment.all("aws:ec2/natGateway:NatGateway")) == gateways
    assert len(deployment.all("aws:ec2/eip:Eip")) == gateways
    routes = {
        route.name: route.inputs.get("gateway_id") or route["nat_gateway_id"]
        for route in deployment.all("aws:ec2/route:Route")
    }
    second = "b" if gateways == 2 else "a"
    assert sorted(routes.values()) == sorted(
        ["InternetGateway-internet-gateway", "NatGateway-nat-a", f"NatGateway-nat-{second}"]
    )
    assert len(deployment.all("aws:ec2/internetGateway:InternetGateway")) == 1


def test_exactly_these_connections_are_let_in(deployment: Deployment) -> None:
    assert sorted(map(connection, deployment.all(SECURITY_GROUP_INGRESS_RULE))) == sorted(
        [(ALB, ANYWHERE, 80, 80, "tcp"), (SERVICE, ALB, 8080, 8080, "tcp")]
    )


def test_exactly_these_connections_are_let_out(deployment: Deployment) -> None:
    assert sorted(map(connection, deployment.all(SECURITY_GROUP_EGRESS_RULE))) == sorted(
        [(ALB, SERVICE, 8080, 8080, "tcp"), (SERVICE, ANYWHERE, 443, 443, "tcp")]
    )


def test_the_default_security_group_lets_nothing_through(deployment: Deployment) -> None:
    group = deployment.only("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert not {"ingress", "egress"} & group.inputs.keys()


def test_all_traffic_is_logged(deployment: Deployment) -> None:
    flow_log = deployment.only("aws:ec2/flowLog:FlowLog")
    assert (flow_log["traffic_type"], flow_log["vpc_id"]) == ("ALL", "Vpc-vpc")


@pytest.mark.requirement("5.8")
def test_each_environment_has_exactly_these_resources(deployed: Deployed) -> None:
    counts = {
        environment: Counter(
            resource.type.rpartition(":")[2] for resource in deployed(environment).custom
        )
        for environment in ("dev", "staging", "prod")
    }
    assert counts["staging"] == counts["prod"]
    assert counts["prod"] - counts["dev"] == {
        "Eip": 1,
        "NatGateway": 1,
        "WebAcl": 1,
        "WebAclAssociation": 1,
        "WebAclLoggingConfiguration": 1,
        "LogGroup": 1,
    }
    expected = {
        "Vpc": 1,
        "Subnet": 4,
        "SecurityGroup": 2,
        "TargetGroup": 2,
        "Listener": 1,
        "LoadBalancer": 1,
        "Service": 1,
        "TaskDefinition": 1,
        "Cluster": 1,
        "Pipeline": 1,
        "Project": 1,
        "Application": 1,
        "DeploymentGroup": 1,
        "LifecyclePolicy": 1,
        "Repository": 2,
        "Bucket": 2,
        "Key": 4,
        "Topic": 1,
        "TopicSubscription": 1,
        "EventRule": 2,
        "EventTarget": 2,
        "Parameter": 2,
        "Role": 7,
        "RolePolicy": 7,
        "LogGroup": 4,
        "MetricAlarm": 10,
    }
    assert {kind: counts["dev"][kind] for kind in expected} == expected
