"""What the process that keeps a record leaves, and what comes of one that can't be kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stackproof import children
from stackproof.commands.keep import Keeping, kept_apart
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.record import record_of
from stackproof.record.history import History
from tests.unit.reports.made import FAIL, finding, run

HOW = Keeping(
    place="evidence",
    key=None,
    reports="reports",
    kinds=(".json", ".html"),
    only_new=False,
    baseline=None,
    fail_on=None,
    notify=True,
    quiet=False,
)


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "record.json"
    file.write_text(record_of(run(finding(FAIL))).as_json(), encoding="utf-8")
    return file


def test_a_record_is_kept_reported_and_told_of(
    record: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = kept_apart(record, HOW)
    assert (kept.exit_code, kept.told) == (FAILED, True)
    assert kept.row is not None
    (place,) = History("evidence").places()
    stack = place.stack
    assert (kept.row.stack, kept.row.page) == (stack, f"{stack}.html")
    assert sum(kept.row.failures) == 1
    assert {path.name for path in Path("reports").iterdir()} == {f"{stack}.json", f"{stack}.html"}
    assert capfd.readouterr().out.startswith(f"{stack}: failed")


def test_what_the_gates_let_through_is_said_to_be(record: Path) -> None:
    how = replace(HOW, only_new=True)
    assert kept_apart(record, how).let_through is False
    again = kept_apart(record, how)
    assert (again.exit_code, again.let_through) == (VERIFIED, True)
    assert again.row is not None
    assert again.row.let_through


def _no_history(how: Keeping) -> Keeping:
    Path("evidence").write_text("no folder")
    return how


def _no_reports(how: Keeping) -> Keeping:
    Path("reports").write_text("no folder")
    return how


def _not_signed(how: Keeping) -> Keeping:
    return replace(how, key="nowhere.pem")


@pytest.mark.parametrize("spoil", [_no_history, _no_reports, _not_signed])
def test_what_cannot_be_kept_is_said_and_not_verified(
    spoil: Callable[[Keeping], Keeping], record: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = kept_apart(record, spoil(HOW))
    assert (kept.exit_code, kept.row) == (COULD_NOT, None)
    said = capfd.readouterr().err
    assert said.startswith("Error: ")
    assert "Traceback" not in said


def test_a_process_that_was_killed_is_said(
    record: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = children.run
    monkeypatch.setattr(
        children, "run", lambda command: killed(["sh", "-c", "kill -9 $$", *command])
    )
    assert kept_apart(record, HOW).exit_code == COULD_NOT
    assert "ended with signal 9" in capfd.readouterr().err
