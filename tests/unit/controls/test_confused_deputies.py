"""Services are asked for whom they act only where they tell it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.controls.confused_deputies import WRITTEN
from stackproof.model import Fail, Outcome, Pass, Resource, Sight, Stack
from stackproof.reasoning.permissions.context import Source
from tests.unit.reasoning.permissions.test_table import rows

SILENT = Source(None, account=False)


def test_service_that_does_not_tell_is_not_asked() -> None:
    asked = {(one.type, f"{service}.amazonaws.com") for one in WRITTEN for service in one.pages}
    silent = {(row.on, row.service) for row in rows() if row.service and row.source == SILENT}
    assert silent
    assert asked & silent == set()


ACCOUNT = "123456789012"
TRAILS = f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"
# AWS CloudTrail User Guide, "Default KMS key policy created in CloudTrail console".
OF_THE_CONSOLE: list[dict[str, Any]] = [
    {
        "Sid": "Allow CloudTrail to encrypt logs",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "kms:GenerateDataKey*",
        "Condition": {
            "StringEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/t"},
            "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": TRAILS},
        },
    },
    {
        "Sid": "Allow CloudTrail to describe key",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "kms:DescribeKey",
    },
]
DESCRIBING = {
    "kms-key": ["kms:DescribeKey", "kms:describekey", "kms:ListGrants", "kms:List*"],
    "s3-bucket": ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucket*"],
    "sns-topic": ["sns:GetTopicAttributes"],
    "sqs-queue": ["sqs:GetQueueAttributes"],
}
USING = {
    "kms-key": ["kms:Decrypt", "kms:CreateGrant", "kms:*", "kms:D*", "kms:PutKeyPolicy"],
    "s3-bucket": ["s3:GetObject", "s3:Get*", "s3:PutObject", "s3:ListBucket", "s3:PutBucketAcl"],
    "sns-topic": ["sns:Publish", "sns:Get*", "sns:*"],
    "sqs-queue": ["sqs:SendMessage", "sqs:Get*", "*"],
}


def judged(thing: str, *statements: dict[str, Any]) -> Outcome:
    written = next(written for written in WRITTEN if written.thing == thing)
    document = {"Statement": [{"Effect": "Allow", "Resource": "*", **s} for s in statements]}
    holder = Resource(
        {"policy": json.dumps(document)}, type=written.type, name="h", id="h", arn="arn:h"
    )
    outcomes = catalogue()[f"{thing}-guards-deputy"].outcomes(holder, Stack([holder], Sight.STATE))
    return outcomes[""]


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(thing, action) for thing, actions in table.items() for action in actions]


def of_a_service(thing: str, *actions: str) -> dict[str, Any]:
    written = next(written for written in WRITTEN if written.thing == thing)
    service = f"{next(iter(written.pages))}.amazonaws.com"
    return {"Principal": {"Service": service}, "Action": list(actions)}


def test_the_key_policy_that_the_console_of_cloudtrail_makes_is_right() -> None:
    assert isinstance(judged("kms-key", *OF_THE_CONSOLE), Pass)


@pytest.mark.parametrize(("thing", "action"), pairs(DESCRIBING))
def test_what_only_describes_needs_no_condition(thing: str, action: str) -> None:
    assert isinstance(judged(thing, of_a_service(thing, action)), Pass)


@pytest.mark.parametrize(("thing", "action"), pairs(USING))
def test_what_uses_needs_one_also_beside_what_describes(thing: str, action: str) -> None:
    for actions in ([action], [action, DESCRIBING[thing][0]]):
        outcome = judged(thing, of_a_service(thing, *actions))
        assert isinstance(outcome, Fail), outcome
