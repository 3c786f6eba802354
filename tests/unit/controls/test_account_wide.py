"""What an account says once counts for whatever doesn't say it itself, and only for that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stackproof.controls import catalogue, judge
from stackproof.model import Cause, Control, Fail, Outcome, Pass, Resource, Stack, Unknown, worst
from stackproof.model.cases import Form, Variant, With, build, mutated
from stackproof.sights.live.account import take_account
from stackproof.sights.live.membership import Whose, whose
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.types.companions import ACCOUNT_WIDE
from tests.unit.sights.answering import ACCOUNT, REGION, Answering

SETTINGS = {one.type: one for one in ACCOUNT_WIDE}
DENIED = Unknown(Cause.ACCESS_DENIED, detail="the account's setting")
ASKING = [
    (type_, control)
    for type_ in SETTINGS
    for control in catalogue().values()
    if type_ in control.needs
]
IDS = [f"{control.id}-{type_}" for type_, control in ASKING]


def _outcome(control: Control, variant: Variant, *gaps: str) -> Outcome:
    subject, stack = build(mutated(control.cases.passing, variant), Form.KNOWN)
    denied = Stack(
        [one for one in stack if one.type not in gaps], stack.sight, dict.fromkeys(gaps, DENIED)
    )
    return worst(*control.outcomes(subject, denied).values())


def _passing_by_account(control: Control, type_: str) -> Iterator[Variant]:
    """Give the cases in which it is the account's setting that makes a resource pass."""
    for variant in control.cases.also_passing:
        parts = variant if isinstance(variant, tuple) else (variant,)
        if any(isinstance(one, With) and one.neighbour.type == type_ for one in parts):
            yield variant


@pytest.mark.parametrize("type_", SETTINGS)
def test_setting_speaks_of_all_types_that_ask_for_it_and_of_no_others(type_: str) -> None:
    asking = {own for known, control in ASKING if known == type_ for own in control.types}
    assert asking == {*SETTINGS[type_].speaks_of}


@pytest.mark.parametrize(("type_", "control"), ASKING, ids=IDS)
def test_unreadable_setting_is_nothing_to_what_says_it_itself(type_: str, control: Control) -> None:
    assert _outcome(control, (), type_) == Pass()


@pytest.mark.parametrize(("type_", "control"), ASKING, ids=IDS)
def test_setting_decides_where_a_resource_is_silent(type_: str, control: Control) -> None:
    cases = [*_passing_by_account(control, type_)]
    assert cases, "a case in which the account makes it good"
    for variant in cases:
        assert _outcome(control, variant) == Pass()
        assert isinstance(_outcome(control, variant, type_), Unknown), "it may not say so"


@pytest.mark.parametrize("type_", [one.type for one in ACCOUNT_WIDE if not one.shown])
def test_setting_is_asked_for_wherever_it_speaks_of_something(type_: str) -> None:
    (reader,) = (one for one in readers() if type_ in one.types)
    assert not reader.arn_service, "no ARN leads to it"
    for spoken_of in SETTINGS[type_].speaks_of:
        scope = Scope("eu-west-1", "123456789012", "aws", (), {})
        assert [*reader.targets(scope)] == []
        scope.add(Resource(data={}, type=spoken_of, name="one", id="one"))
        assert len([*reader.targets(scope)]) == 1


@pytest.mark.parametrize("type_", [one.type for one in ACCOUNT_WIDE if not one.shown])
def test_setting_is_the_accounts_own_and_beside_a_stack(type_: str) -> None:
    (reader,) = (one for one in readers() if type_ in one.types)
    spoken_of = Resource(data={}, type=SETTINGS[type_].speaks_of[0], name="one", id="one")
    for whole, owner in ((True, Whose.OURS), (False, Whose.FOREIGN)):
        scope = Scope(REGION, ACCOUNT, "aws", (), {}, whole=whole)
        scope.add(spoken_of)
        assert whose(reader.key({}, scope), reader, scope) is owner


def test_what_nobody_ever_set_is_judged_as_off() -> None:
    """In an account that has nothing else: each setting that a control judges, once."""
    judged = [type_ for type_ in SETTINGS for c in catalogue().values() if type_ in c.types]
    snapshot = take_account(Answering({}), readers(), [REGION, "eu-west-1"]).snapshot
    assert [resource.type for resource in snapshot.resources] == judged
    assert snapshot.foreign == ()
    assert all(isinstance(found.outcome, Fail) for found in judge(snapshot.stack()))
    assert set(judged) == {found.resource.type for found in judge(snapshot.stack())}
