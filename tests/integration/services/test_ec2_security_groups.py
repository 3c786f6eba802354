"""Security groups and their rules: made, changed, read back, deleted."""

from __future__ import annotations

import pytest

from stackproof.model import Resource
from stackproof.types.tokens import (
    DEFAULT_SECURITY_GROUP,
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
    VPC,
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
    return world.make(VPC, cidr_block="10.7.0.0/16", tags=TAGS)


@pytest.fixture
def group(world: World, vpc: Made) -> Made:
    return world.make(SECURITY_GROUP, description="Web", vpc_id=vpc.id, tags=TAGS)


def test_group_starts_without_the_rule_that_lets_everything_out(world: World, group: Made) -> None:
    assert_shown(world, group)
    live = world.read(group)
    assert isinstance(live, Resource)
    assert live["egress"] == []
    world.change(group, tags={**TAGS, "More": "1"})
    assert_shown(world, group)
    assert_gone(world, group)


def test_inline_rules_are_shown_in_their_group(world: World, vpc: Made, group: Made) -> None:
    web = {
        "protocol": "tcp",
        "from_port": 443,
        "to_port": 443,
        "cidr_blocks": ["10.0.0.0/8", "192.168.0.0/16"],
        "description": "Offices",
    }
    own = {"protocol": "-1", "from_port": 0, "to_port": 0, "self": True}
    other = {
        "protocol": "tcp",
        "from_port": 5432,
        "to_port": 5432,
        "security_groups": [group.id],
    }
    inline = world.make(SECURITY_GROUP, "inline", vpc_id=vpc.id, ingress=[web, own], egress=[other])
    assert_shown(world, inline)
    world.change(inline, ingress=[{**web, "cidr_blocks": ["10.0.0.0/8"]}], egress=[])
    assert_shown(world, inline)
    assert_gone(world, inline)


def test_rules_that_are_resources_stay_out_of_their_group(world: World, group: Made) -> None:
    rule = world.make(
        SECURITY_GROUP_INGRESS_RULE,
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4=ANYWHERE,
        description="Everyone",
        tags=TAGS,
    )
    assert_shown(world, rule)
    assert found(world.snapshot().stack(), group)["ingress"] == []
    world.change(rule, cidr_ipv4="10.0.0.0/8", description="Offices", to_port=444)
    assert_shown(world, rule)
    assert_gone(world, rule)


def test_rule_for_another_group_shows_it(world: World, vpc: Made, group: Made) -> None:
    database = world.make(SECURITY_GROUP, "database", vpc_id=vpc.id)
    rule = world.make(
        SECURITY_GROUP_EGRESS_RULE,
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=5432,
        to_port=5432,
        referenced_security_group_id=database.id,
        description="PostgreSQL",
    )
    assert_shown(world, rule)
    cache = world.make(SECURITY_GROUP, "cache", vpc_id=vpc.id)
    world.change(rule, referenced_security_group_id=cache.id, from_port=6379, to_port=6379)
    assert_shown(world, rule)
    assert_gone(world, rule)


def test_rule_for_all_protocols_has_no_ports(world: World, group: Made) -> None:
    rule = world.make(
        SECURITY_GROUP_EGRESS_RULE, security_group_id=group.id, ip_protocol="-1", cidr_ipv4=ANYWHERE
    )
    assert_shown(world, rule)
    live = world.read(rule)
    assert isinstance(live, Resource)
    assert live["from_port"] is None


def test_rule_added_behind_the_back_is_shown_in_the_group(world: World, group: Made) -> None:
    opened = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    world.cloud.client("ec2").authorize_security_group_ingress(
        GroupId=group.id, IpPermissions=[{**opened, "IpRanges": [{"CidrIp": ANYWHERE}]}]
    )
    shown = found(world.snapshot().stack(), group)["ingress"]
    assert [(rule["from_port"], rule["cidr_blocks"]) for rule in shown] == [(22, [ANYWHERE])]


def test_older_rule_for_several_peers_is_shown_as_one(world: World, group: Made) -> None:
    rule = world.make(
        SECURITY_GROUP_RULE,
        type="ingress",
        security_group_id=group.id,
        protocol="tcp",
        from_port=80,
        to_port=80,
        cidr_blocks=["10.0.0.0/8", "192.168.0.0/16"],
        description="Offices",
    )
    assert_shown(world, rule)
    world.change(rule, description="All offices")
    assert_shown(world, rule)
    assert_gone(world, rule)


def test_default_group_is_adopted_and_emptied(world: World, vpc: Made) -> None:
    world.cloud.client("ec2").authorize_security_group_ingress(
        GroupId=vpc["default_security_group_id"],
        IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE}]}],
    )
    group = world.make(DEFAULT_SECURITY_GROUP, vpc_id=vpc.id, tags=TAGS)
    assert group.id == vpc["default_security_group_id"]
    assert_shown(world, group)
    live = found(world.snapshot().stack(), group)
    assert (live["ingress"], live["egress"]) == ([], [])
    world.delete(group)
    assert_gone(world, vpc)


def test_older_rule_whose_newer_id_is_known_as_well_is_shown_once(
    world: World, group: Made
) -> None:
    rule = world.make(
        SECURITY_GROUP_RULE,
        type="ingress",
        security_group_id=group.id,
        protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_blocks=["10.0.0.0/8"],
    )
    newer = rule["security_group_rule_id"]
    stack = world.snapshot(newer).stack()
    assert found(stack, rule)["security_group_rule_id"] == newer
    assert stack.all(SECURITY_GROUP_INGRESS_RULE) == ()
