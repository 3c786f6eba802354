"""What the process that keeps a record leaves, and what comes of one that can't be kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from stackproof import children
from stackproof.commands.keep import Keeping, kept_apart
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.model import Outcome, Pass
from stackproof.record import record_of
from stackproof.record.history import History
from stackproof.record.history.month import Month
from tests.unit.notifying.test_sending import Hook
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


def _spoilt_history(how: Keeping) -> Keeping:
    folder = Path("evidence/stack=payments-dev/month=2026-11")
    folder.mkdir(parents=True)
    (folder / "records.parquet").write_text("no Parquet")
    return how


def _full_report(how: Keeping) -> Keeping:
    Path("reports/payments-dev.json/folder").mkdir(parents=True)
    return how


CHANNEL = "nightly: {notify: [{to: webhook, url_variable: HOOK, when: changed}]}\n"


@contextmanager
def receiver() -> Iterator[Hook]:
    with Hook() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize(
    ("spoil", "written"),
    [
        (_no_history, {".json", ".html"}),
        (_spoilt_history, {".json", ".html"}),
        (_no_reports, set()),
        (_full_report, {".html"}),
        (_not_signed, {".json", ".html"}),
    ],
)
def test_whatever_cannot_be_done_hides_nothing_that_was_found(
    spoil: Callable[[Keeping], Keeping],
    written: set[str],
    record: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("stackproof.yaml").write_text(CHANNEL)
    with receiver() as hook:
        monkeypatch.setenv("HOOK", hook.url)
        kept = kept_apart(record, spoil(replace(HOW, only_new=True)))
        (body,) = hook.bodies
    assert "acl is public-read" in json.dumps(body)
    assert (kept.exit_code, kept.told) == (FAILED, True)
    assert kept.row is not None
    told = capfd.readouterr()
    assert told.err.startswith("Error: ")
    assert "Traceback" not in told.err
    assert told.out.startswith("payments-dev: failed")
    assert "gate: 1 failure: bucket-rule-0 on ledger" in told.out
    unkept = spoil not in (_no_reports, _full_report)
    assert ("gate: the record could not be kept" in told.out) is unkept
    assert ("not kept" in json.dumps(body)) is unkept
    there = Path("reports").iterdir() if Path("reports").is_dir() else ()
    assert {path.suffix for path in there if path.is_file()} == written


def test_what_could_not_be_kept_is_not_verified_though_all_holds(record: Path) -> None:
    record.write_text(record_of(run(finding(Pass()))).as_json(), encoding="utf-8")
    kept = kept_apart(record, _no_history(HOW))
    assert (kept.exit_code, kept.let_through) == (COULD_NOT, False)


def test_record_that_was_edited_lets_nothing_pass(
    record: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept_apart(record, HOW)
    history = History("evidence")
    ((stack, month),) = history.months()
    held = history.month(stack, month)
    spans = [
        (replace(row, body=row.body.replace("public-read", "private")), first, last)
        for row, first, last in held.spans
    ]
    Path(held.name).write_bytes(Month(spans).content(stack, month))
    capfd.readouterr()
    assert kept_apart(record, replace(HOW, only_new=True)).exit_code == FAILED
    assert "its content is not the one that its digest is over" in capfd.readouterr().err


@pytest.mark.parametrize("last", ["2999-11-29", "0001-01-01"])
def test_time_that_is_still_to_come_is_said_and_kept(
    last: str, record: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = json.loads(record.read_text())
    data["run"]["began"] = f"{last}T02:00:00.000+00:00"
    early = record.with_name("early.json")
    early.write_text(json.dumps(data))
    to_come = last.startswith("2")
    for one, what in ((early, "this run"), (record, "the last record")):
        assert kept_apart(one, HOW).exit_code == FAILED
        said = f"payments-dev: {what} began {last}T02:00:00, which is still to come"
        assert (said in capfd.readouterr().err) is to_come
    assert len(list(History("evidence").places())) == 2


@pytest.mark.parametrize(("outcome", "code"), [(FAIL, FAILED), (Pass(), COULD_NOT)])
def test_a_process_that_was_killed_is_said(
    outcome: Outcome,
    code: int,
    record: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record.write_text(record_of(run(finding(outcome))).as_json(), encoding="utf-8")
    killed = children.run
    monkeypatch.setattr(
        children, "run", lambda command: killed(["sh", "-c", "kill -9 $$", *command])
    )
    assert kept_apart(record, HOW).exit_code == code
    told = capfd.readouterr()
    assert "ended with signal 9" in told.err
    assert told.out.startswith("payments-dev: ")
