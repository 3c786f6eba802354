"""What policy documents are understood to say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stackproof.model import Cause, Unknown, UnresolvedError
from stackproof.reasoning.access import (
    Statement,
    denies_without_tls,
    matches,
    may,
    statements,
)

ACTIONS = ("s3:GetObject", "s3:PutObject", "kms:Decrypt", "iam:PassRole")
RESOURCES = ("arn:aws:s3:::cards/1", "arn:aws:kms:us-east-1:1:key/a", "arn:aws:iam::1:role/task")


def one(**parts: Any) -> Statement:
    return statements({"Statement": {"Effect": "Allow", **parts}})[0]


def with_condition(operator: str, key: str, *values: str) -> Statement:
    return one(Principal="*", Action="sns:Publish", Condition={operator: {key: list(values)}})


actions = st.sampled_from((*ACTIONS, "*", "s3:*", "kms:D*", "iam:Pass?ole"))
resources = st.sampled_from((*RESOURCES, "*", "arn:aws:s3:::*", "arn:aws:iam::*:role/*"))
one_or_many = st.one_of(actions, st.lists(actions, min_size=1, max_size=3))
statement_objects = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(("Allow", "Deny")),
        "Action": one_or_many,
        "Resource": st.one_of(resources, st.lists(resources, min_size=1, max_size=3)),
    }
)
documents = st.lists(statement_objects, max_size=4).map(lambda items: {"Statement": items})


def test_service_has_one_name_wherever_it_is() -> None:
    names = ["ec2.amazonaws.com.cn", "sns.amazonaws.com", "example.com.cn"]
    said = one(Principal={"Service": names}, Action="sts:AssumeRole")
    assert said.services == ("ec2.amazonaws.com", "sns.amazonaws.com", "example.com.cn")


def test_no_document_says_nothing() -> None:
    assert statements(None) == ()


def test_a_single_statement_and_single_strings_are_read_like_lists() -> None:
    single = one(Sid="Read", Action="s3:GetObject", Resource="*", Principal={"AWS": "1"})
    listed = statements(
        {
            "Statement": [
                {
                    "Sid": "Read",
                    "Effect": "Allow",
                    "Action": ["s3:GetObject"],
                    "Resource": ["*"],
                    "Principal": {"AWS": ["1"]},
                }
            ]
        }
    )
    assert (single,) == listed


@pytest.mark.parametrize("document", ["text", 3, [], {}, {"Statement": [{"Effect": "Maybe"}]}])
def test_what_is_no_policy_document_is_unreadable(document: Any) -> None:
    with pytest.raises(UnresolvedError) as error:
        statements(document)
    assert error.value.unknown.cause is Cause.UNREADABLE


@pytest.mark.parametrize("part", ["Principal", "Action", "Resource", "Condition"])
def test_an_unknown_part_is_never_read_as_absent(part: str) -> None:
    hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    with pytest.raises(UnresolvedError) as error:
        one(**{part: hidden})
    assert error.value.unknown is hidden


@pytest.mark.parametrize(
    ("pattern", "text", "covered"),
    [
        ("s3:Get*", "s3:GetObject", True),
        ("S3:getobject", "s3:GetObject", True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("s3:Get", "s3:GetObject", False),
        ("*", "kms:Decrypt", True),
        ("s3:Get.bject", "s3:GetObject", False),
        ("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/eve/x", True),
    ],
)
def test_patterns_cover_what_iam_says(pattern: str, text: str, covered: bool) -> None:
    assert matches(pattern, text) is covered


def test_resources_are_compared_with_their_case_and_actions_without() -> None:
    statement = one(Action="S3:getobject", Resource="arn:aws:s3:::Cards/*")
    assert statement.acts("s3:GetObject")
    assert not statement.reaches("arn:aws:s3:::cards/1")


@pytest.mark.parametrize(
    ("principal", "everybody"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ["1", "*"]}, True),
        ({"AWS": "123456789012"}, False),
        ({"Service": "config.amazonaws.com"}, False),
    ],
)
def test_everybody_is_recognised_in_each_spelling(principal: Any, everybody: bool) -> None:
    assert one(Principal=principal, Action="*").public is everybody


def test_allowing_all_but_somebody_is_public() -> None:
    assert one(NotPrincipal={"AWS": "1"}, Action="*").public


def test_denying_everybody_is_not_public() -> None:
    document = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*"}}
    assert not statements(document)[0].public


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:SourceAccount", "123456789012"),
        ("StringEquals", "AWS:SourceOwner", "123456789012"),
        ("StringEquals", "kms:CallerAccount", "123456789012"),
        ("StringLike", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/*"),
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:123456789012:*"),
        ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::payments"),
        ("StringEquals", "aws:SourceVpce", "vpce-0123"),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("IpAddress", "aws:SourceIp", "2001:db8::/32"),
    ],
)
def test_conditions_that_name_somebody_narrow(operator: str, key: str, value: str) -> None:
    assert not with_condition(operator, key, value).public


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringLike", "aws:SourceAccount", "*"),
        ("StringEqualsIfExists", "aws:SourceAccount", "123456789012"),
        ("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("StringNotEquals", "aws:SourceAccount", "123456789012"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/ci"),
        ("StringLike", "aws:PrincipalOrgPaths", "o-*"),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/1"),
        ("IpAddress", "aws:SourceIp", "not an address"),
        ("Bool", "aws:SecureTransport", "true"),
        ("StringEquals", "sts:ExternalId", "guessed"),
    ],
)
def test_conditions_that_anybody_can_meet_do_not_narrow(
    operator: str, key: str, value: str
) -> None:
    assert with_condition(operator, key, value).public


def test_one_open_value_beside_a_narrow_one_opens_the_statement() -> None:
    assert with_condition("IpAddress", "aws:SourceIp", "203.0.113.0/24", "0.0.0.0/0").public


@pytest.mark.parametrize(
    ("resource", "everything"),
    [
        ("*", True),
        ("arn:aws:*", True),
        ("arn:*:*:*:*:*", True),
        ("arn:aws:s3:::*", False),
        ("arn:aws:s3:::payments", False),
    ],
)
def test_every_resource_is_recognised_in_each_spelling(resource: str, everything: bool) -> None:
    assert one(Action="*", Resource=resource).every_resource is everything


def test_all_resources_but_some_count_as_every_resource() -> None:
    assert one(Action="*", NotResource="arn:aws:s3:::cards").every_resource


@pytest.mark.parametrize(
    ("resource", "bounded"),
    [
        ("*", False),
        ("arn:aws:secretsmanager:*", False),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:*", False),
        ("arn:aws:*:*:*:*", False),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:cache-*", True),
        ("arn:aws:s3:::*", True),
    ],
)
def test_patterns_that_name_no_secret_are_unbounded(resource: str, bounded: bool) -> None:
    statement = one(Action="secretsmanager:GetSecretValue", Resource=resource)
    assert (statement.unbounded("secretsmanager", "secret") == ()) is bounded


@pytest.mark.parametrize(
    ("conditions", "guarded"),
    [
        ({"StringEquals": {"aws:SourceAccount": "1"}}, True),
        ({"ArnLike": {"AWS:SourceArn": "arn:aws:ecs:us-east-1:1:*"}}, True),
        ({"StringLike": {"aws:SourceAccount": "*"}}, False),
        ({"StringNotEquals": {"aws:SourceAccount": "1"}}, False),
        ({}, False),
    ],
)
def test_deputies_are_guarded_by_their_source(conditions: Any, guarded: bool) -> None:
    statement = one(Principal={"Service": "ecs-tasks.amazonaws.com"}, Condition=conditions)
    assert statement.guards_the_deputy is guarded


def test_a_tls_denial_with_a_second_condition_has_a_way_around_it() -> None:
    plain = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    evaded = {
        **plain,
        "Condition": {**plain["Condition"], "StringEquals": {"aws:userid": "x"}},  # type: ignore[dict-item]
    }
    assert denies_without_tls(statements({"Statement": plain}), "s3:GetObject")
    assert not denies_without_tls(statements({"Statement": evaded}), "s3:GetObject")


def test_nothing_is_allowed_that_no_statement_allows() -> None:
    read = statements({"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}})
    assert may(read, "s3:GetObject", RESOURCES[0])
    assert not may(read, "s3:PutObject", RESOURCES[0])


def test_a_conditional_denial_proves_nothing() -> None:
    document = statements(
        {
            "Statement": [
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {
                    "Effect": "Deny",
                    "Action": "*",
                    "Resource": "*",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
                },
            ]
        }
    )
    assert may(document, "s3:GetObject", RESOURCES[0])


@given(documents, statement_objects, st.sampled_from(ACTIONS), st.sampled_from(RESOURCES))
def test_a_further_denial_never_allows_more_nor_an_allowance_less(
    document: dict[str, Any], further: dict[str, Any], action: str, resource: str
) -> None:
    before = may(statements(document), action, resource)
    after = may(
        statements({"Statement": [*document["Statement"], further]}),
        action,
        resource,
    )
    denies = further["Effect"] == "Deny"
    assert not (denies and after and not before)
    assert not (not denies and before and not after)


@given(documents, st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(document: dict[str, Any], random: Any) -> None:
    shuffled = list(document["Statement"])
    random.shuffle(shuffled)
    for action in ACTIONS:
        for resource in RESOURCES:
            assert may(statements(document), action, resource) == may(
                statements({"Statement": shuffled}), action, resource
            )


@given(st.text(alphabet="abcdefg:/-", min_size=1), st.integers(0, 30), st.integers(0, 30))
def test_a_wildcard_in_place_of_any_part_still_covers_the_text(
    text: str, start: int, length: int
) -> None:
    assert matches(text, text)
    assert matches(text[:start] + "*" + text[start + length :], text)
