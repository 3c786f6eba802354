"""What a fleet makes of records that can't be kept: they are said, and the others follow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.commands import fleet as command
from stackproof.exit_codes import COULD_NOT, FAILED
from stackproof.record import record_of
from stackproof.record.fleet import cluster, run
from stackproof.record.form import Record
from stackproof.record.history import History, HistoryError
from tests.unit.reports.made import OUTCOMES, finding
from tests.unit.reports.made import run as run_of

FLEET = "accounts: [{account: '111111111111', regions: [us-east-1]}]\n"


def _record(name: str, outcome: str = "pass") -> Record:
    record = record_of(run_of(finding(OUTCOMES[outcome])))
    return record.model_copy(update={"run": record.run.model_copy(update={"stack": name})})


@contextmanager
def _nobody(scheduler: str | None, workers: int | None) -> Iterator[None]:
    yield None


def _full(history: History, record: Record, sign: Any) -> Record:
    if record.run.stack == "first":
        raise HistoryError("evidence cannot be written: No space left on device")
    return record


def test_a_record_that_cannot_be_kept_does_not_lose_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(FLEET)
    monkeypatch.setattr(cluster, "connected", _nobody)
    monkeypatch.setattr(History, "add", _full)
    monkeypatch.setattr(
        run.Driver, "records", lambda driver, plans: map(_record, ("first", "second"))
    )
    given = ["fleet", "fleet.yaml", "--history", "evidence", "--reports", "reports"]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == COULD_NOT, done.output
    assert "Error: evidence cannot be written: No space left on device" in done.output
    assert "gate: the record could not be kept" in done.output
    assert done.output.splitlines()[-1] == "2 records: 1 verified, 1 not verified (first)"
    page = (tmp_path / "reports" / "index.html").read_text()
    assert "2 records: 0 failed, 1 not verified, 1 verified" in page
    reports = {path.name for path in (tmp_path / "reports").glob("*.json")}
    assert reports == {"first.json", "second.json"}


@pytest.mark.parametrize("spoilt", ["history", "first.json", "fleet.csv", "index.html"])
def test_nothing_that_cannot_be_written_hides_a_failure(
    spoilt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.yaml").write_text(FLEET)
    if spoilt == "history":
        (tmp_path / "evidence").write_text("no folder")
    else:
        (tmp_path / "reports" / spoilt / "folder").mkdir(parents=True)
    # The disk is full later than when this is asked.
    monkeypatch.setattr(command, "check_writable", lambda *paths: None)
    monkeypatch.setattr(cluster, "connected", _nobody)
    failing = _record("first", "fail")
    monkeypatch.setattr(run.Driver, "records", lambda driver, plans: iter([failing]))
    given = ["fleet", "fleet.yaml", "--history", "evidence", "--reports", "reports"]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == FAILED, done.output
    assert "first: failed: the stack is not what it claims" in done.output
    assert "cannot be" in done.output
    assert done.output.splitlines()[-1] == "1 record: 1 failed (first)"
    written = {path.name for path in (tmp_path / "reports").iterdir() if path.is_file()}
    assert written == {"first.json", "first.html", "first.md", "fleet.csv", "index.html"} - {spoilt}
