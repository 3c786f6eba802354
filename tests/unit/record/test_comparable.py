"""Records that are not alike are said to be not, each fact in a line; gates trust none of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stackproof.exit_codes import FAILED, VERIFIED
from stackproof.github.issues import steps
from stackproof.model import Outcome, Pass, Severity
from stackproof.notifying.notice import notice_of
from stackproof.record import Record
from stackproof.record.changes import changes_between, linked
from stackproof.record.comparable import ELSEWHERE, FACTS, differences
from stackproof.record.gates import Gate, baseline_of, gated, read_baseline
from stackproof.reports.changes import lines
from stackproof.settings.nightly_form import Channel
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, finding

SCENARIO = dict.fromkeys(("family", "proves", "why", "message"), "") | {
    "scenario": "t.py::test_a",
    "outcome": "passed",
    "seconds": 0.1,
}


def made(outcome: Outcome = FAIL, **facts: Any) -> Record:
    """Give a record of a failure, or of another outcome, with other facts of its run."""
    record = night(finding(outcome, "b"))
    run = record.run.model_copy(update={"emulated": False, "endpoint": None, **facts})
    return record.model_copy(update={"run": run})


# Another record for each fact.
OTHERS = {
    "stack": made(stack="other"),
    "account": made(account="9" * 12),
    "endpoint": made(emulated=True, endpoint="http://127.0.0.1:4566"),
    "regions": made(regions=["eu-west-1", "ap-south-1"]),
    "sights": made().model_copy(
        update={
            "findings": [
                *made().findings,
                *(f.model_copy(update={"sight": "state"}) for f in made().findings),
            ]
        }
    ),
    "scenarios": made().model_copy(
        update={"scenarios": night(scenarios=[SCENARIO]).scenarios},
    ),
    "profile": made(profile="pci"),
    "fail_on": made(fail_on="critical"),
    "tool": made(tool="0.0.1"),
}


def test_each_fact_has_its_other() -> None:
    assert set(OTHERS) == set(FACTS)


@pytest.mark.parametrize("what", FACTS)
def test_each_fact_that_differs_is_one_line_before_all_else(what: str) -> None:
    before, after = made(), OTHERS[what]
    assert [one.what for one in differences(before, after)] == [what]
    changed = after.model_copy(update={"changes": changes_between(before, after)})
    first, *others = lines(changed)
    assert first.startswith("not alike: ")
    assert not any(one.startswith("not alike") for one in others)
    assert ("is another's" in first) is (what in ELSEWHERE)
    notice = notice_of(changed, gated(changed, Gate()), Channel(to="webhook", url_variable="HOOK"))
    assert notice is not None
    assert [one.text for one in notice.groups[0].told] == [first]


@pytest.mark.parametrize("what", FACTS)
def test_gates_let_nothing_pass_that_another_place_knows(what: str, tmp_path: Path) -> None:
    before, other = made(), OTHERS[what]
    after = linked(other, before)
    code = FAILED if what in ELSEWHERE else VERIFIED
    told = gated(after, Gate(only_new=True))
    if what != "sights":  # at another sight the failure is a new one
        assert told.exit_code == code
    assert any("all failures count as new" in why for why in told.reasons) is (code == FAILED)
    if what == "stack":
        return
    file = tmp_path / "baseline.json"
    file.write_text(baseline_of([before]))
    told = gated(other, Gate(baseline=read_baseline(file)))
    assert told.exit_code == code
    assert any("none counts as known" in why for why in told.reasons) is (code == FAILED)
    # One of both knows both.
    file.write_text(baseline_of([before, other]))
    assert gated(other, Gate(baseline=read_baseline(file))).exit_code == VERIFIED


def test_no_issue_is_closed_by_a_record_of_another_account() -> None:
    (opened,) = steps(made(), [], Severity.LOW)
    issue = {"number": 1, "state": "open", "title": opened.title, "body": opened.body}
    for account, words in ((made().run.account, ["closed"]), ("9" * 12, [])):
        fine = made(Pass(), account=account)
        assert [step.word for step in steps(fine, [issue], Severity.LOW)] == words


def test_emulators_are_alike_whatever_their_port() -> None:
    one, other = (made(emulated=True, endpoint=f"http://127.0.0.1:{port}") for port in (1, 2))
    assert differences(one, other) == []


def test_nothing_is_said_of_what_nobody_could_look_at() -> None:
    blind = night(day=2, why_not="no credentials", account="not known", regions=("not known",))
    assert differences(night(finding(Pass())), blind) == []


def test_baseline_of_a_record_that_says_no_account_holds_everywhere(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(baseline_of([made(sight="state", account="not said")]))
    for other in (made(), OTHERS["account"], OTHERS["endpoint"]):
        assert gated(other, Gate(baseline=read_baseline(file))).exit_code == VERIFIED
