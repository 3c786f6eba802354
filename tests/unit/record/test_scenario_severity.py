"""A control's scenario weighs what the control does, wherever a severity lets something pass."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from stackproof.exit_codes import FAILED, VERIFIED
from stackproof.github.issues import steps
from stackproof.model import Outcome, Pass, Severity
from stackproof.notifying.notice import notice_of
from stackproof.record import Record
from stackproof.record.changes import linked
from stackproof.record.gates import Baseline, Gate, gated
from stackproof.settings.nightly_form import Budget, Channel
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, finding

SEVERITIES = list(Severity)
PAIRS = list(product(SEVERITIES, SEVERITIES))
CONTROL = "test_controls.py::test_control[bucket-rule]"


def scenario(severity: str | None, outcome: str = "failed") -> dict[str, Any]:
    rest = dict.fromkeys(("family", "proves", "why", "message"), "")
    named = {"scenario": CONTROL, "severity": severity, "outcome": outcome, "seconds": 0.1}
    return {**named, **rest}


def failing(severity: Severity, fail_on: Severity = Severity.LOW) -> dict[str, Record]:
    """Give the same failure as a finding, and as a scenario; each new since the night before."""
    fine = linked(
        night(
            finding(Pass(), number=SEVERITIES.index(severity)),
            scenarios=[scenario(severity.value, "passed")],
        ),
        None,
    )
    number = SEVERITIES.index(severity)
    found: dict[str, tuple[Outcome, str]] = {
        "finding": (FAIL, "passed"),
        "scenario": (Pass(), "failed"),
    }
    made = {
        name: night(
            finding(outcome, number=number),
            day=2,
            fail_on=fail_on,
            scenarios=[scenario(severity.value, ended)],
        )
        for name, (outcome, ended) in found.items()
    }
    return {name: linked(record, fine) for name, record in made.items()}


@pytest.mark.parametrize(("severity", "least"), PAIRS)
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"only_new": True},
        {"baseline": Baseline({"payments-dev": frozenset({"another"})})},
        {"budgets": [Budget(severity="low", days=7)]},
    ],
    ids=["alone", "only-new", "baseline", "budgets"],
)
def test_option_and_setting_judge_a_control_and_its_scenario_alike(
    severity: Severity, least: Severity, more: dict[str, Any]
) -> None:
    code = FAILED if severity.at_least(least) else VERIFIED
    for name, record in failing(severity).items():
        told = gated(record, Gate(fail_on=least, **more))
        assert told.exit_code == code, name
        # What an option lets pass is counted.
        assert any(f"let through, as below {least}" in why for why in told.reasons) is (
            code == VERIFIED
        )
    for name, record in failing(severity, least).items():
        assert gated(record, Gate(**more)).exit_code == code, name


@pytest.mark.parametrize(("severity", "least"), PAIRS)
def test_channels_hear_of_a_control_and_of_its_scenario_alike(
    severity: Severity, least: Severity
) -> None:
    channel = Channel(to="webhook", url_variable="HOOK", severity=least.value)
    for name, record in failing(severity).items():
        for one in (record, record.model_copy(update={"changes": None})):
            notice = notice_of(one, gated(one, Gate()), channel)
            assert bool(notice and notice.groups) is severity.at_least(least), name
    before, after = (
        night(finding(Pass()), day=day, scenarios=[scenario(severity.value, outcome)])
        for day, outcome in ((1, "failed"), (2, "passed"))
    )
    mended = linked(after, linked(before, None))
    assert bool(notice_of(mended, gated(mended, Gate()), channel)) is severity.at_least(least)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_scenario_of_the_whole_counts_whatever_the_severity(severity: Severity) -> None:
    record = night(finding(Pass()), scenarios=[scenario(None)])
    assert gated(record, Gate(fail_on=severity)).exit_code == FAILED
    channel = Channel(to="webhook", url_variable="HOOK", severity=severity.value)
    assert notice_of(record, gated(record, Gate()), channel) is not None


def test_issues_are_of_findings_alone() -> None:
    assert not steps(failing(Severity.CRITICAL)["scenario"], [], Severity.LOW)
