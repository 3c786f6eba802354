"""What no state knows is shown, unless AWS makes it or the program says it inline."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from stackproof.model import Cause, Resource, Unknown
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


SSH = {"protocol": "tcp", "from_port": 22, "to_port": 22}


def strange(*known: Resource, shown: dict[str, Any], **inputs: Any) -> list[str]:
    """Give what is nobody's in a group that AWS shows so, beside what the state knows."""
    group = held(t.SECURITY_GROUP, "sg-1")
    twin = replace(group, data=shown)
    return [r.name for r in unmanaged(state(group, *known, inputs={"sg-1": inputs}), [twin])]


def test_rule_added_to_a_group_whose_rules_stand_apart_is_unmanaged() -> None:
    opened = {**SSH, "cidr_blocks": ["10.0.0.0/8"]}
    out = {"protocol": "-1", "from_port": 0, "to_port": 0, "ipv6_cidr_blocks": ["::/0"]}
    shown = {"ingress": [opened], "egress": [out]}
    assert strange(shown=shown) == ["sg-1: tcp 22 10.0.0.0/8", "sg-1: everything ::/0"]
    # Inline rules drift instead.
    assert strange(shown=shown, ingress=[SSH]) == ["sg-1: everything ::/0"]
    hidden = Unknown(Cause.ACCESS_DENIED)
    assert strange(shown={"ingress": hidden, "egress": []}) == []


def test_rule_that_an_older_rule_of_the_state_sets_is_managed() -> None:
    older = replace(
        held(t.SECURITY_GROUP_RULE, "sgrule-1"),
        data={
            **SSH,
            "type": "ingress",
            "security_group_id": "sg-1",
            "cidr_blocks": ["10.0.0.0/8"],
        },
    )
    opened = {**SSH, "cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"]}
    assert strange(older, shown={"ingress": [opened]}) == ["sg-1: tcp 22 0.0.0.0/0"]
    assert strange(older, shown={"egress": [opened]}) == [
        "sg-1: tcp 22 10.0.0.0/8",
        "sg-1: tcp 22 0.0.0.0/0",
    ]


def test_rule_added_to_an_acl_whose_rules_stand_apart_is_unmanaged() -> None:
    acl = held(t.NETWORK_ACL, "acl-1")
    known = replace(
        held(t.NETWORK_ACL_RULE, "nacl-1"),
        data={"network_acl_id": "acl-1", "egress": False, "rule_number": 100},
    )
    rules = [{**SSH, "rule_no": number, "action": "allow"} for number in (100, 90)]
    twin = replace(acl, data={"ingress": rules})
    assert [r.name for r in unmanaged(state(acl, known), [twin])] == [
        "acl-1: ingress 90 allow tcp 22"
    ]


@pytest.mark.parametrize(
    ("type_", "holds", "shown", "data"),
    [
        (
            t.SECURITY_GROUP_RULE,
            {"security_group_rule_id": "it"},
            t.SECURITY_GROUP_INGRESS_RULE,
            {"security_group_id": "sg-9"},
        ),
        (
            t.IAM_POLICY_ATTACHMENT,
            {"policy_arn": "p", "roles": ["r"], "users": ["u"]},
            t.IAM_USER_POLICY_ATTACHMENT,
            {"user": "u", "policy_arn": "p"},
        ),
        *(
            (
                type_,
                {f"{kind}_name": "r", "policy_arns": ["p", "q"]},
                shown,
                {kind: "r", "policy_arn": "p"},
            )
            for kind, type_, shown in (
                (
                    "role",
                    t.IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE,
                    t.IAM_ROLE_POLICY_ATTACHMENT,
                ),
                (
                    "user",
                    t.IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE,
                    t.IAM_USER_POLICY_ATTACHMENT,
                ),
                (
                    "group",
                    t.IAM_GROUP_POLICY_ATTACHMENTS_EXCLUSIVE,
                    t.IAM_GROUP_POLICY_ATTACHMENT,
                ),
            )
        ),
    ],
)
def test_what_the_state_manages_in_another_form_is_managed(
    type_: str, holds: dict[str, Any], shown: str, data: dict[str, Any]
) -> None:
    known = replace(held(type_, "by-another-form"), data=holds)
    names = ("it", "other")
    twins = [live(shown, name, **data) for name in names]
    if "policy_arn" in data:
        twins[1] = live(shown, "other", **{**data, "policy_arn": "somebody's"})
    assert [r.name for r in unmanaged(state(known), twins)] == ["other"]


@pytest.mark.parametrize(
    ("type_", "says"),
    [
        (t.IAM_USER_GROUP_MEMBERSHIP, {"user": "u", "groups": ["team", "all"]}),
        (t.IAM_GROUP_MEMBERSHIP, {"users": ["u", "v"], "group": "team"}),
    ],
)
def test_user_that_somebody_put_into_another_group_is_unmanaged(
    type_: str, says: dict[str, Any]
) -> None:
    known = replace(held(type_, "made-up"), data=says)
    as_said = live(t.IAM_USER_GROUP_MEMBERSHIP, "u", user="u", groups=["team"])
    added = replace(as_said, data={"user": "u", "groups": ["administrators", "team"]})
    assert unmanaged(state(known), [as_said]) == []
    assert unmanaged(state(known), [added]) == [added]


def test_statement_that_somebody_added_to_a_bus_is_unmanaged() -> None:
    says = {"event_bus_name": "orders", "statement_id": "Other"}
    known = replace(held(t.EVENT_PERMISSION, "orders-Other"), data=says)
    policy = live(t.EVENT_BUS_POLICY, "orders", event_bus_name="orders", policy=bus_policy("Other"))
    added = replace(policy, data={**policy.data, "policy": bus_policy("Other", "Everybody")})
    assert unmanaged(state(known), [policy]) == []
    for odd in (added, replace(policy, data={**policy.data, "policy": "{"})):
        assert unmanaged(state(known), [odd]) == [odd]


def bus_policy(*sids: str) -> str:
    return json.dumps({"Statement": [{"Sid": sid, "Effect": "Allow"} for sid in sids]})
