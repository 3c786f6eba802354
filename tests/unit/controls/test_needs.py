"""Controls name every type of neighbour that they look at, so that sights can fetch only those."""

from __future__ import annotations

from stackproof.model import Cause, Control, Pass, Stack, Unknown, worst
from stackproof.model.cases import Form, build, mutated
from stackproof.types import tokens
from tests.unit.variants import controls

TOKENS = {token for name, token in vars(tokens).items() if name.isupper()}
UNLISTED = Unknown(Cause.UNREADABLE, detail="the control does not list this type")


@controls()
def test_control_asks_for_no_type_that_it_does_not_name(control: Control) -> None:
    named = {*control.types, *control.needs}
    for variant in ((), *control.cases.also_passing):
        subject, stack = build(mutated(control.cases.passing, variant), Form.KNOWN)
        seen = [r for r in stack if r is subject or r.type in named]
        narrow = Stack(seen, stack.sight, dict.fromkeys(TOKENS - named, UNLISTED))
        assert worst(*control.outcomes(subject, narrow).values()) == Pass()
