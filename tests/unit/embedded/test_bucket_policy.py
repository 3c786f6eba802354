from __future__ import annotations

from typing import Any

import pytest

from stackproof.embedded.overlay.bucket_policy import denies

CALLERS = ("123456789012", "arn:aws:iam::123456789012:root")
CONTEXT = {
    "aws:securetransport": "true",
    "s3:tlsversion": "1.3",
    "aws:sourceip": "10.1.2.3",
    "s3:x-amz-server-side-encryption": "AES256",
}


def denied(**statement: Any) -> bool:
    base = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}
    return denies(
        {"Statement": {**base, **statement}}, "s3:GetObject", "arn:aws:s3:::b/k", CALLERS, CONTEXT
    )


def test_an_unconditional_denial_denies() -> None:
    assert denied()


def test_an_allowance_denies_nothing() -> None:
    assert not denied(Effect="Allow")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Action": "s3:PutObject"}, False),
        ({"Action": ["s3:PutObject", "S3:get*"]}, True),
        ({"Resource": "arn:aws:s3:::b"}, False),
        ({"Resource": ["arn:aws:s3:::other/*", "arn:aws:s3:::b/?"]}, True),
        ({"Principal": {"AWS": "arn:aws:iam::999999999999:root"}}, False),
        ({"Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"Service": "logging.s3.amazonaws.com"}}, False),
    ],
)
def test_principal_action_and_resource_must_match(
    statement: dict[str, Any], expected: bool
) -> None:
    assert denied(**statement) is expected


def test_what_is_named_by_exclusion_is_spared() -> None:
    policy = {
        "Statement": [
            {
                "Effect": "Deny",
                "NotPrincipal": {"AWS": "arn:aws:iam::123456789012:root"},
                "NotAction": "s3:PutObject",
                "NotResource": "arn:aws:s3:::other/*",
            }
        ]
    }
    assert not denies(policy, "s3:GetObject", "arn:aws:s3:::b/k", CALLERS, CONTEXT)
    assert denies(policy, "s3:GetObject", "arn:aws:s3:::b/k", ["999999999999"], CONTEXT)
    assert not denies(policy, "s3:PutObject", "arn:aws:s3:::b/k", ["999999999999"], CONTEXT)
    assert not denies(policy, "s3:GetObject", "arn:aws:s3:::other/k", ["999999999999"], CONTEXT)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"Bool": {"aws:SecureTransport": "false"}}, False),
        ({"Bool": {"aws:SecureTransport": True}}, True),
        ({"NumericLessThan": {"s3:TlsVersion": 1.2}}, False),
        ({"NumericLessThan": {"s3:TlsVersion": ["1.2", "1.4"]}}, True),
        ({"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}, True),
        ({"StringNotEquals": {"s3:x-amz-server-side-encryption": ["AES256", "aws:kms"]}}, False),
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"Null": {"aws:SourceVpce": "true"}}, True),
        ({"Null": {"aws:SecureTransport": "true"}}, False),
        ({"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}}, False),
        ({"NotIpAddress": {"aws:SourceIp": "192.168.0.0/16"}}, True),
        ({"ForAnyValue:StringLike": {"s3:x-amz-server-side-encryption": "AES*"}}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, False),
    ],
)
def test_conditions_decide(condition: dict[str, Any], expected: bool) -> None:
    assert denied(Condition=condition) is expected


def test_all_conditions_must_hold() -> None:
    assert not denied(
        Condition={
            "Bool": {"aws:SecureTransport": "true"},
            "StringEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
        }
    )
