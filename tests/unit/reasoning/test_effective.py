"""One setting, wherever the program says it."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.model import (
    LEFT_TO_AWS,
    Cause,
    Resource,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
    outcome_word,
    worst,
)
from stackproof.reasoning.effective import alone, for_account, inline, parts, whole
from stackproof.types import tokens as t

HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


def made(type_: str, name: str, *, points: str = "", at: str = "", **data: Any) -> Resource:
    """Give a resource at preview; `points` names the property that leads to another one."""
    references = {points: (f"urn:{at}",)} if points else {}
    known = {points: HIDDEN} if points else {}
    return Resource(
        data={**known, **data}, type=type_, name=name, urn=f"urn:{name}", references=references
    )


def stack(*resources: Resource, foreign: tuple[Resource, ...] = ()) -> Stack:
    return Stack(resources, Sight.DECLARED, foreign=foreign)


def test_companion_replaces_what_the_resource_says() -> None:
    queue = made(t.SQS_QUEUE, "queue", redrive_policy="{}")
    apart = made(t.SQS_REDRIVE, "apart", points="queue_url", at="queue", redrive_policy='{"a": 1}')
    assert whole(queue, stack(queue, apart), "redrive_policy")["redrive_policy"] == '{"a": 1}'


def test_companion_that_may_be_anywhere_hides_what_is_not_said_and_nothing_else() -> None:
    silent, said = made(t.SQS_QUEUE, "a"), made(t.SQS_QUEUE, "b", redrive_policy="{}")
    stray = made(t.SQS_REDRIVE, "stray", queue_url=HIDDEN, redrive_policy="{}")
    seen = stack(silent, said, stray)
    assert isinstance(whole(silent, seen, "redrive_policy").raw("redrive_policy"), Unknown)
    assert whole(said, seen, "redrive_policy")["redrive_policy"] == "{}"


def test_what_is_left_to_aws_is_nothing_unless_a_companion_says_it() -> None:
    queue = made(t.SQS_QUEUE, "queue", redrive_policy=LEFT_TO_AWS)
    assert whole(queue, stack(queue), "redrive_policy").raw("redrive_policy") is None


def test_attachments_add_to_what_the_resource_says() -> None:
    group = made(t.AUTOSCALING_GROUP, "group", target_group_arns=["one"])
    two = made(
        t.AUTOSCALING_ATTACHMENT,
        "two",
        points="autoscaling_group_name",
        at="group",
        lb_target_group_arn="two",
    )
    seen = stack(group, two)
    assert whole(group, seen, "target_group_arns")["target_group_arns"] == ["one", "two"]


@pytest.mark.parametrize(
    ("inside", "status"),
    [({"enabled": True}, "Enabled"), ([{"enabled": False}], "Suspended"), ({}, "Suspended")],
)
def test_versioning_inside_a_bucket_is_said_as_apart(inside: Any, status: str) -> None:
    bucket = made(t.S3_BUCKET, "bucket", versioning=inside)
    said = [one.get("versioning_configuration.status") for one in inline(bucket, t.S3_VERSIONING)]
    assert said == ([status] if inside else [])


def test_what_is_unknown_inside_a_bucket_is_not_missing() -> None:
    bucket = made(t.S3_BUCKET, "bucket", versioning=HIDDEN)
    with pytest.raises(UnresolvedError):
        parts(bucket, stack(bucket), t.S3_VERSIONING)
    half = made(t.S3_BUCKET, "bucket", versioning={"enabled": HIDDEN})
    (said,) = parts(half, stack(half), t.S3_VERSIONING)
    with pytest.raises(UnresolvedError):
        said.get("versioning_configuration.status")


def test_resource_apart_comes_before_what_stands_inside() -> None:
    bucket = made(t.S3_BUCKET, "bucket", versioning={"enabled": True})
    off = made(
        t.S3_VERSIONING,
        "off",
        points="bucket",
        at="bucket",
        versioning_configuration={"status": "Suspended"},
    )
    assert parts(bucket, stack(bucket, off), t.S3_VERSIONING) == (off,)


def test_replication_inside_a_bucket_is_judged() -> None:
    rule = {"status": "Disabled", "destination": {"bucket": "arn:aws:s3:::copy"}}
    bucket = made(t.S3_BUCKET, "bucket", replication_configuration={"role": "r", "rules": [rule]})
    plain = made(t.S3_BUCKET, "plain")
    control = catalogue()["s3-replication-on"]
    said = [
        outcome_word(worst(*control.outcomes(one, stack(one)).values())) for one in (bucket, plain)
    ]
    assert said == ["fail", "not_applicable"]


def test_companion_is_alone_when_what_it_speaks_of_is_outside_or_anothers() -> None:
    group = made(t.SECURITY_GROUP, "group")
    inside = made(t.SECURITY_GROUP_INGRESS_RULE, "in", points="security_group_id", at="group")
    outside = made(t.SECURITY_GROUP_INGRESS_RULE, "out", security_group_id="sg-1")
    default = made(t.SECURITY_GROUP_INGRESS_RULE, "def", points="security_group_id", at="vpc")
    vpc = made(t.VPC, "vpc")
    seen = stack(group, inside, outside, default, vpc)
    assert [alone(rule, seen) for rule in (inside, outside, default)] == [False, True, True]
    assert alone(inside, stack(inside, foreign=(group,)))


def test_account_speaks_for_its_own_region_only() -> None:
    cluster = Resource(data={}, type=t.ECS_CLUSTER, name="c", region="eu-west-1")
    here, there = (
        Resource(data={}, type=t.ECS_ACCOUNT_SETTING, name=region, region=region)
        for region in ("eu-west-1", "us-east-1")
    )
    assert for_account(cluster, stack(cluster, here, there), t.ECS_ACCOUNT_SETTING) == (here,)
