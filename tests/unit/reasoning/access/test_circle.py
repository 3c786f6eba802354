"""Who belongs to us."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import UnresolvedError
from stackproof.reasoning.access import Circle, Kind, Party, grants, statements

OURS, THEIRS, FRIEND = "123456789012", "999999999999", "555555555555"


def owns(party: Party) -> bool:
    return party in (
        Party(Kind.NETWORK, "vpce-ours"),
        Party(Kind.THING, "arn:aws:s3:::ours"),
    )


CIRCLE = Circle(OURS, frozenset({FRIEND, "o-friends", "198.51.100.0/24"}), owns)


def admits(circle: Circle, principal: Any, conditions: Any) -> bool | None:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "*",
        "Condition": conditions,
    }
    (grant,) = grants(statements({"Statement": statement}))
    try:
        return circle.admits(grant)
    except UnresolvedError:
        return None


def source(arn: str) -> dict[str, Any]:
    return {"ArnLike": {"aws:SourceArn": arn}}


SIGNED_IN = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}


@pytest.mark.parametrize(
    ("principal", "conditions", "right"),
    [
        ("*", {}, False),
        ({"AWS": OURS}, {}, True),
        ({"AWS": f"arn:aws:iam::{FRIEND}:role/x"}, {}, True),
        ({"AWS": THEIRS}, {}, False),
        ({"AWS": THEIRS}, {"StringEquals": {"aws:PrincipalOrgID": "o-friends"}}, True),
        ("*", {"StringEquals": {"aws:PrincipalOrgID": "o-friends"}}, True),
        ("*", {"StringEquals": {"aws:PrincipalOrgID": "o-others"}}, False),
        ("*", {"StringEquals": {"aws:PrincipalOrgID": ["o-friends", "o-others"]}}, False),
        ("*", {"StringEquals": {"aws:PrincipalAccount": [OURS, FRIEND]}}, True),
        ("*", {"StringEquals": {"aws:PrincipalAccount": [OURS, THEIRS]}}, False),
        ("*", {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}, True),
        ("*", {"StringEquals": {"aws:SourceVpce": "vpce-ours"}}, True),
        ("*", {"StringEquals": {"aws:SourceVpce": "vpce-1"}}, None),
        ("*", {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, True),
        ("*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
        ("*", source(f"arn:aws:sns:us-east-1:{OURS}:orders"), True),
        ("*", source(f"arn:aws:sns:us-east-1:{THEIRS}:orders"), False),
        ("*", source("arn:aws:s3:::ours"), True),
        ("*", source("arn:aws:s3:::uploads"), None),
        ({"Service": "s3.amazonaws.com"}, {}, True),
        ({"Service": "sns.amazonaws.com"}, source(f"arn:aws:sns:*:{THEIRS}:*"), False),
        ({"Service": "sns.amazonaws.com"}, source(f"arn:aws:sns:*:{OURS}:*"), True),
        ({"Service": "s3.amazonaws.com"}, source("arn:aws:s3:::uploads"), None),
        ({"AWS": "arn:aws:iam::054676820928:root"}, {}, True),
        ({"AWS": "AROAEXAMPLEID"}, {}, None),
        ("*", {"Bool": {"aws:PrincipalIsAWSService": "true"}}, False),
        ({"Federated": f"arn:aws:iam::{OURS}:saml-provider/idp"}, {}, True),
        ({"Federated": f"arn:aws:iam::{FRIEND}:saml-provider/idp"}, {}, True),
        ({"Federated": f"arn:aws:iam::{THEIRS}:saml-provider/idp"}, {}, False),
        ({"Federated": f"arn:aws:iam::{THEIRS}:saml-provider/idp"}, SIGNED_IN, False),
        ({"Federated": "accounts.google.com"}, {}, True),
        ({"CanonicalUser": "79a59d"}, {}, None),
    ],
)
def test_the_circle_holds_the_account_and_whom_it_trusts(
    principal: Any, conditions: Any, right: bool | None
) -> None:
    assert admits(CIRCLE, principal, conditions) is right


def test_without_its_own_account_it_cannot_tell_accounts_apart() -> None:
    nowhere = Circle(None, frozenset({FRIEND}))
    assert admits(nowhere, {"AWS": OURS}, {}) is None
    assert admits(nowhere, {"AWS": FRIEND}, {}) is True
    assert admits(nowhere, "*", {}) is False
