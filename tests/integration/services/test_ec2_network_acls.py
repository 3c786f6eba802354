"""Network ACLs and prefix lists: made, changed, read back, deleted, and judged."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls import judge
from stackproof.embedded.errors import EmbeddedError
from stackproof.model import Fail, outcome_word
from stackproof.types.tokens import (
    DEFAULT_NETWORK_ACL,
    NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
    PREFIX_LIST,
    PREFIX_LIST_ENTRY,
    SECURITY_GROUP,
    SECURITY_GROUP_INGRESS_RULE,
    SUBNET,
    VPC,
)
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown, found

HTTPS = {
    "rule_no": 100,
    "action": "allow",
    "protocol": "tcp",
    "cidr_block": "0.0.0.0/0",
    "from_port": 443,
    "to_port": 443,
}


def _vpc(world: World, cidr: str) -> tuple[Made, Made]:
    vpc = world.make(VPC, cidr_block=cidr, tags=TAGS)
    return vpc, world.make(SUBNET, vpc_id=vpc.id, cidr_block=cidr.replace("/16", "/24"))


def test_acl_shows_its_rules_and_subnets_and_gives_them_back(world: World) -> None:
    vpc, subnet = _vpc(world, "10.20.0.0/16")
    acl = world.make(NETWORK_ACL, vpc_id=vpc.id, subnet_ids=[subnet.id], ingress=[HTTPS], tags=TAGS)
    assert_shown(world, acl)
    out = {**HTTPS, "rule_no": 200, "protocol": "udp", "action": "deny"}
    world.change(acl, ingress=[{**HTTPS, "to_port": 444}], egress=[out], tags={"Name": "changed"})
    assert_shown(world, acl)
    assert_gone(world, acl)
    described = world.cloud.client("ec2").describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [subnet.id]}]
    )
    assert [found_["IsDefault"] for found_ in described["NetworkAcls"]] == [True]


def test_rule_and_association_stand_apart_from_their_acl(world: World) -> None:
    vpc, subnet = _vpc(world, "10.21.0.0/16")
    acl = world.make(NETWORK_ACL, vpc_id=vpc.id, tags=TAGS)
    rule = world.make(
        NETWORK_ACL_RULE,
        network_acl_id=acl.id,
        rule_number=90,
        egress=False,
        protocol="tcp",
        rule_action="allow",
        cidr_block="10.0.0.0/8",
        from_port=22,
        to_port=22,
    )
    everything = world.make(
        NETWORK_ACL_RULE,
        "all",
        network_acl_id=acl.id,
        rule_number=95,
        egress=True,
        protocol="-1",
        rule_action="allow",
        cidr_block="0.0.0.0/0",
    )
    association = world.make(NETWORK_ACL_ASSOCIATION, network_acl_id=acl.id, subnet_id=subnet.id)
    for made in (rule, everything, association):
        assert_shown(world, made)
    shown = found(world.snapshot().stack(), acl)
    assert (shown.data["ingress"], shown.data["subnet_ids"]) == ([], [subnet.id])
    for made in (association, rule, everything):
        assert_gone(world, made)
    assert found(world.snapshot().stack(), acl).data["subnet_ids"] == []


def test_default_acl_of_a_vpc_keeps_only_what_the_program_says(world: World) -> None:
    vpc, _ = _vpc(world, "10.22.0.0/16")
    default = world.make(
        DEFAULT_NETWORK_ACL,
        default_network_acl_id=vpc["default_network_acl_id"],
        ingress=[HTTPS],
        tags=TAGS,
    )
    assert_shown(world, default)
    assert found(world.snapshot().stack(), default).data["egress"] == []
    own = world.make(NETWORK_ACL, "own", vpc_id=vpc.id)
    with pytest.raises(EmbeddedError, match="not the default network ACL"):
        world.make(DEFAULT_NETWORK_ACL, "other", default_network_acl_id=own.id)


def test_prefix_list_shows_its_entries_also_those_declared_apart(world: World) -> None:
    list_ = world.make(
        PREFIX_LIST,
        name="offices",
        address_family="IPv4",
        max_entries=5,
        entries=[{"cidr": "203.0.113.0/24", "description": "Berlin"}],
        tags=TAGS,
    )
    assert_shown(world, list_)
    kept = [{"cidr": "203.0.113.0/24", "description": "Bonn"}, {"cidr": "198.51.100.0/24"}]
    world.change(list_, entries=kept, tags={"Name": "changed"})
    assert_shown(world, list_)
    entry = world.make(
        PREFIX_LIST_ENTRY, prefix_list_id=list_.id, cidr="192.0.2.0/24", description="Oslo"
    )
    assert_shown(world, entry)
    shown = found(world.snapshot().stack(), list_)
    assert len(shown.data["entries"]) == 3
    assert_gone(world, entry)
    assert_gone(world, list_)


def test_what_an_entry_apart_lets_in_is_judged(world: World) -> None:
    vpc, _ = _vpc(world, "10.23.0.0/16")
    group = world.make(SECURITY_GROUP, vpc_id=vpc.id, description="Administrators", tags=TAGS)
    offices = world.make(PREFIX_LIST, name="offices", address_family="IPv4", max_entries=5)
    world.make(
        SECURITY_GROUP_INGRESS_RULE,
        security_group_id=group.id,
        prefix_list_id=offices.id,
        ip_protocol="tcp",
        from_port=22,
        to_port=22,
    )

    def verdict() -> Any:
        (finding,) = (
            finding
            for finding in judge(world.snapshot().stack())
            if finding.control.id == "security-group-no-internet-to-admin-ports"
            and finding.resource.id == group.id
        )
        return finding.outcome

    assert outcome_word(verdict()) == "pass"
    world.make(PREFIX_LIST_ENTRY, prefix_list_id=offices.id, cidr="0.0.0.0/0")
    assert isinstance(verdict(), Fail)
