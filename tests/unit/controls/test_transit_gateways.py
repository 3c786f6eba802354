"""What a transit gateway does by itself shows at AWS, and only there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stackproof.controls import catalogue
from stackproof.model import Fail, NotApplicable, Outcome, Sight, worst
from stackproof.model.cases import Change, Form, Without, build, mutated

UNDONE = (
    ("transit-gateway-attachment-has-table", "association", "table"),
    ("transit-gateway-attachment-reached", "propagation", "learnt"),
)


def judged(control: str, what: str, lost: str, form: Form, sight: Sight) -> Outcome:
    by_itself = Change(f"default_route_table_{what}", "enable", of="hub")
    given = mutated(catalogue()[control].cases.passing, (Without(lost), by_itself))
    subject, stack = build(replace(given, sight=sight), form)
    return worst(*catalogue()[control].outcomes(subject, stack).values())


@pytest.mark.parametrize(("control", "what", "lost"), UNDONE)
def test_what_was_undone_by_hand_fails_at_aws(control: str, what: str, lost: str) -> None:
    assert isinstance(judged(control, what, lost, Form.KNOWN, Sight.LIVE), Fail)


@pytest.mark.parametrize(("control", "what", "lost"), UNDONE)
def test_programs_need_not_say_what_gateways_do(control: str, what: str, lost: str) -> None:
    for form, sight in ((Form.KNOWN, Sight.STATE), (Form.PREVIEW, Sight.DECLARED)):
        assert isinstance(judged(control, what, lost, form, sight), NotApplicable)
