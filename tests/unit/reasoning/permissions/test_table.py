"""Every row of the table: allowed by both sides it passes, and one side is enough to fail."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import stackproof.reasoning.permissions.table as package
from stackproof.controls.support.pair_cases import example, refused, undecided
from stackproof.model import Fail, Outcome, Pass, Unknown, worst
from stackproof.model.cases import Form, Given, Mutation, build, mutated
from stackproof.reasoning.permissions.judging import judge
from stackproof.reasoning.permissions.pairs import Pair


def rows() -> Iterator[Pair]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if name.isupper() and isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, Pair))


ROWS = {f"{pair.who}: {pair.id}": pair for pair in rows()}
EACH = pytest.mark.parametrize("pair", ROWS.values(), ids=list(ROWS))


def outcome(pair: Pair, given: Given, form: Form = Form.KNOWN) -> Outcome:
    subject, stack = build(given, form)
    return worst(*judge(pair, subject, stack).values())


def without(pair: Pair, change: Mutation) -> Given:
    return mutated(example(pair), change)


@EACH
def test_what_both_sides_allow_passes(pair: Pair) -> None:
    assert outcome(pair, example(pair)) == Pass()
    assert isinstance(outcome(pair, example(pair), Form.PREVIEW), (Pass, Unknown))


@EACH
def test_each_side_that_allows_nothing_fails_and_is_named(pair: Pair) -> None:
    for change in refused(pair):
        failure = outcome(pair, without(pair, change))
        assert isinstance(failure, Fail), change
        assert failure.expected
        assert failure.actual
        assert failure.fix


@EACH
def test_what_cannot_be_decided_is_unknown(pair: Pair) -> None:
    for change in undecided(pair):
        for form in Form:
            assert isinstance(outcome(pair, without(pair, change), form), Unknown), change


@EACH
def test_a_row_names_where_aws_says_so(pair: Pair) -> None:
    assert "Guide" in pair.page or "Reference" in pair.page
    assert pair.service or pair.role or pair.role_of or pair.linked


def test_rows_of_a_type_have_ids_of_their_own() -> None:
    assert len(ROWS) == sum(1 for _ in rows())
