from __future__ import annotations

import pytest

from stackproof.types.tokens import (
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
)
from tests.unit.infra.facts import connection
from tests.unit.infra.program import Declared, Deployment
from tests.unit.infra.tap.conftest import Configured

EVERY_PORT = -1


def _tier(group_id: str) -> str:
    return group_id.removeprefix("SecurityGroup-").removesuffix("-security-group")


def _rules(deployment: Deployment, type_: str) -> set[tuple[str, int, str]]:
    return {_rule(rule) for rule in deployment.all(type_)}


def _rule(rule: Declared) -> tuple[str, int, str]:
    if rule["ip_protocol"] == "-1":
        return _tier(rule["security_group_id"]), EVERY_PORT, rule["cidr_ipv4"]
    group, peer, first, last, protocol = connection(rule)
    assert (first, protocol) == (last, "tcp")
    return _tier(group), first, _tier(peer)


def test_groups_are_web_app_db_and_ssh(deployment: Deployment) -> None:
    assert {group["name"] for group in deployment.all(SECURITY_GROUP)} == {
        f"tap-{tier}-security-group-production" for tier in ("web", "app", "db", "ssh")
    }
    assert {group["vpc_id"] for group in deployment.all(SECURITY_GROUP)} == {"Vpc-vpc"}


@pytest.mark.requirement("2.4")
def test_ingress_is_exactly_what_is_required(deployment: Deployment) -> None:
    assert _rules(deployment, SECURITY_GROUP_INGRESS_RULE) == {
        ("web", 80, "0.0.0.0/0"),
        ("web", 443, "0.0.0.0/0"),
        ("app", 8080, "web"),
        ("db", 3306, "app"),
        ("db", 5432, "app"),
        ("ssh", 22, "10.0.0.0/8"),
    }


def test_egress_is_exactly_what_each_tier_needs(
    deployment: Deployment,
) -> None:
    assert _rules(deployment, SECURITY_GROUP_EGRESS_RULE) == {
        ("web", 8080, "app"),
        ("app", 443, "0.0.0.0/0"),
        ("app", 3306, "db"),
        ("app", 5432, "db"),
        ("ssh", EVERY_PORT, "0.0.0.0/0"),
    }


def test_ssh_is_open_to_the_configured_addresses_only(configured: Configured) -> None:
    rules = _rules(configured(allowed_cidr="203.0.113.0/24"), SECURITY_GROUP_INGRESS_RULE)
    assert {rule for rule in rules if rule[1] == 22} == {("ssh", 22, "203.0.113.0/24")}


def test_default_group_has_no_rules(deployment: Deployment) -> None:
    group = deployment.only("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert not group.inputs.get("ingress")
    assert not group.inputs.get("egress")
