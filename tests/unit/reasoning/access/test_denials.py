"""Who is left when denials take away from what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.reasoning.access import Kind, grants, statements
from tests.unit.reasoning.access.test_judgement import NARROW, NOBODY, OPEN, UNDECIDED, widest

ALLOWED = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
UNLESS_ORG = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


@pytest.mark.parametrize(
    ("denial", "right"),
    [
        ({"Condition": UNLESS_ORG}, NARROW),
        ({"Condition": {"StringNotEqualsIfExists": UNLESS_ORG["StringNotEquals"]}}, NARROW),
        ({"Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, NARROW),
        ({"Condition": UNLESS_ORG, "Action": "s3:*"}, NARROW),
        (
            {"Condition": {**UNLESS_ORG, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}},
            NARROW,
        ),
        ({"Principal": None, "NotPrincipal": {"AWS": "123456789012"}}, NARROW),
        ({"Condition": UNLESS_ORG, "Action": "s3:PutObject"}, OPEN),
        ({"Condition": UNLESS_ORG, "Resource": "arn:aws:s3:::other/*"}, OPEN),
        ({"Condition": {**UNLESS_ORG, "Bool": {"aws:SecureTransport": "false"}}}, OPEN),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, OPEN),
        ({"Condition": {"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}}, OPEN),
        ({"Condition": {"ForAnyValue:StringNotEquals": UNLESS_ORG["StringNotEquals"]}}, OPEN),
        ({"Condition": {"StringEquals": UNLESS_ORG["StringNotEquals"]}}, OPEN),
        ({"Condition": UNLESS_ORG, "Principal": {"AWS": "123456789012"}}, OPEN),
        ({"Condition": {"StringNotEquals": {"aws:NewKey": "x"}}}, UNDECIDED),
        ({"Condition": UNLESS_ORG, "Action": None, "NotAction": "s3:GetObjectTagging"}, NARROW),
        ({"Condition": UNLESS_ORG, "Action": None, "NotAction": "s3:PutObject*"}, NARROW),
        ({"Condition": UNLESS_ORG, "Action": None, "NotAction": "s3:Get*"}, OPEN),
        ({"Condition": UNLESS_ORG, "Action": None, "NotAction": "s3:GetObject"}, OPEN),
        ({"Condition": UNLESS_ORG, "Resource": None, "NotResource": "arn:aws:s3:::x/*"}, OPEN),
        ({"Condition": {"StringNotEquals": {"aws:PrincipalAccount": "1234*"}}}, NOBODY),
    ],
)
def test_denials_of_all_but_some_narrow_what_is_allowed(denial: dict[str, Any], right: str) -> None:
    denied = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", **denial}
    assert widest(grants(statements({"Statement": [ALLOWED, denied]}))) == right


UNLESS_OURS = {"StringNotEqualsIfExists": {"aws:SourceAccount": "123456789012"}}
OF_SERVICES = {"Bool": {"aws:PrincipalIsAWSService": "true"}}
OF_OTHERS = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}


@pytest.mark.parametrize(
    "allowed_to", [{"Service": "events.amazonaws.com"}, "any service", "ours or a service"]
)
@pytest.mark.parametrize(
    ("conditions", "pinned"),
    [
        ({**UNLESS_OURS, **OF_SERVICES}, True),
        (UNLESS_OURS, True),
        ({**UNLESS_OURS, **OF_OTHERS}, False),
        ({**UNLESS_ORG, **OF_OTHERS}, False),
        ({**UNLESS_OURS, **OF_SERVICES, "Bool": {"aws:SecureTransport": "false"}}, False),
    ],
)
def test_denials_of_services_alone_pin_them(
    allowed_to: Any, conditions: dict[str, Any], pinned: bool
) -> None:
    document = [{**ALLOWED, "Principal": allowed_to}]
    if allowed_to == "any service":
        document = [{**ALLOWED, "Condition": OF_SERVICES}]
    elif allowed_to == "ours or a service":
        ours = {"Condition": {**UNLESS_ORG, **OF_OTHERS}}
        document = [ALLOWED, {**ALLOWED, "Effect": "Deny", "Action": "*", **ours}]
    denied = {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": conditions}
    found = grants(statements({"Statement": [*document, denied]}))
    services = [grant for grant in found if grant.party.kind is Kind.SERVICE]
    assert [grant.pinned for grant in services] == [pinned]


def test_what_everybody_is_denied_nobody_is_granted() -> None:
    denied = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    assert grants(statements({"Statement": [ALLOWED, denied]})) == ()
