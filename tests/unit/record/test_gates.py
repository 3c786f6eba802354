"""Gates let known and old failures through, and never what could not be seen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.model import Outcome, Pass, Severity
from stackproof.record import Record
from stackproof.record.changes import linked
from stackproof.record.gates import (
    Baseline,
    BaselineError,
    Gate,
    Gated,
    baseline_of,
    gated,
    read_baseline,
)
from stackproof.settings.nightly_form import Budget
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, OUTCOMES, finding

UNKNOWN = OUTCOMES["unknown"]


def after(was: Outcome, now: Outcome, day: int = 2, number: int = 0) -> Record:
    before = linked(night(finding(was, "b", number=number), finding(Pass(), "c")), None)
    return linked(night(finding(now, "b", number=number), finding(Pass(), "c"), day=day), before)


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        (Pass(), FAIL, FAILED),
        (FAIL, FAIL, VERIFIED),
        (FAIL, Pass(), VERIFIED),
        (FAIL, UNKNOWN, COULD_NOT),
        (UNKNOWN, UNKNOWN, COULD_NOT),
        (UNKNOWN, FAIL, FAILED),
        (OUTCOMES["waived"], FAIL, FAILED),
        (OUTCOMES["not_applicable"], FAIL, FAILED),
    ],
)
def test_only_new_failures_count_and_what_is_unknown(was: Outcome, now: Outcome, code: int) -> None:
    assert gated(after(was, now), Gate(only_new=True)).exit_code == code


@pytest.mark.parametrize("between", [night(day=2, why_not="nobody answered"), None])
@pytest.mark.parametrize(("was", "code"), [(FAIL, VERIFIED), (OUTCOMES["waived"], FAILED)])
def test_what_ends_as_a_waiver_is_new_whatever_lay_between(
    was: Outcome, code: int, between: Record | None
) -> None:
    before = linked(night(finding(was, "b")), None)
    before = linked(between, before) if between else before
    now = linked(night(finding(FAIL, "b"), day=3), before)
    assert gated(now, Gate(only_new=True)).exit_code == code


def test_first_record_has_nothing_old() -> None:
    assert gated(linked(night(finding(FAIL)), None), Gate(only_new=True)).exit_code == FAILED


def baseline(tmp_path: Path, *records: Record) -> Baseline:
    file = tmp_path / "baseline.json"
    file.write_text(baseline_of(records))
    return read_baseline(file)


def test_baseline_lets_what_it_knows_through_in_its_stack_alone(tmp_path: Path) -> None:
    known = baseline(tmp_path, night(finding(FAIL, "b"), finding(Pass(), "c")))
    gate = Gate(baseline=known)
    one = gated(night(finding(FAIL, "b"), finding(Pass(), "c")), gate)
    assert (one.exit_code, one.reasons) == (
        VERIFIED,
        ("1 failure let through, as known or not new",),
    )
    assert gated(night(finding(FAIL, "b"), stack="other"), gate).exit_code == FAILED
    more = gated(night(finding(FAIL, "b"), finding(FAIL, "d")), gate)
    assert (more.exit_code, more.reasons[0]) == (FAILED, "1 failure: bucket-rule-0 on d")


def test_baseline_never_hides_what_could_not_be_seen(tmp_path: Path) -> None:
    known = baseline(tmp_path, night(finding(FAIL, "b"), finding(UNKNOWN, "c")))
    assert sum(len(names) for names in known.known.values()) == 1
    seen = night(finding(FAIL, "b"), finding(UNKNOWN, "c"))
    assert gated(seen, Gate(baseline=known)).exit_code == COULD_NOT
    blind = linked(night(day=2, why_not="nobody answered"), linked(seen, None))
    assert gated(blind, Gate(baseline=known)).exit_code == COULD_NOT


def test_baseline_does_not_know_what_a_waiver_covered(tmp_path: Path) -> None:
    known = baseline(tmp_path, night(finding(OUTCOMES["waived"], "b")))
    assert gated(night(finding(FAIL, "b")), Gate(baseline=known)).exit_code == FAILED


def test_failures_below_a_severity_pass() -> None:
    made = night(finding(FAIL, "b", number=2), finding(Pass(), "c"))
    assert gated(made, Gate(fail_on=Severity.MEDIUM)).exit_code == FAILED
    assert gated(made, Gate(fail_on=Severity.HIGH)).exit_code == VERIFIED


@pytest.mark.parametrize(("day", "code"), [(8, VERIFIED), (9, FAILED)])
def test_what_is_older_than_the_budget_fails_whatever_lets_it_through(day: int, code: int) -> None:
    budget = Budget(severity="critical", days=7)
    made = after(FAIL, FAIL, day)
    told = gated(made, Gate(only_new=True, budgets=[budget]))
    assert told.exit_code == code
    if code == FAILED:
        assert told.reasons[0] == "1 failure older than the budget: bucket-rule-0 on b"
    lesser = after(FAIL, FAIL, day, number=1)
    assert gated(lesser, Gate(only_new=True, budgets=[budget])).exit_code == VERIFIED


def test_budget_counts_what_nobody_could_look_at_again() -> None:
    first = linked(night(finding(FAIL, "b")), None)
    blind = linked(night(day=20, why_not="nobody answered"), first)
    told = gated(blind, Gate(budgets=[Budget(severity="critical", days=7)]))
    assert told.exit_code == FAILED


def test_scenarios_are_known_and_new_like_findings(tmp_path: Path) -> None:
    first = linked(night(finding(Pass()), scenarios=[scenario()]), None)
    assert gated(first, Gate(only_new=True)).exit_code == FAILED
    second = linked(night(finding(Pass()), day=2, scenarios=[scenario()]), first)
    known = baseline(tmp_path, first)
    through = ("1 scenario let through, as known or not new: t.py::test_a",)
    for gate in (Gate(only_new=True), Gate(baseline=known)):
        assert gated(second, gate) == Gated(VERIFIED, through)
    assert gated(second, Gate()).exit_code == FAILED


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ({"message": "access"}, {"message": "access, password"}, FAILED),
        ({"message": "at 0x7f00aa11"}, {"message": "at 0x7f00bb22"}, VERIFIED),
        ({"parts": ["a"]}, {"parts": ["a", "b"]}, FAILED),
        ({"parts": ["a"]}, {"parts": ["b"]}, FAILED),
        ({"parts": ["a", "b"]}, {"parts": ["b"]}, VERIFIED),
        ({"outcome": "unknown"}, {}, FAILED),
        ({"outcome": "passed"}, {}, FAILED),
    ],
)
def test_scenario_is_known_by_what_it_found(
    tmp_path: Path, was: dict[str, Any], now: dict[str, Any], code: int
) -> None:
    before = linked(night(finding(Pass()), scenarios=[scenario(**was)]), None)
    after = linked(night(finding(Pass()), day=2, scenarios=[scenario(**now)]), before)
    assert gated(after, Gate(only_new=True)).exit_code == code
    assert gated(after, Gate(baseline=baseline(tmp_path, before))).exit_code == code
    assert after.changes is not None
    assert bool(after.changes.scenarios_new) is (code == FAILED)


def scenario(
    outcome: str = "failed", message: str = "", parts: Iterable[str] = ()
) -> dict[str, Any]:
    rest = dict.fromkeys(("family", "proves", "why"), "")
    told = [{"part": part, "outcome": "failed", "message": f"{part} fails"} for part in parts]
    named = {"scenario": "t.py::test_a", "outcome": outcome, "message": message, "seconds": 0.1}
    return {**named, **rest, "parts": told}


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"baseline": 2, "stacks": {}}', '{"baseline": 1, "stacks": {"a": []}}'),
        '{"baseline": 1, "stacks": {}, "places": {"a": [[]]}}',
    ],
)
def test_file_that_is_no_baseline_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)
    with pytest.raises(BaselineError, match=r"baseline\.json is no baseline"):
        read_baseline(file)
    with pytest.raises(BaselineError, match="cannot be read"):
        read_baseline(tmp_path / "none.json")


def test_baseline_is_the_same_text_whatever_the_order() -> None:
    one, other = night(finding(FAIL, "a"), finding(FAIL, "b")), night(finding(FAIL), stack="s")
    turned = night(finding(FAIL, "b"), finding(FAIL, "a"))
    assert baseline_of([one, other]) == baseline_of([other, turned])
    assert set(json.loads(baseline_of([one]))["stacks"]["payments-dev"].values()) == {
        "bucket-rule-0 on a",
        "bucket-rule-0 on b",
    }
