"""The first rule that matches decides; what none matches is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stackproof.model import LEFT_TO_AWS, Cause, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.reasoning.addresses import network
from stackproof.reasoning.network_acls import acl, let_through, lets_through
from stackproof.types.tokens import (
    DEFAULT_NETWORK_ACL,
    NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
    SUBNET,
    VPC,
)

ALL = {"protocol": "-1", "cidr_block": "0.0.0.0/0", "from_port": 0, "to_port": 0}
PEER = network("10.0.1.0/24")


def rule(number: int, action: str, **facts: Any) -> dict[str, Any]:
    return {"rule_no": number, "action": action, **ALL, **facts}


def acl_of(*ingress: Any, type_: str = NETWORK_ACL, **more: Any) -> Resource:
    data = {"ingress": list(ingress), "egress": [], **more}
    return Resource(data, type=type_, name="acl", id="acl-1")


def passes(*ingress: Any, ports: range = range(5432, 5433), egress: bool = False) -> bool:
    held = acl_of(*ingress)
    return lets_through(held, Stack([held], Sight.LIVE), PEER, ports, egress=egress)


TCP = {"protocol": "tcp", "from_port": 5432, "to_port": 5432}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], False),
        ([rule(100, "allow")], True),
        ([rule(100, "ALLOW")], True),
        ([rule(100, "allow", **TCP)], True),
        ([rule(100, "allow", **TCP | {"protocol": "6"})], True),
        ([rule(100, "allow", **TCP | {"protocol": "udp"})], False),
        ([rule(100, "allow", **TCP | {"to_port": 5431, "from_port": 1})], False),
        ([rule(90, "deny", **TCP), rule(100, "allow")], False),
        ([rule(100, "allow"), rule(90, "deny", **TCP)], False),
        ([rule(110, "deny", **TCP), rule(100, "allow")], True),
        ([rule(90, "deny", **TCP | {"protocol": "icmp"}), rule(100, "allow")], True),
        ([rule(90, "deny", cidr_block="10.0.1.128/25"), rule(100, "allow")], False),
        ([rule(90, "deny", cidr_block="10.0.2.0/24"), rule(100, "allow")], True),
        ([rule(100, "allow", cidr_block="10.0.1.0/25")], False),
        (
            [
                rule(100, "allow", cidr_block="10.0.1.0/25"),
                rule(110, "allow", cidr_block="10.0.1.128/25"),
            ],
            True,
        ),
        ([rule(100, "allow", cidr_block=None, ipv6_cidr_block="::/0")], False),
        ([rule(100, "allow", from_port=None, to_port=None)], True),
    ],
)
def test_order_addresses_and_ports_decide(rules: list[dict[str, Any]], expected: bool) -> None:
    assert passes(*rules) is expected


def test_ports_may_be_allowed_in_parts_but_all_of_them_must_be() -> None:
    low = rule(100, "allow", protocol="tcp", from_port=1024, to_port=2000)
    high = rule(110, "allow", protocol="tcp", from_port=2001, to_port=65535)
    assert passes(low, high, ports=range(1024, 65536))
    assert not passes(low, ports=range(1024, 65536))
    assert not passes(rule(50, "deny", **TCP), low, high, ports=range(1024, 65536))


def test_each_way_has_rules_of_its_own() -> None:
    assert not passes(rule(100, "allow"), egress=True)


def test_rule_declared_apart_counts() -> None:
    held = acl_of()
    apart = {**ALL, "network_acl_id": "acl-1", "rule_number": 100, "rule_action": "allow"}
    for way in (True, False):
        rule_ = Resource({**apart, "egress": way}, type=NETWORK_ACL_RULE, name="r", id="r")
        stack = Stack([held, rule_], Sight.LIVE)
        assert lets_through(held, stack, PEER, range(80, 81), egress=way)
        assert not lets_through(held, stack, PEER, range(80, 81), egress=not way)


def test_rule_that_cannot_be_seen_is_unknown() -> None:
    with pytest.raises(UnresolvedError):
        passes(rule(100, "allow"), Unknown(Cause.NOT_KNOWN_AT_PREVIEW))
    with pytest.raises(UnresolvedError):
        passes(rule(100, "allow", cidr_block=Unknown(Cause.NOT_KNOWN_AT_PREVIEW)))


SUBNET_ = Resource({"vpc_id": "vpc"}, type=SUBNET, name="data", id="subnet-1")
VPC_ = Resource({}, type=VPC, name="vpc", id="vpc")


def test_subnet_follows_its_own_acl_before_the_default_one() -> None:
    own = acl_of(subnet_ids=["subnet-1"])
    default = acl_of(type_=DEFAULT_NETWORK_ACL, subnet_ids=["subnet-1"])
    assert acl(SUBNET_, Stack([SUBNET_, default, own], Sight.LIVE)) is own
    assert acl(SUBNET_, Stack([SUBNET_, default], Sight.LIVE)) is default


def test_a_subnet_whose_acl_is_not_shown_was_not_looked_at() -> None:
    with pytest.raises(UnresolvedError):
        acl(SUBNET_, Stack([SUBNET_, VPC_], Sight.LIVE))
    with pytest.raises(UnresolvedError):
        acl(SUBNET_, Stack([SUBNET_], Sight.DECLARED))
    assert acl(SUBNET_, Stack([SUBNET_, VPC_], Sight.DECLARED)) is None


def test_the_default_acl_that_a_program_adopts_is_the_rest_of_the_networks() -> None:
    adopted = acl_of(type_=DEFAULT_NETWORK_ACL, default_network_acl_id="acl-0")
    known = replace(VPC_, data={"default_network_acl_id": "acl-0"})
    stack = Stack([SUBNET_, known, replace(adopted, id="acl-0")], Sight.STATE)
    assert acl(SUBNET_, stack) == replace(adopted, id="acl-0")
    urn = "urn:pulumi:s::p::aws:ec2/vpc:Vpc::vpc"
    hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    refers = {"default_network_acl_id": (urn,)}
    adopted = replace(
        adopted, id=None, data={**adopted.data, "default_network_acl_id": hidden}, references=refers
    )
    stack = Stack([SUBNET_, replace(VPC_, urn=urn), adopted], Sight.DECLARED)
    assert acl(SUBNET_, stack) is adopted


def test_rules_added_to_the_default_acl_are_not_overlooked() -> None:
    known = replace(VPC_, data={"default_network_acl_id": "acl-0"})
    added = Resource({"network_acl_id": "acl-0"}, type=NETWORK_ACL_RULE, name="r", id="r")
    with pytest.raises(UnresolvedError):
        acl(SUBNET_, Stack([SUBNET_, known, added], Sight.STATE))


def test_subnets_that_an_acl_leaves_to_aws_are_none_of_the_programs() -> None:
    own = acl_of(subnet_ids=LEFT_TO_AWS)
    assert acl(SUBNET_, Stack([SUBNET_, VPC_, own], Sight.DECLARED)) is None
    hidden = acl_of(subnet_ids=[Unknown(Cause.NOT_KNOWN_AT_PREVIEW)])
    with pytest.raises(UnresolvedError):
        acl(SUBNET_, Stack([SUBNET_, VPC_, hidden], Sight.DECLARED))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], []),
        ([rule(100, "allow")], ["10.0.1.0/24"]),
        ([rule(50, "deny", cidr_block="10.0.1.0/25"), rule(100, "allow")], ["10.0.1.128/25"]),
        ([rule(50, "deny"), rule(100, "allow")], []),
        ([rule(100, "allow", cidr_block="10.0.1.128/25")], ["10.0.1.128/25"]),
        ([rule(100, "allow", cidr_block="10.0.2.0/24")], []),
    ],
)
def test_some_addresses_may_get_through(rules: list[dict[str, Any]], expected: list[str]) -> None:
    held = acl_of(*rules)
    found = let_through(held, Stack([held], Sight.LIVE), PEER, range(443, 444), egress=False)
    assert [str(range_) for range_ in found] == expected


def test_association_declared_apart_counts() -> None:
    joined = {"network_acl_id": "acl-1", "subnet_id": "subnet-1"}
    association = Resource(joined, type=NETWORK_ACL_ASSOCIATION, name="a", id="a")
    own = acl_of(subnet_ids=[])
    assert acl(SUBNET_, Stack([SUBNET_, own, association], Sight.DECLARED)) is own


def test_awss_own_acl_lets_everything_through() -> None:
    assert lets_through(None, Stack([], Sight.LIVE), PEER, range(1, 65536), egress=False)


def test_acls_that_cannot_be_listed_are_unknown() -> None:
    denied = {NETWORK_ACL: Unknown(Cause.ACCESS_DENIED)}
    with pytest.raises(UnresolvedError):
        acl(SUBNET_, Stack([SUBNET_], Sight.LIVE, gaps=denied))
