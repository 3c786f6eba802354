"""Scope: which services a region is asked for, by the names that are known of a stack."""

from __future__ import annotations

import pytest

from stackproof.model import Cause, Resource, Unknown
from stackproof.sights.live.scope import Scope

ACCOUNT = "123456789012"
VPC = "vpc-0a1b2c3d"
TAGS = {"Project": "shop", "Environment": "prod"}


def scope(region: str, *keys: str, own: dict[str, str] | None = None) -> Scope:
    return Scope(region, ACCOUNT, "aws", keys, own or {})


def test_arn_of_another_region_is_no_reason_to_ask_here() -> None:
    key = f"arn:aws:rds:us-west-2:{ACCOUNT}:db:orders"
    assert scope("us-west-2", key).services == {"rds", "rds:db"}
    assert scope("us-east-1", key).services == set()


def test_arn_without_a_region_is_a_reason_to_ask_everywhere() -> None:
    assert "s3" in scope("us-east-1", "arn:aws:s3:::orders").services


def test_both_kinds_of_api_gateway_are_told_apart() -> None:
    rest = scope("us-east-1", "arn:aws:apigateway:us-east-1::/restapis/a1/stages/live")
    assert rest.services == {"apigateway", "apigateway:/restapis"}


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("tgw-attach-0123456789abcdef0", "ec2:transit-gateway"),
        ("snap-0123456789abcdef0", "ec2:snapshot"),
        (f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster-snapshot:last", "rds:cluster-snapshot"),
    ],
)
def test_what_few_stacks_have_is_asked_for_once_one_is_known(key: str, kind: str) -> None:
    assert kind in scope("us-east-1", key).services


def test_ec2_id_that_another_region_has_is_no_reason_to_ask_here() -> None:
    first, second = scope("us-west-2", VPC, "orders"), scope("us-east-1", VPC, "orders")
    assert second.services == {"ec2", "ec2:vpc"}
    first.add(Resource(data={}, type="aws:ec2/vpc:Vpc", name="main", id=VPC))
    second.leave_to(first)
    assert second.services == set()
    assert second.keys == {"orders"}


def test_name_that_another_region_has_may_be_a_name_here_as_well() -> None:
    first, second = scope("us-west-2", "alarms"), scope("us-east-1", "alarms")
    first.add(Resource(data={}, type="aws:cloudwatch/metricAlarm:MetricAlarm", name="alarms"))
    second.leave_to(first)
    assert second.keys == {"alarms"}


def test_what_resources_name_is_known_but_was_not_given() -> None:
    here = scope("us-east-1", VPC)
    here.add(Resource(data={"zone_id": "Z35SXDOTRQ7X7K"}, type="aws:lb/loadBalancer", name="web"))
    assert "Z35SXDOTRQ7X7K" in here.keys
    assert here.given == {VPC}


def test_hidden_tags_blind_only_where_tags_tell_what_belongs() -> None:
    hidden = Unknown(Cause.ACCESS_DENIED)
    with_tags, without = scope("us-east-1", own=TAGS), scope("us-east-1")
    with_tags.tagged = without.tagged = hidden
    assert with_tags.blind == hidden
    assert without.blind is None
    assert without.tags_of("arn:aws:s3:::orders") == hidden


def test_arns_of_other_accounts_are_not_asked_for() -> None:
    here, abroad = (f"arn:aws:kms:us-east-1:{a}:key/k" for a in (ACCOUNT, "999999999999"))
    assert scope("us-east-1", here, abroad).named(r"arn:[^:]+:kms:.+") == [here]


def test_ids_that_say_where_they_stand_lead_there() -> None:
    known = scope(
        "us-east-1",
        f"arn:aws:ecs:us-east-1:{ACCOUNT}:service/apps/web",
        f"arn:aws:sns:us-east-1:{ACCOUNT}:events:201e06d8-082d-40b9-84ef-9730facdf11b",
        "Z0123456789ABC_www.example.org_A_blue",
    ).keys
    assert {
        f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/apps",
        f"arn:aws:sns:us-east-1:{ACCOUNT}:events",
        "Z0123456789ABC",
    } <= known
