"""Event patterns: what they let through, and what is not guessed."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Unknown, UnresolvedError
from stackproof.reasoning.events import lets_through, pipeline_event, push_event

ARN = "arn:aws:codepipeline:us-east-1:123456789012:app"
FAILED = pipeline_event("app", "FAILED", arn=ARN)


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"state": ["FAILED"]}, True),
        ({"state": ["SUCCEEDED", "FAILED"]}, True),
        ({"state": ["SUCCEEDED"]}, False),
        ({"state": ["failed"]}, False),
        ({"state": ["FAILED"], "pipeline": ["other"]}, False),
        ({"pipeline": [{"prefix": "ap"}]}, True),
        ({"pipeline": [{"suffix": "ap"}]}, False),
        ({"pipeline": [{"equals-ignore-case": "APP"}]}, True),
        ({"pipeline": [{"wildcard": "a*p"}]}, True),
        ({"pipeline": [{"wildcard": "b*"}]}, False),
        ({"pipeline": [{"anything-but": "app"}]}, False),
        ({"pipeline": [{"anything-but": ["web", "api"]}]}, True),
        ({"reason": [{"anything-but": "x"}]}, False),
        ({"reason": [{"exists": False}]}, True),
        ({"reason": [{"exists": True}]}, False),
        ({"reason": ["x"]}, False),
        ({"reason": {"deeper": [{"exists": False}]}}, True),
        ({"version": [{"prefix": "1"}]}, False),
        ({"version": ["1"]}, False),
        ({"$or": [{"state": ["STOPPED"]}, {"pipeline": ["app"]}]}, True),
    ],
)
def test_details_are_compared_as_eventbridge_does(detail: dict[str, Any], expected: bool) -> None:
    assert lets_through({"source": ["aws.codepipeline"], "detail": detail}, FAILED) is expected


def test_one_of_several_resources_is_enough() -> None:
    assert lets_through({"resources": ["arn:other", ARN]}, FAILED)
    assert not lets_through({"resources": ["arn:other"]}, FAILED)


def test_a_push_is_one_to_its_branch() -> None:
    arn = "arn:aws:codecommit:us-east-1:123456789012:source"
    push = push_event("main", arn=arn, name="source")
    pattern = {"resources": [arn], "detail": {"referenceName": ["main"]}}
    assert lets_through(pattern, push)
    assert not lets_through(pattern, push_event("topic", arn=arn, name="source"))


@pytest.mark.parametrize(
    "matcher",
    [
        {"numeric": [">", 1]},
        {"cidr": "10.0.0.0/8"},
        {"prefix": {"equals-ignore-case": "a"}},
        {"wildcard": "a?p"},
        {"prefix": "a", "suffix": "p"},
    ],
)
def test_what_is_not_read_is_not_guessed(matcher: dict[str, Any]) -> None:
    with pytest.raises(UnresolvedError):
        lets_through({"detail": {"pipeline": [matcher]}}, FAILED)


def test_an_event_of_something_without_an_arn_is_unknown_where_the_arn_counts() -> None:
    event = pipeline_event("app", "FAILED", arn=None)
    assert lets_through({"detail": {"pipeline": ["app"]}}, event)
    with pytest.raises(UnresolvedError):
        lets_through({"resources": [ARN]}, event)


DENIED = Unknown(Cause.ACCESS_DENIED)


@pytest.mark.parametrize(
    "pattern", ["text", None, {"detail": "FAILED"}, DENIED, {"source": [DENIED]}]
)
def test_what_is_no_pattern_is_unknown(pattern: Any) -> None:
    with pytest.raises(UnresolvedError):
        lets_through(pattern, FAILED)


@pytest.mark.parametrize(
    ("wanted", "containers", "through"),
    [
        ({"exitCode": [1]}, [{"exitCode": 0}, {"exitCode": 1}], True),
        ({"exitCode": [1]}, [{"exitCode": 0}], False),
        ({"exitCode": [1], "name": ["a"]}, [{"name": "a", "exitCode": 1}], True),
        ({"exitCode": [1], "name": ["a"]}, [{"name": "a"}, {"name": "b", "exitCode": 1}], False),
        ({"exitCode": [{"exists": False}]}, [{"name": "a"}], True),
        ({"exitCode": [{"exists": False}]}, [], True),
        ({"exitCode": [{"exists": False}]}, [{"exitCode": 0}], False),
    ],
)
def test_lists_are_looked_into_member_by_member(
    wanted: dict[str, Any], containers: list[Any], through: bool
) -> None:
    event = {"detail": {"containers": containers}}
    assert lets_through({"detail": {"containers": wanted}}, event) is through
