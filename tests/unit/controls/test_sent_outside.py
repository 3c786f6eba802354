"""Whatever sends something on is asked for whom it sends to."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.controls.sent_outside import NAMED_BY
from stackproof.model import (
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Sight,
    Stack,
    Unknown,
)
from stackproof.types.table import type_of

CONTROL = catalogue()["sent-to-known-accounts"]
EVERY = [(type_, path) for type_, paths in NAMED_BY.items() for path in paths]
TOPIC = "urn:pulumi:prod::shop::aws:sns/topic:Topic::alerts"
OTHER_STACK = "urn:pulumi:prod::shop::pulumi:pulumi:StackReference::network"


def at(path: str, value: Any) -> dict[str, Any]:
    """Put a value at a dotted path, as blocks in lists."""
    first, _, rest = path.partition(".")
    return {first: [at(rest, value)] if rest else value}


def judged(type_: str, path: str, value: Any, *made_from: str) -> Outcome:
    references = {path.partition(".")[0]: made_from} if made_from else {}
    sender = Resource(
        at(path, value), type=type_, name="x", account="123456789012", references=references
    )
    (outcome,) = CONTROL.outcomes(sender, Stack([sender], Sight.LIVE)).values()
    return outcome


@pytest.mark.parametrize(("type_", "path"), EVERY)
def test_every_way_out_is_judged(type_: str, path: str) -> None:
    assert type_of(type_) is not None
    name = "arn:aws:sns:us-east-1:{}:alerts"
    ours, theirs = name.format("123456789012"), name.format("999999999999")
    assert judged(type_, path, ours) == Pass()
    assert isinstance(judged(type_, path, theirs), Fail)
    assert isinstance(judged(type_, path, [ours, theirs]), Fail)


def test_what_is_computed_from_the_program_is_where_that_is() -> None:
    hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    alarm, path = "aws:cloudwatch/metricAlarm:MetricAlarm", "alarm_actions"
    assert isinstance(judged(alarm, path, [hidden], TOPIC), NotApplicable)
    assert isinstance(judged(alarm, path, [hidden], OTHER_STACK), Unknown)
    assert isinstance(judged(alarm, path, [hidden]), Unknown)
    assert isinstance(judged(alarm, path, ["arn:aws:automate:us-east-1:ec2:stop"]), NotApplicable)
