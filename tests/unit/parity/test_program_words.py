"""What AWS keeps no record of is judged by the state, wherever there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from stackproof.controls import catalogue
from stackproof.model import Control, Fail, NotApplicable, Outcome, Resource, Sight, Stack, Unknown
from stackproof.model.cases import Change
from stackproof.model.outcome import Cause
from stackproof.model.resource import Unread
from stackproof.parity.drift import compare
from stackproof.parity.program_words import with_program_words
from stackproof.sights.live.unread import UNREAD
from stackproof.sights.state import State
from stackproof.types.program_only import PROGRAM_ONLY
from stackproof.types.tokens import KMS_KEY

SEEN = Resource({}, type=KMS_KEY, name="x", id="x", urn="urn:pulumi:dev::p::t::x")


def about_programs() -> Iterator[tuple[Control, str]]:
    """Give the controls that say that AWS keeps no record, with each type that they judge."""
    for control in catalogue().values():
        for type_ in control.types:
            told = judged(control, replace(SEEN, type=type_)) if not control.needs else None
            if isinstance(told, NotApplicable) and "AWS keeps no record" in told.why:
                yield control, type_


def judged(control: Control, resource: Resource) -> Outcome:
    return control.outcomes(resource, Stack([resource], Sight.LIVE))[""]


def wrong(control: Control) -> dict[str, object]:
    """Give what the first failing case of a control changes."""
    (variant, *_) = control.cases.failing
    edits = variant if isinstance(variant, tuple) else (variant,)
    return {edit.path: edit.value for edit in edits if isinstance(edit, Change)}


def test_controls_about_programs_are_those_with_properties_that_only_programs_tell() -> None:
    told = {(type_, name) for control, type_ in about_programs() for name in wrong(control)}
    assert {type_ for type_, _ in told} - UNREAD.keys() == PROGRAM_ONLY.keys()
    for type_, name in told:
        assert type_ in UNREAD or name in PROGRAM_ONLY[type_]


@pytest.mark.parametrize(
    ("control", "type_"),
    [pair for pair in about_programs() if pair[1] not in UNREAD],
    ids=lambda item: getattr(item, "id", item),
)
def test_what_the_state_says_is_judged_live_too(control: Control, type_: str) -> None:
    live = replace(SEEN, type=type_, data={"description": "as AWS shows it"})
    state = State(Stack([replace(live, data=wrong(control))], Sight.STATE))
    (known,) = with_program_words([live], state)
    assert isinstance(judged(control, known), Fail)
    assert known.raw("description") == "as AWS shows it"
    assert with_program_words([live], None) == (live,)
    (other,) = with_program_words([replace(live, urn=None)], state)
    assert isinstance(judged(control, other), NotApplicable)


def test_what_could_not_be_read_stays_unread_whatever_the_state_says() -> None:
    live = replace(SEEN, data=Unread(Unknown(Cause.ACCESS_DENIED)))
    held = replace(SEEN, data={"deletion_window_in_days": 30})
    assert with_program_words([live], State(Stack([held], Sight.STATE))) == (live,)


def test_the_programs_words_are_not_compared_with_themselves() -> None:
    held = replace(SEEN, data={"deletion_window_in_days": 7})
    state = State(Stack([held], Sight.STATE), {str(SEEN.urn): dict(held.data)})
    made = compare(state, with_program_words([SEEN], state))
    assert (made.compared, made.unshown) == (0, 1)
