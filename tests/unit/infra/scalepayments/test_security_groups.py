from __future__ import annotations

import pytest

from stackproof.types.tokens import SECURITY_GROUP_EGRESS_RULE, SECURITY_GROUP_INGRESS_RULE
from tests.unit.infra.facts import connection
from tests.unit.infra.program import Deployment

ALB, SERVICE, DATABASE, CACHE = (
    f"SecurityGroup-{tier}-security-group" for tier in ("alb", "service", "database", "cache")
)
ANYWHERE = "0.0.0.0/0"


@pytest.mark.requirement("3.14", "3.21")
def test_exactly_these_connections_are_let_in(deployment: Deployment) -> None:
    assert sorted(map(connection, deployment.all(SECURITY_GROUP_INGRESS_RULE))) == sorted(
        [
            (ALB, ANYWHERE, 80, 80, "tcp"),
            (ALB, ANYWHERE, 443, 443, "tcp"),
            (SERVICE, ALB, 8443, 8443, "tcp"),
            (SERVICE, SERVICE, 8443, 8443, "tcp"),
            (DATABASE, SERVICE, 5432, 5432, "tcp"),
            (CACHE, SERVICE, 6379, 6379, "tcp"),
        ]
    )


def test_exactly_these_connections_are_let_out(deployment: Deployment) -> None:
    assert sorted(map(connection, deployment.all(SECURITY_GROUP_EGRESS_RULE))) == sorted(
        [
            (ALB, SERVICE, 8443, 8443, "tcp"),
            (SERVICE, SERVICE, 8443, 8443, "tcp"),
            (SERVICE, ANYWHERE, 443, 443, "tcp"),
            (SERVICE, DATABASE, 5432, 5432, "tcp"),
            (SERVICE, CACHE, 6379, 6379, "tcp"),
        ]
    )


def test_groups_hold_no_rules_of_their_own(deployment: Deployment) -> None:
    groups = deployment.all("aws:ec2/securityGroup:SecurityGroup")
    assert len(groups) == 4
    assert not any({"ingress", "egress"} & group.inputs.keys() for group in groups)


def test_groups_and_rules_say_what_they_are_for(deployment: Deployment) -> None:
    described = [
        resource
        for type_ in (
            SECURITY_GROUP_INGRESS_RULE,
            SECURITY_GROUP_EGRESS_RULE,
            "aws:ec2/securityGroup:SecurityGroup",
        )
        for resource in deployment.all(type_)
    ]
    assert all(len(resource["description"]) > 4 for resource in described)


def test_each_resource_uses_the_group_of_its_tier(deployment: Deployment) -> None:
    assert deployment.only("aws:lb/loadBalancer:LoadBalancer")["security_groups"] == [ALB]
    assert deployment.only("aws:rds/cluster:Cluster")["vpc_security_group_ids"] == [DATABASE]
    redis = deployment.only("aws:elasticache/replicationGroup:ReplicationGroup")
    assert redis["security_group_ids"] == [CACHE]
    for service in deployment.all("aws:ecs/service:Service"):
        assert service["network_configuration"]["security_groups"] == [SERVICE]
