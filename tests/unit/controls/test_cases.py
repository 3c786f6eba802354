"""Every control is proven by its own cases, with ids known and as they show at preview."""

from __future__ import annotations

from stackproof.model import Control, Fail, NotApplicable, Outcome, Pass, Unknown, worst
from stackproof.model.cases import Form, Given, build
from tests.unit.variants import controls, controls_with, variants


def outcome(control: Control, given: Given, form: Form) -> Outcome:
    subject, stack = build(given, form)
    return worst(*control.outcomes(subject, stack).values())


@controls()
def test_passing_example_passes_and_never_fails_at_preview(control: Control) -> None:
    assert outcome(control, control.cases.passing, Form.KNOWN) == Pass()
    assert isinstance(outcome(control, control.cases.passing, Form.PREVIEW), (Pass, Unknown))


@controls_with("also_passing")
def test_variant_still_passes(control: Control) -> None:
    for name, given in variants(control, "also_passing"):
        assert outcome(control, given, Form.KNOWN) == Pass(), name


@controls_with("failing")
def test_mutation_fails_and_says_how_to_fix_it(control: Control) -> None:
    for name, given in variants(control, "failing"):
        failure = outcome(control, given, Form.KNOWN)
        assert isinstance(failure, Fail), name
        assert failure.property, name
        assert failure.expected, name
        assert failure.fix, name


@controls_with("failing")
def test_mutation_never_passes_at_preview(control: Control) -> None:
    for name, given in variants(control, "failing"):
        assert isinstance(outcome(control, given, Form.PREVIEW), (Fail, Unknown)), name


@controls_with("unknown")
def test_hidden_fact_is_unknown(control: Control) -> None:
    for name, given in variants(control, "unknown"):
        for form in Form:
            assert isinstance(outcome(control, given, form), Unknown), (name, form)


@controls_with("absent")
def test_missing_neighbour_never_passes(control: Control) -> None:
    for name, given in variants(control, "absent"):
        for form in Form:
            assert isinstance(outcome(control, given, form), (Fail, Unknown)), (name, form)


@controls_with("not_applicable")
def test_other_situation_is_not_applicable(control: Control) -> None:
    for name, given in variants(control, "not_applicable"):
        assert isinstance(outcome(control, given, Form.KNOWN), NotApplicable), name
