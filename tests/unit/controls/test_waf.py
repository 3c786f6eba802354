"""AWS still shows rules that were excluded in the way that programs have no word for any more."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue
from stackproof.model import Fail, Pass, worst
from stackproof.model.cases import Change, Form, build, mutated

CONTROL = catalogue()["waf-acl-managed-rules"]


@pytest.mark.parametrize(("excluded", "wanted"), [(3, Pass), (20, Fail)])
def test_excluded_rules_do_not_block(excluded: int, wanted: type) -> None:
    rules = [{"name": f"Rule{rule}"} for rule in range(excluded)]
    path = "rules.1.statement.managed_rule_group_statement.excluded_rules"
    subject, stack = build(mutated(CONTROL.cases.passing, Change(path, rules)), Form.KNOWN)
    assert isinstance(worst(*CONTROL.outcomes(subject, stack).values()), wanted)
