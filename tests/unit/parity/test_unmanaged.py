"""What no state knows is shown, unless AWS makes it or the program says it inline."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Resource
from stackproof.parity.unmanaged import unmanaged
from stackproof.types import tokens as t
from tests.unit.parity.made import held, state


def live(type_: str, name: str = "it", **data: Any) -> Resource:
    arn = data.pop("arn", None)
    return Resource(data, type=type_, name=name, id=name, arn=arn)


def found(*resources: Resource, **inputs: Any) -> list[str]:
    group = held(t.SECURITY_GROUP, "sg-1")
    return [r.name for r in unmanaged(state(group, inputs={"sg-1": inputs}), resources)]


def test_what_the_state_knows_is_managed() -> None:
    known = Resource({}, type=t.KMS_KEY, name="known", urn="urn:pulumi:dev::p::t::known")
    assert found(known, live(t.KMS_KEY, "strange")) == ["strange"]


@pytest.mark.parametrize(
    "resource",
    [
        live(t.DEFAULT_ROUTE_TABLE),
        live(t.DEFAULT_SECURITY_GROUP),
        live(t.DEFAULT_NETWORK_ACL),
        live(t.S3_ACL),
        live(t.ROUTE, destination_prefix_list_id="pl-1", vpc_endpoint_id="vpce-1"),
        live(t.IAM_ROLE, arn="arn:aws:iam::123456789012:role/aws-service-role/x/ForX"),
        live(t.EC2_INSTANCE, tags={"aws:autoscaling:groupName": "web"}),
    ],
    ids=lambda resource: resource.type,
)
def test_what_aws_makes_by_itself_is_nobodys(resource: Resource) -> None:
    assert found(resource) == []


def test_rule_that_the_group_says_inline_is_managed_and_another_is_not() -> None:
    rule = live(t.SECURITY_GROUP_INGRESS_RULE, "sgr-1", security_group_id="sg-1")
    other = live(t.SECURITY_GROUP_INGRESS_RULE, "sgr-2", security_group_id="sg-2")
    assert found(rule, other, ingress=[{"from_port": 443}]) == ["sgr-2"]
    assert found(rule, description="web") == ["sgr-1"]
