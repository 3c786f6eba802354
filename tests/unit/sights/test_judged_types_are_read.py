"""Every type that a control judges or asks for is read live, or listed with the reason."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue, judge
from stackproof.model import Sight, Stack, Unknown, UnresolvedError
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.unread import UNREAD, unread_gaps

READ = {type_ for reader in readers() for type_ in reader.types}
WANTED = {type_ for control in catalogue().values() for type_ in (*control.types, *control.needs)}
UNSEEN = sorted(type_ for type_, unread in UNREAD.items() if not unread.shown_as)


def test_what_is_judged_or_asked_for_is_read_or_listed() -> None:
    assert sorted(WANTED - READ - UNREAD.keys()) == []


def test_what_is_listed_is_judged_or_asked_for_and_not_read() -> None:
    assert sorted({*UNSEEN} - WANTED) == []
    read = sorted({*UNSEEN} & READ)
    assert read == [], "it has a reader now: take it out of stackproof/sights/live/unread.py"


def test_what_is_shown_as_another_type_is_read_as_that() -> None:
    for type_, unread in UNREAD.items():
        assert unread.reason, type_
        assert bool(unread.shown_as) is not bool(unread.arns), type_
        assert {*unread.shown_as} <= READ | UNREAD.keys(), type_


def _scope(*keys: str) -> Scope:
    return Scope("eu-west-1", "123456789012", "aws", keys, {})


@pytest.mark.parametrize("type_", UNSEEN)
def test_each_control_of_a_type_that_nothing_reads_is_unknown(type_: str) -> None:
    service, _, resource = UNREAD[type_].arns.partition(":")
    worldwide = service == "cloudfront"
    of_rest = resource.startswith("/")
    region = "" if worldwide else "eu-west-1"
    account = "" if of_rest else "123456789012"
    arn = f"arn:aws:{service}:{region}:{account}:{resource.replace('.+', 'one')}"
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


def test_nothing_is_unknown_where_no_such_thing_is_named() -> None:
    elsewhere = "arn:aws:glue:us-east-1:123456789012:connection/one"
    another = "arn:aws:glue:eu-west-1:210987654321:connection/one"
    assert unread_gaps(_scope("arn:aws:s3:::payments", elsewhere, another)) == {}
