"""What was edited or contradicts itself is no record: whoever reads it says so, and that is all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.record.form import RecordError
from stackproof.record.history import History
from stackproof.record.history.month import Month
from stackproof.record.reading import read
from tests.unit.github.stand_in import Repository, github
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, OUTCOMES, finding

PASS = OUTCOMES["pass"]
CHANGED = "its content is not the one that its digest is over"
STACK = "payments-dev"
# Every command that reads a record, by what it is given.
READERS = (
    ("history", "show"),
    ("diff", STACK),
    ("baseline",),
    ("github-issues", "--repository", "o/r", "--severity", "low"),
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stackproof.yaml").write_text("nightly: {history: evidence}\n")
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    history = History("evidence")
    history.add(night(finding(FAIL), finding(FAIL, "other"), day=1))
    history.add(night(finding(FAIL), finding(FAIL, "other"), day=2))
    return history


def edited(history: History) -> None:
    """Change the last record of a history as somebody would who can write to its folder."""
    ((stack, month),) = history.months()
    held = history.month(stack, month)
    spans = [
        (replace(row, body=row.body.replace("public-read", "private")), first, last)
        for row, first, last in held.spans
    ]
    Path(held.name).write_bytes(Month(spans).content(stack, month))


@pytest.mark.parametrize("arguments", [*READERS, ("history", "add")])
def test_file_that_was_edited_is_refused_by_whoever_reads_it(
    arguments: tuple[str, ...], here: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = here.last(STACK)[0]
    assert record is not None
    text = record.as_json().replace("public-read", "private")
    assert text != record.as_json()
    Path("edited.json").write_text(text)
    _refused((*arguments, "edited.json"), monkeypatch)


@pytest.mark.parametrize("arguments", [*READERS, ("history", "export", "folder")])
def test_history_that_was_edited_is_refused_by_whoever_reads_it(
    arguments: tuple[str, ...], here: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(here)
    _refused(arguments if "export" in arguments else (*arguments, STACK), monkeypatch)


def _refused(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    with github(Repository()) as repository:
        monkeypatch.setenv("GITHUB_API_URL", repository.url)
        done = CliRunner().invoke(main, arguments)
        assert not [one for one in repository.asked if not one.startswith("GET")]
    assert done.exit_code == 3, done.output
    assert CHANGED in done.output
    assert "[SP1601]" in done.output


def _run(**facts: Any) -> Callable[[Any], None]:
    return lambda data: data["run"].update(facts)


def _no_findings(data: Any) -> None:
    data["findings"] = []


def _nothing_judged(data: Any) -> None:
    data["findings"] = []
    data["summary"] = dict.fromkeys(data["summary"], 0)


def _odd_status(data: Any) -> None:
    data["resources"][0]["status"] = "odd"


def _twice(data: Any) -> None:
    data["findings"].append(data["findings"][0])
    data["summary"]["fail"] += 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_run(exit_code=0), "its exit code is 0, and it has 2 failures of low or more"),
        (_run(exit_code=3), "its exit code is 3, and it has 2 failures of low or more"),
        (_run(exit_code=-5), "run.exit_code: "),
        (_run(exit_code=2**40), "run.exit_code: "),
        (_run(exit_code=True), "run.exit_code: "),
        (_run(verdict="verified"), "its exit code is 1, and its verdict is 'verified'"),
        (_run(stack=None), "run.stack: "),
        (_run(fail_on="critical", exit_code=0), "it has 1 failure of critical or more"),
        (lambda data: data.update(record=True), "it is a record of version True"),
        (lambda data: data["summary"].update(fail=0), "it counts 0 findings 'fail', and lists 2"),
        (lambda data: data["summary"].pop("waived"), "does not count findings 'waived'"),
        (lambda data: data["summary"].update(unknown=1), "it counts 1 finding 'unknown'"),
        (_no_findings, "it counts 2 findings 'fail', and lists 0"),
        (_nothing_judged, "its exit code is 1, and nothing fails"),
        (_twice, "is there 2 times"),
        (
            lambda data: data["resources"][0].update(status="odd"),
            "it counts 2 resources 'judged', and lists 1",
        ),
        (lambda data: data["resources"].pop(), "resources 'judged', and lists 1"),
    ],
)
def test_record_that_contradicts_itself_is_none(
    change: Callable[[Any], Any], expected: str
) -> None:
    record = night(finding(FAIL), finding(FAIL, "other", number=1), finding(PASS, "other"))
    data = json.loads(record.as_json())
    assert read(json.dumps(data))
    change(data)
    with pytest.raises(RecordError) as error:
        read(json.dumps(data))
    assert expected in str(error.value)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_run(exit_code=1), "its exit code is 1, and nothing fails"),
        (lambda data: data.update(errors=["why"]), "0, and not everything could be seen"),
        (_nothing_judged, "its exit code is 0, and nothing was judged"),
        (_run(verdict="failed: so"), "its exit code is 0, and its verdict is 'failed'"),
    ],
)
def test_verified_is_what_was_seen_to_hold(change: Callable[[Any], None], expected: str) -> None:
    data = json.loads(night(finding(PASS)).as_json())
    assert read(json.dumps(data))
    change(data)
    with pytest.raises(RecordError) as error:
        read(json.dumps(data))
    assert expected in str(error.value)
