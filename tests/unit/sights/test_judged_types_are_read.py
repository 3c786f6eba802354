"""Every type that a control judges or asks for is read live, or listed with the reason."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue, judge
from stackproof.model import Sight, Stack, Unknown, UnresolvedError
from stackproof.sights.live import unread
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.unread import UNREAD, Unread, unread_gaps
from stackproof.types.tokens import (
    APIGATEWAY_REST_API,
    CLOUDFRONT_DISTRIBUTION,
    S3_BUCKET_OBJECT,
    SQS_QUEUE,
)

READ = {type_ for reader in readers() for type_ in reader.types}
WANTED = {type_ for control in catalogue().values() for type_ in (*control.types, *control.needs)}
UNSEEN = sorted(type_ for type_, said in UNREAD.items() if not said.shown_as)


def test_what_is_judged_or_asked_for_is_read_or_listed() -> None:
    assert sorted(WANTED - READ - UNREAD.keys()) == []


def test_what_is_listed_is_judged_or_asked_for_and_not_read() -> None:
    assert sorted({*UNSEEN} - WANTED) == []
    read = sorted({*UNSEEN} & READ)
    assert read == [], "it has a reader now: take it out of stackproof/sights/live/unread.py"


def test_what_is_shown_as_another_type_is_read_as_that() -> None:
    for type_, said in UNREAD.items():
        assert said.reason, type_
        assert bool(said.shown_as) is not bool(said.arns), type_
        assert {*said.shown_as} <= READ | UNREAD.keys(), type_


def _scope(*keys: str) -> Scope:
    return Scope("eu-west-1", "123456789012", "aws", keys, {})


@pytest.mark.parametrize(
    ("type_", "arn"),
    [
        (SQS_QUEUE, "arn:aws:sqs:eu-west-1:123456789012:one"),
        (CLOUDFRONT_DISTRIBUTION, "arn:aws:cloudfront::123456789012:distribution/one"),
        (APIGATEWAY_REST_API, "arn:aws:apigateway:eu-west-1::/restapis/one"),
    ],
)
def test_each_control_of_a_type_that_nothing_reads_is_unknown(
    type_: str, arn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, resource = arn.split(":")[2], arn.split(":", 5)[5]
    arns = f"{service}:{resource.replace('one', '.+')}"
    later = {type_: Unread("its reader is still to be written", arns=arns)}
    monkeypatch.setattr(unread, "UNREAD", later)
    gaps = unread_gaps(_scope(arn))
    assert type_ in gaps
    stack = Stack((), Sight.LIVE, gaps)
    found = judge(stack)
    assert {f.control.id for f in found} >= {
        control.id for control in catalogue().values() if type_ in control.types
    }
    assert all(isinstance(finding.outcome, Unknown) for finding in found)
    with pytest.raises(UnresolvedError) as raised:
        stack.all(type_)
    assert raised.value.unknown.detail.startswith(f"nothing reads {type_}: ")


def test_one_type_stands_for_those_whose_things_have_the_same_names() -> None:
    assert unread_gaps(_scope("arn:aws:s3:::payments/a.csv")).keys() == {S3_BUCKET_OBJECT}


def test_nothing_is_unknown_where_no_such_thing_is_named() -> None:
    elsewhere = "arn:aws:glue:us-east-1:123456789012:connection/one"
    another = "arn:aws:glue:eu-west-1:210987654321:connection/one"
    assert unread_gaps(_scope("arn:aws:s3:::payments", elsewhere, another)) == {}
