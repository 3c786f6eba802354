"""A rule of its own is judged with its network ACL, and by itself where that is outside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stackproof.controls import catalogue
from stackproof.model import Cause, Fail, NotApplicable, Pass, Resource, Sight, Stack, Unknown
from stackproof.types.tokens import DEFAULT_NETWORK_ACL, NETWORK_ACL, NETWORK_ACL_RULE, VPC

FACTS = {
    "network_acl_id": "acl-1",
    "rule_number": 10,
    "rule_action": "allow",
    "protocol": "6",
    "from_port": 1,
    "to_port": 1024,
    "cidr_block": "0.0.0.0/0",
    "egress": False,
}
RULE = Resource(FACTS, type=NETWORK_ACL_RULE, name="rule", id="rule")


def judged(rule: Resource, *neighbours: Resource) -> object:
    control = catalogue()["network-acl-no-admin-ports"]
    (outcome,) = control.outcomes(rule, Stack([rule, *neighbours], Sight.DECLARED)).values()
    return type(outcome)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Fail),
        ({"rule_action": "deny"}, Pass),
        ({"cidr_block": "10.0.0.0/8"}, Pass),
        ({"from_port": 443}, Pass),
        ({"egress": True}, NotApplicable),
        ({"cidr_block": None, "ipv6_cidr_block": "::/0"}, Fail),
        ({"cidr_block": Unknown(Cause.NOT_KNOWN_AT_PREVIEW)}, Unknown),
        ({"network_acl_id": Unknown(Cause.NOT_KNOWN_AT_PREVIEW)}, Unknown),
    ],
)
def test_rule_of_an_acl_elsewhere(changed: dict[str, object], expected: object) -> None:
    assert judged(replace(RULE, data={**FACTS, **changed})) is expected


@pytest.mark.parametrize("type_", [NETWORK_ACL, DEFAULT_NETWORK_ACL])
def test_rule_of_an_acl_here_is_not_asked_twice(type_: str) -> None:
    assert judged(RULE, Resource({}, type=type_, name="acl", id="acl-1")) is NotApplicable


def test_rule_of_the_networks_own_acl_adds_nothing() -> None:
    urn = "urn:pulumi:s::p::aws:ec2/vpc:Vpc::vpc"
    hidden = {**FACTS, "network_acl_id": Unknown(Cause.NOT_KNOWN_AT_PREVIEW)}
    rule = replace(RULE, data=hidden, references={"network_acl_id": (urn,)})
    assert judged(rule, Resource({}, type=VPC, name="vpc", urn=urn)) is NotApplicable
