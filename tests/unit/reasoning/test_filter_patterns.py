"""Patterns of metric filters count what CloudWatch Logs counts by them."""

from __future__ import annotations

import pytest

from infra.components.account_changes import CHANGES
from stackproof.model import UnresolvedError
from stackproof.reasoning.account_changes import Watched, watched
from stackproof.reasoning.filter_patterns import counted_by

EVENT = {
    "eventName": "ConsoleLogin",
    "errorCode": "Client.UnauthorizedOperation",
    "userIdentity": {"type": "Root"},
    "readOnly": False,
    "vpc": None,
}


@pytest.mark.parametrize(
    ("pattern", "counted"),
    [
        ('{ $.eventName = "ConsoleLogin" }', True),
        ("{ $.eventName = ConsoleLogin }", True),
        ("{$.eventName=Console*}", True),
        ('{ $.errorCode = "*UnauthorizedOperation" }', True),
        ('{ $.errorCode = "UnauthorizedOperation" }', False),
        ('{ $.eventName != "ConsoleLogin" }', False),
        ('{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }', True),
        ("{ $.userIdentity.type EXISTS }", True),
        ("{ $.userIdentity.name EXISTS }", False),
        ("{ $.readOnly IS FALSE }", True),
        ("{ $.vpc IS NULL }", True),
        # `&&` binds more closely.
        ("{ ($.eventName = ConsoleLogin) || ($.a = b) && ($.c = d) }", True),
        ("{ (($.eventName = ConsoleLogin) || ($.a = b)) && ($.c = d) }", False),
    ],
)
def test_pattern_counts(pattern: str, counted: bool) -> None:
    assert counted_by(pattern, EVENT) is counted


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "ERROR",
        "{ $.bytes > 10 }",
        "{ $.eventName = %Console% }",
        "{ $.eventName = }",
        "{ $.eventName }",
        "{ eventName = a }",
        "{ ($.a = b }",
        "{ $.a IS MAYBE }",
        '{ $.a = "b }',
    ],
)
def test_what_is_not_read_is_unknown(pattern: str) -> None:
    with pytest.raises(UnresolvedError):
        counted_by(pattern, EVENT)


@pytest.mark.parametrize("wanted", [*watched()], ids=lambda wanted: wanted.number)
def test_reference_systems_count_each_event(wanted: Watched) -> None:
    for event in wanted.events:
        assert any(counted_by(change.pattern, event) for change in CHANGES), event["eventName"]


def test_reading_and_ordinary_work_is_not_counted() -> None:
    reads = ("GetRolePolicy", "DescribeVpcs", "GetBucketPolicy", "DescribeOrganization", "Decrypt")
    for source in ("iam", "ec2", "s3", "organizations", "kms"):
        for name in reads:
            event = {
                "eventSource": f"{source}.amazonaws.com",
                "eventName": name,
                "userIdentity": {"type": "AssumedRole"},
            }
            assert not any(counted_by(change.pattern, event) for change in CHANGES)


def test_patterns_are_as_short_as_cloudwatch_logs_asks() -> None:
    assert max(len(change.pattern) for change in CHANGES) <= 1024
