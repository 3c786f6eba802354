"""What the commands of the history say of one that isn't there, and of records out of order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from stackproof import clock
from stackproof.cli import main
from stackproof.exit_codes import COULD_NOT
from stackproof.record.history import History
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, finding

READING = (
    *(("list",), ("list", "--format", "json"), ("query", "SELECT 1"), ("verify",)),
    *(("export", "out"), ("prune", "--keep", "1")),
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def ask(*given: str) -> tuple[int, str]:
    ended = CliRunner().invoke(main, ["history", *given])
    return ended.exit_code, ended.output


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_place_without_records_is_no_history_without_faults(command: tuple[str, ...]) -> None:
    code, told = ask(*command, "--history", "mistyped")
    assert (code, "the history at mistyped has no records" in told) == (COULD_NOT, True)
    assert not Path("mistyped").exists()


@pytest.mark.parametrize("command", READING[:-1], ids=" ".join)
def test_stack_without_records_is_asked_for_another(command: tuple[str, ...]) -> None:
    kept = History("evidence").add(night(finding(FAIL)))
    mistyped = kept.run.stack.replace("payments", "paymets")
    code, told = ask(*command, "--history", "evidence", "--stack", mistyped)
    assert (code, f"did you mean {kept.run.stack!r}?" in told) == (COULD_NOT, True)


def test_record_is_added_once_and_in_its_order() -> None:
    for day in (1, 2):
        Path(f"{day}.json").write_text(night(finding(FAIL), day=day).as_json())
    assert ask("add", "2.json", "--history", "evidence")[0] == 0
    for file in ("2.json", "1.json"):
        code, told = ask("add", file, "--history", "evidence")
        assert (code, "a record is added once" in told) == (COULD_NOT, True)
    assert len(list(History("evidence").places())) == 1


@pytest.mark.parametrize(("ahead", "code"), [(2, COULD_NOT), (-1, 0), (0, 0)])
def test_record_of_a_time_to_come_is_not_added(ahead: int, code: int) -> None:
    began = clock.now() + timedelta(days=ahead)
    record = night(finding(FAIL))
    facts = {"began": began.isoformat(timespec="milliseconds")}
    told = record.model_copy(update={"run": record.run.model_copy(update=facts)})
    Path("r.json").write_text(told.as_json())
    ended, said = ask("add", "r.json", "--history", "evidence")
    assert (ended, "which is still to come" in said) == (code, code == COULD_NOT)


def test_month_that_is_still_to_come_pushes_none_out() -> None:
    history = History("evidence")
    for month in (9, 10, 11):
        history.add(night(finding(FAIL), month=month))
    last = night(finding(FAIL))
    facts = {"began": "2999-11-29T02:00:00.000+00:00"}
    history.add(last.model_copy(update={"run": last.run.model_copy(update=facts)}))
    assert ask("prune", "--keep", "2", "--history", "evidence")[0] == 0
    assert [month for _, month in history.months()] == ["2026-10", "2026-11", "2999-11"]
    assert ask("verify", "--history", "evidence")[0] == 0
