"""Names that lead to another stack's things are not known to be right."""

from __future__ import annotations

from stackproof.controls import catalogue
from stackproof.model import Pass, Sight, Stack, Unknown, worst
from stackproof.model.cases import Form, build

CONTROL = catalogue()["dns-record-leads-somewhere"]


def test_a_load_balancer_of_another_stack_is_unknown() -> None:
    record, own = build(CONTROL.cases.passing, Form.KNOWN)
    assert worst(*CONTROL.outcomes(record, own).values()) == Pass()
    others = [one for one in own if one is not record]
    moved = Stack([record], Sight.LIVE, foreign=others)
    found = worst(*CONTROL.outcomes(record, moved).values())
    assert isinstance(found, Unknown)
    assert "another stack's" in found.detail
