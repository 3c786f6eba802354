"""Every control's cases, replayed at the declared sight through CrossGuard's real proxies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stackproof.controls import catalogue
from stackproof.model import Control, Fail, Outcome, Pass, Sight, Stack, Unknown, worst
from stackproof.model.cases import Form, Given, build, mutated
from stackproof.policy_pack import VERIFIED_LIVE, policies
from stackproof.policy_pack.proxies import Inputs
from stackproof.testing import Violation, analyze, example, stack_args

CONTROLS = catalogue()
SUBJECT_AT = "::subject"


def variants(kind: str) -> list[object]:
    return [
        pytest.param(control, mutated(control.cases.passing, variant), id=f"{control.id}-{number}")
        for control in CONTROLS.values()
        for number, variant in enumerate(getattr(control.cases, kind))
    ]


def each_control() -> list[object]:
    return [pytest.param(control, id=control.id) for control in CONTROLS.values()]


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


@pytest.mark.parametrize("control", each_control())
def test_passing_example_has_no_violation_at_preview(control: Control) -> None:
    found = about_subject(lines(control, control.cases.passing))
    assert {v.policy for v in found} <= {control.id if control.unknown_blocks else VERIFIED_LIVE}


@pytest.mark.parametrize("control", each_control())
def test_passing_example_is_silent_once_everything_is_known(control: Control) -> None:
    seen = shown(control, control.cases.passing)
    assert isinstance(seen, (Pass, Unknown))
    assert (deployed(control, control.cases.passing) == []) is isinstance(seen, Pass)


@pytest.mark.requirement("6.1")
@pytest.mark.parametrize(("control", "given"), variants("failing"))
def test_failing_mutation_is_never_silent_at_preview(control: Control, given: Given) -> None:
    found = about_subject(lines(control, given))
    assert found
    for violation in found:
        assert control.id in violation.message


@pytest.mark.requirement("6.1")
@pytest.mark.parametrize(("control", "given"), variants("failing"))
def test_failing_mutation_violates_once_everything_is_known(control: Control, given: Given) -> None:
    found = deployed(control, given)
    assert found
    violations = [violation for violation in found if violation.policy == control.id]
    assert isinstance(shown(control, given), Fail if violations else Unknown)
    for violation in violations:
        for part in ("control:", "resource:", "property:", "expected:", "actual:", "how to fix:"):
            assert part in violation.message


@pytest.mark.parametrize(("control", "given"), variants("unknown"))
def test_hidden_fact_is_a_line(control: Control, given: Given) -> None:
    found = about_subject(lines(control, given))
    wanted = control.id if control.unknown_blocks else VERIFIED_LIVE
    assert wanted in {violation.policy for violation in found}


@pytest.mark.parametrize(("control", "given"), variants("absent"))
def test_missing_neighbour_is_never_silent(control: Control, given: Given) -> None:
    assert about_subject(lines(control, given))


@pytest.mark.parametrize(
    ("control", "given"), variants("also_passing") + variants("not_applicable")
)
def test_acceptable_variant_has_no_violation(control: Control, given: Given) -> None:
    found = about_subject(lines(control, given))
    assert {v.policy for v in found} <= {control.id if control.unknown_blocks else VERIFIED_LIVE}


@pytest.mark.parametrize("control", [c for c in each_control() if c.values[0].relational])  # type: ignore[attr-defined]
def test_listed_needs_are_all_that_a_control_looks_at(control: Control) -> None:
    shown = Inputs().together(stack_args(example(control.cases.passing)).resources)
    whole = shown.stack()
    narrow = shown.stack({*control.types, *control.needs})
    for resource in whole:
        if resource.type in control.types:
            assert control.outcomes(resource, narrow) == control.outcomes(resource, whole)
