"""Every control is proven by its own cases, with ids known and as they show at preview."""

from __future__ import annotations

from stackproof.model import Control
from stackproof.own.proving import by_cases, examples_of
from tests.unit.variants import controls


@controls()
def test_each_case_is_what_its_kind_wants(control: Control) -> None:
    assert list(by_cases(control, examples_of(control))) == []
