"""Policy documents and known accounts, as programs ask the AWS provider for them."""

from __future__ import annotations

import json

import pytest

from stackproof.embedded import apply
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud
from stackproof.types.tokens import ELB_GET_SERVICE_ACCOUNT, IAM_GET_POLICY_DOCUMENT

# Neither question is sent to the embedded AWS.
CLOUD = Cloud("http://127.0.0.1:1", "us-east-1")


def test_document_says_what_its_statements_say() -> None:
    statement = {
        "sid": "Deliver",
        "principals": [{"type": "Service", "identifiers": ["config.amazonaws.com"]}],
        "actions": ["s3:GetBucketAcl", "s3:PutObject"],
        "resources": ["*"],
        "conditions": [
            {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1"]},
            {"test": "StringEquals", "variable": "aws:SourceArn", "values": ["a", "b"]},
        ],
    }
    answer = apply.invoke(CLOUD, IAM_GET_POLICY_DOCUMENT, {"statements": [statement]})
    document = json.loads(answer["json"])
    assert document == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Deliver",
                "Effect": "Allow",
                "Action": ["s3:PutObject", "s3:GetBucketAcl"],
                "Resource": "*",
                "Principal": {"Service": "config.amazonaws.com"},
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": "1", "aws:SourceArn": ["b", "a"]}
                },
            }
        ],
    }
    assert json.loads(answer["minified_json"]) == document


def test_overriding_document_replaces_the_statement_of_its_id() -> None:
    base = {"Statement": [{"Sid": "A", "Effect": "Allow"}, {"Effect": "Allow", "Action": "x"}]}
    over = {"Statement": {"Sid": "A", "Effect": "Deny"}}
    answer = apply.invoke(
        CLOUD,
        IAM_GET_POLICY_DOCUMENT,
        {
            "source_policy_documents": [json.dumps(base)],
            "statements": [{"actions": ["y"], "principals": [{"type": "*", "identifiers": []}]}],
            "override_policy_documents": [json.dumps(over)],
        },
    )
    assert json.loads(answer["json"])["Statement"] == [
        {"Sid": "A", "Effect": "Deny"},
        {"Effect": "Allow", "Action": "x"},
        {"Effect": "Allow", "Action": "y", "Principal": "*"},
    ]


def test_load_balancers_have_an_account_where_regions_are_old() -> None:
    assert (
        apply.invoke(CLOUD, ELB_GET_SERVICE_ACCOUNT, {})["arn"] == "arn:aws:iam::127311923021:root"
    )
    with pytest.raises(EmbeddedError, match=r"logdelivery\.elasticloadbalancing"):
        apply.invoke(CLOUD, ELB_GET_SERVICE_ACCOUNT, {"region": "il-central-1"})
