"""Every control is proven by its own cases, with ids known and as they show at preview."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue
from stackproof.model import Control, Fail, NotApplicable, Outcome, Pass, Unknown, worst
from stackproof.model.cases import Form, Given, build, mutated

CONTROLS = catalogue()
FORMS = tuple(Form)


def outcome(control: Control, given: Given, form: Form) -> Outcome:
    subject, stack = build(given, form)
    return worst(*control.outcomes(subject, stack).values())


def variants(kind: str) -> list[object]:
    return [
        pytest.param(control, mutated(control.cases.passing, variant), id=f"{control.id}-{number}")
        for control in CONTROLS.values()
        for number, variant in enumerate(getattr(control.cases, kind))
    ]


@pytest.mark.parametrize("control", CONTROLS.values(), ids=list(CONTROLS))
def test_passing_example_passes(control: Control) -> None:
    assert outcome(control, control.cases.passing, Form.KNOWN) == Pass()


@pytest.mark.parametrize("control", CONTROLS.values(), ids=list(CONTROLS))
def test_passing_example_never_fails_at_preview(control: Control) -> None:
    assert isinstance(outcome(control, control.cases.passing, Form.PREVIEW), (Pass, Unknown))


@pytest.mark.parametrize(("control", "given"), variants("also_passing"))
def test_variant_still_passes(control: Control, given: Given) -> None:
    assert outcome(control, given, Form.KNOWN) == Pass()


@pytest.mark.parametrize(("control", "given"), variants("failing"))
def test_mutation_fails_and_says_how_to_fix_it(control: Control, given: Given) -> None:
    failure = outcome(control, given, Form.KNOWN)
    assert isinstance(failure, Fail)
    assert failure.property
    assert failure.expected
    assert failure.fix


@pytest.mark.parametrize(("control", "given"), variants("failing"))
def test_mutation_never_passes_at_preview(control: Control, given: Given) -> None:
    assert isinstance(outcome(control, given, Form.PREVIEW), (Fail, Unknown))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.value)
@pytest.mark.parametrize(("control", "given"), variants("unknown"))
def test_hidden_fact_is_unknown(control: Control, given: Given, form: Form) -> None:
    assert isinstance(outcome(control, given, form), Unknown)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.value)
@pytest.mark.parametrize(("control", "given"), variants("absent"))
def test_missing_neighbour_never_passes(control: Control, given: Given, form: Form) -> None:
    assert isinstance(outcome(control, given, form), (Fail, Unknown))


@pytest.mark.parametrize(("control", "given"), variants("not_applicable"))
def test_other_situation_is_not_applicable(control: Control, given: Given) -> None:
    assert isinstance(outcome(control, given, Form.KNOWN), NotApplicable)
