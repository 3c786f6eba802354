"""Whom a VPC asks for names is judged as AWS shows it, whoever made the options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from stackproof.controls.registry import catalogue
from stackproof.model import (
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Sight,
    Stack,
    Unknown,
)
from stackproof.types.services.ec2_dhcp_options import TYPES
from stackproof.types.tokens import VPC, VPC_DHCP_OPTIONS

CONTROL = catalogue()["vpc-resolvers-known"]
NETWORK = Resource(
    {"cidr_block": "10.0.0.0/16", "dhcp_options_id": "dopt-1"}, type=VPC, name="main", id="vpc-1"
)


def judged(*servers: str, gaps: Mapping[str, Unknown] | None = None, **parameters: Any) -> Outcome:
    made = [
        Resource({"domain_name_servers": [*servers]}, type=VPC_DHCP_OPTIONS, name="o", id="dopt-1")
    ]
    stack = Stack([NETWORK], Sight.LIVE, gaps, foreign=made if servers else ())
    (outcome,) = CONTROL.outcomes(NETWORK, stack, parameters).values()
    return outcome


def test_options_that_nobody_declared_are_judged() -> None:
    assert isinstance(judged("6.6.6.6"), Fail)
    assert judged("10.0.0.2") == Pass()
    assert judged("6.6.6.6", resolvers=("6.6.6.0/24",)) == Pass()
    assert isinstance(judged("6.6.7.6", resolvers=("6.6.6.6", "2001:db8::1")), Fail)


def test_options_that_aws_made_are_nobodys_and_unseen_ones_unknown() -> None:
    assert isinstance(judged(), NotApplicable)
    gap = Unknown(Cause.ACCESS_DENIED, detail="ec2:DescribeDhcpOptions")
    assert isinstance(judged(gaps={VPC_DHCP_OPTIONS: gap}), Unknown)


def _item(domain: str, *servers: str, **more: Any) -> dict[str, Any]:
    told = {"domain-name": [domain], "domain-name-servers": [*servers], **more.pop("also", {})}
    configurations = [
        {"Key": key, "Values": [{"Value": value} for value in values]}
        for key, values in told.items()
    ]
    return {"DhcpOptionsId": "dopt-1", "DhcpConfigurations": configurations, **more}


@pytest.mark.parametrize(
    ("item", "made"),
    [
        (_item("ec2.internal", "AmazonProvidedDNS"), True),
        (_item("eu-west-1.compute.internal", "AmazonProvidedDNS"), True),
        (_item("eu-west-1.compute.internal", "6.6.6.6"), False),
        (_item("example.org", "AmazonProvidedDNS"), False),
        (_item("ec2.internal", "AmazonProvidedDNS", also={"ntp-servers": ["6.6.6.6"]}), False),
        (_item("ec2.internal", "AmazonProvidedDNS", Tags=[{"Key": "a", "Value": "b"}]), False),
    ],
)
def test_only_options_as_aws_makes_them_are_its_own(item: dict[str, Any], made: bool) -> None:
    (type_,) = TYPES
    assert type_.foreign(item) is made
