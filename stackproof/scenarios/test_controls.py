"""Every control of the catalogue, and of the project's own, judged on the deployed stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from stackproof.model import (
    Category,
    Control,
    Fail,
    Finding,
    Resource,
    Stack,
    Unknown,
    UnresolvedError,
    Waived,
)
from stackproof.model.secret_formats import as_name
from stackproof.parity.controls import PARITY
from stackproof.plugin import settings_of
from stackproof.record.redaction import redacted, scrubbed
from stackproof.settings.settings import Settings
from stackproof.waivers import Waivers

# The family of scenarios that controls of a category belong to.
FAMILY_OF: Final[Mapping[Category, str]] = {
    Category.SECURITY: "security",
    Category.NETWORK: "security",
    Category.IAM: "security",
    Category.HA: "high_availability",
    Category.DR: "disaster_recovery",
    Category.SCALING: "auto_scaling",
    Category.MONITORING: "monitoring",
    Category.COST: "cost",
    Category.TAGGING: "cost",
    Category.PARITY: "output_validation",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run once for each control that the project's settings know: the catalogue's and its own."""
    known = {**settings_of(metafunc.config).known, **PARITY}
    each = [
        pytest.param(known[id_], id=id_, marks=getattr(pytest.mark, FAMILY_OF[known[id_].category]))
        for id_ in sorted(known)
    ]
    metafunc.parametrize("control", each)


def test_control(
    control: Control,
    live: Stack,
    compared: list[Finding],
    waivers: Waivers,
    *,
    settings: Settings,
    subtests: pytest.Subtests,
) -> None:
    """The control holds on every deployed resource that it judges, but for what is waived.

    One broken rule on one resource is enough for an incident or an audit finding.
    """
    told = settings.told(control)
    judged: list[Finding] = []
    left: list[Resource] = []
    for type_ in control.types:
        for resource in live.all(type_):
            if not settings.holds_on(control, resource):
                left.append(resource)
                continue
            outcomes = control.outcomes(resource, live, told).items()
            judged += [Finding(control, resource, outcome, facet) for facet, outcome in outcomes]
    # What could not be read has findings of the controls that would judge it.
    judged += [finding for finding in compared if finding.control.id == control.id]
    findings = waivers.apply(judged)
    for resource in left:
        with subtests.test(msg=resource.name):
            pytest.skip(f"left out by {settings.file}")
    for finding in findings:
        resource, outcome = finding.resource, finding.outcome
        with subtests.test(msg=" ".join(filter(None, (resource.name, finding.facet)))):
            if isinstance(outcome, Unknown):
                raise UnresolvedError(outcome)
            if isinstance(outcome, Waived):
                pytest.skip(f"waived by {outcome.waiver} until {outcome.until}")
            if isinstance(outcome, Fail) and not finding.control.severity.at_least(
                settings.fail_on
            ):
                pytest.skip(f"below {settings.fail_on}: {outcome.property}")
            assert not isinstance(outcome, Fail), (
                f"{as_name(f'{resource.name} ({resource.arn or resource.id})')}: "
                f"{as_name(outcome.property)} is {redacted(outcome.property, outcome.actual)!r}, "
                f"expected {scrubbed(outcome.expected)}. {scrubbed(outcome.fix)}"
            )
    if not (findings or left) and control.id not in PARITY:
        pytest.skip(f"the stack has no {' or '.join(control.types)}")
