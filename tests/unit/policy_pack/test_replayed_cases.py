"""Every control's cases, replayed at the declared sight through CrossGuard's real proxies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stackproof.model import Control, Fail, Outcome, Pass, Sight, Stack, Unknown, worst
from stackproof.model.cases import Form, Given, build
from stackproof.policy_pack import VERIFIED_LIVE, policies
from stackproof.policy_pack.proxies import Inputs
from stackproof.testing import Violation, analyze, example, stack_args
from tests.unit.variants import controls, controls_with, variants

SUBJECT_AT = "::subject"


def lines(control: Control, given: Given) -> list[Violation]:
    return analyze(policies([control]), example(given))


def about_subject(found: list[Violation]) -> list[Violation]:
    return [violation for violation in found if (violation.urn or "").endswith(SUBJECT_AT)]


def deployed(control: Control, given: Given) -> list[Violation]:
    return about_subject(analyze(policies([control]), build(given, Form.KNOWN)[1]))


def shown(control: Control, given: Given) -> Outcome:
    """Judge what CrossGuard can show once everything is deployed.

    The account is what stands in the ARN, and a resource policy sees inputs: neither id nor ARN.
    """
    stack = list(build(given, Form.KNOWN)[1])
    if not control.relational:
        stack = [replace(resource, account=None, id=None, arn=None) for resource in stack]
    seen = Stack(stack, Sight.DECLARED)
    return worst(*control.outcomes(seen.resources[0], seen).values())


@controls()
def test_passing_example_has_no_violation_at_preview(control: Control) -> None:
    found = about_subject(lines(control, control.cases.passing))
    assert {v.policy for v in found} <= {control.id if control.unknown_blocks else VERIFIED_LIVE}


@controls()
def test_passing_example_is_silent_once_everything_is_known(control: Control) -> None:
    seen = shown(control, control.cases.passing)
    assert isinstance(seen, (Pass, Unknown))
    assert (deployed(control, control.cases.passing) == []) is isinstance(seen, Pass)


@pytest.mark.requirement("6.1")
@controls_with("failing")
def test_failing_mutation_is_never_silent_at_preview(control: Control) -> None:
    for name, given in variants(control, "failing"):
        found = about_subject(lines(control, given))
        assert found, name
        for violation in found:
            assert control.id in violation.message, name


@pytest.mark.requirement("6.1")
@controls_with("failing")
def test_failing_mutation_violates_once_everything_is_known(control: Control) -> None:
    for name, given in variants(control, "failing"):
        found = deployed(control, given)
        assert found, name
        violations = [violation for violation in found if violation.policy == control.id]
        assert isinstance(shown(control, given), Fail if violations else Unknown), name
        for violation in violations:
            for part in ("control", "resource", "property", "expected", "actual", "how to fix"):
                assert f"{part}:" in violation.message, name


@controls_with("unknown")
def test_hidden_fact_is_a_line(control: Control) -> None:
    wanted = control.id if control.unknown_blocks else VERIFIED_LIVE
    for name, given in variants(control, "unknown"):
        found = about_subject(lines(control, given))
        assert wanted in {violation.policy for violation in found}, name


@controls_with("absent")
def test_missing_neighbour_is_never_silent(control: Control) -> None:
    for name, given in variants(control, "absent"):
        assert about_subject(lines(control, given)), name


@controls_with("also_passing", "not_applicable")
def test_acceptable_variant_has_no_violation(control: Control) -> None:
    allowed = {control.id if control.unknown_blocks else VERIFIED_LIVE}
    for name, given in variants(control, "also_passing", "not_applicable"):
        assert {v.policy for v in about_subject(lines(control, given))} <= allowed, name


@controls(lambda control: control.relational)
def test_listed_needs_are_all_that_a_control_looks_at(control: Control) -> None:
    shown = Inputs().together(stack_args(example(control.cases.passing)).resources)
    whole = shown.stack()
    narrow = shown.stack({*control.types, *control.needs})
    for resource in whole:
        if resource.type in control.types:
            assert control.outcomes(resource, narrow) == control.outcomes(resource, whole)
