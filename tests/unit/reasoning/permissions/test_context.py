"""What requests of services tell: enough to decide the usual denials of buckets' policies."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Resource, Sight, Stack, Unknown
from stackproof.reasoning.access import statements
from stackproof.reasoning.permissions.conditions import meets
from stackproof.reasoning.permissions.context import Acting, Source, request_context
from stackproof.reasoning.permissions.principals import Caller
from stackproof.reasoning.permissions.targets import Target
from stackproof.types import tokens as t


@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, False),
        ({"NumericLessThan": {"s3:TlsVersion": "1.3"}}, None),
        ({"NumericLessThan": {"s3:TlsVersion": "1.4"}}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": "123456789012"}}, True),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, True),
        ({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, True),
        (
            {
                "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
            False,
        ),
    ],
)
def test_denials_hold_for_services_or_do_not(conditions: dict[str, Any], met: bool | None) -> None:
    bucket = Resource({"bucket": "records"}, type=t.S3_BUCKET, name="records")
    context = request_context(
        bucket,
        Acting(Caller(service=("config.amazonaws.com",)), "config.amazonaws.com"),
        Target("arn:aws:s3:::records/*", "records", bucket),
        Stack([bucket], Sight.LIVE),
        source=Source(),
        says={},
    )
    denial = {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": conditions}
    (statement,) = statements({"Statement": denial})
    found = meets(statement.conditions, context)
    assert found is met or (met is None and isinstance(found, Unknown))
