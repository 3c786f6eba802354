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


def allowing(**parts: Any) -> Statement:
    return statements({"Statement": {"Effect": "Allow", **parts}})[0]


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
    said = allowing(Principal={"Service": names}, Action="sts:AssumeRole")
    assert said.services == ("ec2.amazonaws.com", "sns.amazonaws.com", "example.com.cn")


def test_no_document_says_nothing() -> None:
    assert statements(None) == ()


def test_a_single_statement_and_single_strings_are_read_like_lists() -> None:
    single = allowing(Sid="Read", Action="s3:GetObject", Resource="*", Principal={"AWS": "1"})
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
        allowing(**{part: hidden})
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
    statement = allowing(Action="S3:getobject", Resource="arn:aws:s3:::Cards/*")
    assert statement.acts("s3:GetObject")
    assert not statement.reaches("arn:aws:s3:::cards/1")


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
    assert allowing(Action="*", Resource=resource).every_resource is everything


def test_all_resources_but_some_count_as_every_resource() -> None:
    assert allowing(Action="*", NotResource="arn:aws:s3:::cards").every_resource


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
    statement = allowing(Action="secretsmanager:GetSecretValue", Resource=resource)
    assert (statement.unbounded("secretsmanager", "secret") == ()) is bounded


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
    assert denies_without_tls(statements({"Statement": plain}), "s3:GetObject", "cards/1")
    assert not denies_without_tls(statements({"Statement": evaded}), "s3:GetObject", "cards/1")


@pytest.mark.parametrize(
    ("pattern", "resource", "refused"),
    [
        ("*", "cards/1", True),
        ("arn:aws:s3:::cards/*", "cards/1", True),
        ("arn:aws:s3:::cards/*", "cards", False),
        ("arn:aws:s3:::cards", "cards/1", False),
        ("arn:aws:s3:::cards/public/*", "cards/1", False),
        ("arn:aws:s3:::cards*", "cards/1", True),
        ("arn:aws:s3:::other/*", "cards/1", False),
        ("arn:aws:s3:::cards/*", "arn:aws:s3:::cards/1", True),
        ("arn:aws:s3:::other/*", "arn:aws:s3:::cards/1", False),
        ("arn:aws:sqs:us-east-1:1:orders", "orders", True),
        ("arn:aws:sqs:us-east-1:1:other", "orders", False),
    ],
)
def test_a_tls_denial_is_about_the_resources_that_it_names(
    pattern: str, resource: str, refused: bool
) -> None:
    document = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Resource": pattern,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    denials = denies_without_tls(statements({"Statement": document}), "s3:GetObject", resource)
    assert bool(denials) is refused


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
