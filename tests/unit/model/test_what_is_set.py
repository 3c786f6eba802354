"""No failure says of a property that is set that it is not."""

from __future__ import annotations

from stackproof.model import Control, Fail, UnresolvedError
from stackproof.model.cases import Form, build
from stackproof.own.proving import examples_of
from tests.unit.variants import controls


@controls()
def test_failures_show_what_is_set(control: Control) -> None:
    for name, given in examples_of(control).items():
        subject, stack = build(given, Form.KNOWN)
        for outcome in control.outcomes(subject, stack).values():
            if not isinstance(outcome, Fail) or outcome.actual is not None:
                continue
            try:
                value = subject.get(outcome.property)
            except UnresolvedError:
                continue
            assert value is None, (name, outcome.property)
