"""Who may: operators, keys, values and principals, each with its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from stackproof.model import UnresolvedError
from stackproof.reasoning.access import Grant, Kind, grants, statements
from stackproof.reasoning.access.keys import SILENT, TELLING
from stackproof.reasoning.access.parties import Says

OPEN, NARROW, UNDECIDED, NOBODY = "everybody", "narrow", "undecided", "nobody"

EQUAL = (
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "ArnEquals",
    "ArnLike",
    "NumericEquals",
    "ForAnyValue:StringLike",
    "stringequals",
)
LENIENT = (
    "StringEqualsIfExists",
    "ArnLikeIfExists",
    "ForAllValues:StringEquals",
    "ForAllValues:ArnLike",
    "ForAnyValue:StringLikeIfExists",
)
UNEQUAL = (
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
    "ArnNotEquals",
    "ArnNotLike",
    "NumericNotEquals",
    "StringNotEqualsIfExists",
    "ForAllValues:StringNotLike",
    "ForAnyValue:StringNotLike",
)
OF_ANOTHER_KIND = ("Bool", "DateEquals", "BinaryEquals")
NO_OPERATOR = ("StringEqual", "StringStartsWith", "Equals")

# Per kind of value: those that name somebody, and those that anybody may have.
VALUES: Mapping[Says, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Says.ACCOUNT: (("123456789012",), ("*", "1234*")),
    Says.ARN: (
        (
            "arn:aws:sns:us-east-1:123456789012:orders",
            "arn:aws:execute-api:*:123456789012:*",
            "arn:aws:iam::123456789012:role/*",
            "arn:aws:s3:::uploads",
        ),
        (
            "*",
            "arn:*",
            "arn:aws:*",
            "arn:aws:s3:::*",
            "arn:aws:s3:::uploads-*",
            "arn:aws:execute-api:*:*:*",
            "arn:aws:sns:us-east-1:*:orders",
            "arn:aws:iam::*:role/ci",
        ),
    ),
    Says.ORGANIZATION: (("o-a1b2c3d4e5",), ("*", "o-*")),
    Says.ORGANIZATION_PATH: (
        ("o-a1b2c3d4e5/*", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"),
        ("*", "o-*", "o-*/r-ab12/*"),
    ),
    Says.NETWORK: (("vpc-0123", "vpce-0123"), ("*", "vpc-*")),
    Says.UNIQUE_ID: (("AROAEXAMPLEID:*", "AIDAEXAMPLEID"), ("*", "*:admin")),
    Says.TOKEN: (("amzn1.ask.skill.1",), ("*",)),
}
NAMING = {key: what for key, what in TELLING.items() if what.says in VALUES}


def allowed(principal: Any = "*", **conditions: Any) -> tuple[Grant, ...]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", **conditions}
    return grants(statements({"Statement": statement}))


def verdict(conditions: Mapping[str, Any], principal: Any = "*") -> str:
    return widest(allowed(principal, Condition=conditions))


def widest(found: tuple[Grant, ...]) -> str:
    try:
        return OPEN if any(grant.everybody for grant in found) else NARROW if found else NOBODY
    except UnresolvedError:
        return UNDECIDED


def literal(operator: str, value: str) -> bool:
    """Tell whether an operator takes a wildcard for a sign that no account, ARN or id has."""
    plain = operator.lower().rpartition(":")[2].removesuffix("ifexists")
    return plain in ("stringequals", "stringequalsignorecase") and "*" in value


@pytest.mark.parametrize("key", NAMING)
def test_every_operator_with_every_key_and_value(key: str) -> None:
    naming, anybodys = VALUES[NAMING[key].says]
    for value in naming:
        for operator in EQUAL:
            right = NOBODY if literal(operator, value) else NARROW
            assert verdict({operator: {key: value}}) == right, (operator, value)
            assert verdict({operator: {key.upper(): [value]}}) == right, (operator, value)
        for operator in (*LENIENT, *UNEQUAL):
            assert verdict({operator: {key: value}}) == OPEN, (operator, value)
        for operator in LENIENT:
            there = {operator: {key: value}, "Null": {key: "false"}}
            right = NOBODY if literal(operator, value) else NARROW
            assert verdict(there) == right, (operator, value)
        for operator in (*OF_ANOTHER_KIND, *NO_OPERATOR):
            assert verdict({operator: {key: value}}) == UNDECIDED, (operator, value)
        for other in anybodys:
            assert verdict({"StringLike": {key: [value, other]}}) == OPEN, (value, other)
    for value in anybodys:
        for operator in EQUAL:
            right = NOBODY if literal(operator, value) else OPEN
            assert verdict({operator: {key: value}}) == right, (operator, value)
    assert verdict({"StringEquals": {key: list(naming)}}) == NARROW
    assert verdict({"StringEquals": {key: []}}) == UNDECIDED
    assert verdict({"StringEquals": {key: "${aws:username}"}}) == UNDECIDED
    for absent in ("true", "false"):
        assert verdict({"Null": {key: absent}}) == OPEN


@pytest.mark.parametrize("key", sorted(SILENT))
def test_what_anybody_can_bring_about_does_not_narrow(key: str) -> None:
    for operator in (*EQUAL, *UNEQUAL, "Bool", "DateLessThan", "NumericGreaterThanEquals"):
        assert verdict({operator: {key: "x"}}) == OPEN, operator


@pytest.mark.parametrize(
    ("conditions", "right"),
    [
        ({}, OPEN),
        # ranges of addresses
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, NARROW),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, NARROW),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, NARROW),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "172.16.0.0/12"]}}, NARROW),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, OPEN),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, OPEN),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}}, OPEN),
        ({"IpAddress": {"aws:SourceIp": [f"{n}.0.0.0/8" for n in range(256)]}}, OPEN),
        ({"IpAddress": {"aws:SourceIp": "not an address"}}, OPEN),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, OPEN),
        ({"IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}, OPEN),
        ({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}, OPEN),
        # several keys and operators: all of them are to be met
        (
            {
                "StringLike": {"aws:SourceAccount": "*"},
                "ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"},
            },
            NARROW,
        ),
        ({"StringLike": {"aws:SourceAccount": "*", "aws:SourceArn": "arn:*"}}, OPEN),
        ({"StringEquals": {"aws:NewKey": "x", "aws:SourceAccount": "123456789012"}}, NARROW),
        ({"StringEquals": {"aws:PrincipalTag/team": "x"}}, OPEN),
        ({"StringEquals": {"sns:Protocol": "https", "sts:ExternalId": "guessed"}}, OPEN),
        # keys that are newer than this, or misspelt
        ({"StringEquals": {"aws:NewKey": "x"}}, UNDECIDED),
        ({"StringNotEquals": {"aws:NewKey": "x"}}, OPEN),
        # the owner of the resource, whoever that is
        ({"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}, NARROW),
        ({"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, NARROW),
        ({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}, NARROW),
        ({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceAccount}"}}, UNDECIDED),
        # services of AWS
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, NARROW),
        ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, OPEN),
        ({"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}}, OPEN),
        ({"StringEquals": {"aws:PrincipalServiceName": "sns.amazonaws.com"}}, NARROW),
        ({"StringLike": {"aws:PrincipalServiceName": "*"}}, OPEN),
    ],
)
def test_conditions_together(conditions: Mapping[str, Any], right: str) -> None:
    assert verdict(conditions) == right


@pytest.mark.parametrize(
    ("principal", "kind", "name"),
    [
        ("*", Kind.EVERYBODY, "*"),
        ({"AWS": "*"}, Kind.EVERYBODY, "*"),
        ({"AWS": ["arn:aws:iam::*:root"]}, Kind.EVERYBODY, "*"),
        ({"Federated": "*"}, Kind.EVERYBODY, "*"),
        ({"AWS": "123456789012"}, Kind.ACCOUNT, "123456789012"),
        ({"AWS": "arn:aws-cn:iam::123456789012:role/a"}, Kind.ACCOUNT, "123456789012"),
        ({"AWS": "arn:aws:sts::123456789012:assumed-role/a/b"}, Kind.ACCOUNT, "123456789012"),
        ({"AWS": "AROAEXAMPLEID"}, Kind.IDENTITY, "AROAEXAMPLEID"),
        ({"CanonicalUser": "79a59d"}, Kind.IDENTITY, "79a59d"),
        ({"Service": "sns.amazonaws.com.cn"}, Kind.SERVICE, "sns.amazonaws.com"),
        (
            {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"},
            Kind.IDENTITY,
            "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
        ),
        (
            {"AWS": "arn:aws:iam::127311923021:root"},
            Kind.SERVICE,
            "logdelivery.elasticloadbalancing.amazonaws.com",
        ),
        ({"AWS": "386209384616"}, Kind.SERVICE, "billingreports.amazonaws.com"),
    ],
)
def test_principals_are_recognised_in_each_spelling(principal: Any, kind: Kind, name: str) -> None:
    (grant,) = allowed(principal)
    assert (grant.party.kind, grant.party.name) == (kind, name)
    assert grant.everybody is (kind is Kind.EVERYBODY)


def test_a_kind_of_principal_that_iam_does_not_have_is_undecided() -> None:
    (grant,) = allowed({"Everyone": "x"})
    with pytest.raises(UnresolvedError):
        assert grant.everybody


def test_allowing_all_but_somebody_is_everybody() -> None:
    document = {"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "*"}}
    (grant,) = grants(statements(document))
    assert grant.everybody


def test_denying_everybody_lets_nobody_in() -> None:
    document = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*"}}
    assert grants(statements(document)) == ()


@pytest.mark.parametrize("names", ["Principal", "NotPrincipal"])
@pytest.mark.parametrize("nobody", [{}, [], {"AWS": []}])
def test_principals_that_name_nobody_are_no_policy(names: str, nobody: Any) -> None:
    with pytest.raises(UnresolvedError):
        statements({"Statement": {"Effect": "Allow", names: nobody, "Action": "*"}})


def test_a_wildcard_in_the_name_of_a_service_is_undecided() -> None:
    (grant,) = allowed({"Service": "*.amazonaws.com"})
    with pytest.raises(UnresolvedError):
        assert grant.everybody


@pytest.mark.parametrize(
    ("conditions", "pinned"),
    [
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}}, True),
        ({"ArnLike": {"AWS:SourceArn": "arn:aws:ecs:us-east-1:123456789012:*"}}, True),
        ({"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}, True),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-a1b2c3d4e5/*"}}, True),
        ({"StringLike": {"aws:SourceAccount": "*"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:*"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:execute-api:*:*:*"}}, False),
        ({"StringNotEquals": {"aws:SourceAccount": "123456789012"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "123456789012"}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("service", ["ecs-tasks.amazonaws.com", "s3.amazonaws.com"])
def test_services_are_pinned_by_their_source(conditions: Any, pinned: bool, service: str) -> None:
    (grant,) = allowed({"Service": service}, Condition=conditions)
    assert grant.pinned is pinned
    assert not grant.everybody
