"""Nobody is shut out of what a resource is for, whatever kind of resource has the policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.model import Fail, Outcome, Pass, worst
from stackproof.model.cases import Form, Given, Json, build
from stackproof.types import tokens as t

CONTROL = catalogue()["resource-policy-lets-use"]
IN_ANOTHER_PROPERTY = {
    t.LOG_DESTINATION_POLICY: "access_policy",
    t.OPENSEARCH_DOMAIN: "access_policies",
}
# What part of a thing its policy may be about, and an action that is denied to everybody rightly.
PARTS = {
    t.S3_BUCKET: ("arn:aws:s3:::data/tmp/*", "s3:DeleteObject"),
    t.S3_POLICY: ("arn:aws:s3:::data/tmp/*", "s3:DeleteObject"),
    t.APIGATEWAY_REST_API: ("execute-api:/prod/POST/admin", ""),
    t.APIGATEWAY_REST_API_POLICY: ("execute-api:/*/GET/admin", ""),
    t.DYNAMODB_RESOURCE_POLICY: (
        "arn:aws:dynamodb:us-east-1:123456789012:table/a/index/b",
        "dynamodb:DeleteTable",
    ),
    t.EVENT_BUS_POLICY: (
        "arn:aws:events:us-east-1:123456789012:rule/a/b",
        "events:DeleteRule",
    ),
    t.OPENSEARCH_DOMAIN: (
        "arn:aws:es:us-east-1:123456789012:domain/a/secret/*",
        "es:ESHttpDelete",
    ),
    t.KMS_KEY: ("", "kms:ScheduleKeyDeletion"),
    t.SQS_QUEUE: ("", "sqs:PurgeQueue"),
    t.SNS_TOPIC: ("", "sns:DeleteTopic"),
    t.SECRET: ("", "secretsmanager:DeleteSecret"),
    t.ECR_POLICY: ("", "ecr:PutImage"),
    t.BACKUP_VAULT_POLICY: ("", "backup:DeleteRecoveryPoint"),
}


def judged(type_: str, **members: Any) -> Outcome:
    statement: Mapping[str, Any] = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
        **members,
    }
    name = IN_ANOTHER_PROPERTY.get(type_, "policy")
    subject, stack = build(Given(type_, {name: Json({"Statement": [statement]})}), Form.KNOWN)
    return worst(*CONTROL.outcomes(subject, stack).values())


@pytest.mark.parametrize("type_", CONTROL.types)
def test_denial_of_everything_shuts_everybody_out(type_: str) -> None:
    assert isinstance(judged(type_), Fail)
    narrowed = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}
    assert isinstance(judged(type_, Condition=narrowed), Pass)


@pytest.mark.parametrize("type_", PARTS)
def test_denial_of_a_part_shuts_nobody_out(type_: str) -> None:
    resource, action = PARTS[type_]
    if resource:
        assert isinstance(judged(type_, Resource=resource), Pass)
    if action:
        assert isinstance(judged(type_, Action=action), Pass)
