"""A row of a history that says nothing is named with its file, by whatever command reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from stackproof.cli import main
from stackproof.record.history import History
from stackproof.record.rows import KINDS
from tests.unit.record.records_made import night
from tests.unit.record.test_history import SCENARIO
from tests.unit.reports.made import FAIL, finding

Rows = list[dict[str, Any]]
STACK = "payments-dev"
READERS = (
    ("history", "list"),
    ("history", "show", STACK),
    ("history", "show", STACK, "--report", "page.html"),
    ("history", "export", "folder"),
    ("baseline",),
    ("diff", STACK, f"{STACK}~1"),
)


def spoilt(change: Callable[[Rows], Any]) -> None:
    file = next(Path("evidence").rglob("*.parquet"))
    # The folders are named as partitions are, and would be columns.
    table = parquet.ParquetFile(file).read()
    rows = table.to_pylist()
    change(rows)
    parquet.write_table(pyarrow.Table.from_pylist(rows, schema=table.schema), file)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("stackproof.yaml").write_text("nightly: {history: evidence}\n")
    history = History("evidence")
    for day in (1, 2):
        history.add(night(finding(FAIL), day=day, scenarios=[SCENARIO]))
    history.add(night(finding(FAIL), stack="other"))


def row(kind: str, column: str, value: Any) -> Callable[[Rows], Any]:
    return lambda rows: next(one for one in rows if one["kind"] == kind).update({column: value})


def _run_twice(rows: Rows) -> None:
    rows += [one for one in rows if one["kind"] == "run" and one["first"] == 1]


CHANGES: dict[str, tuple[Callable[[Rows], Any], str]] = {
    "run no JSON": (row("run", "body", "{"), "its body is no JSON"),
    "run no object": (row("run", "body", "[]"), "its body is no object"),
    "run empty": (row("run", "body", "{}"), "its body is no run: run: field required"),
    "run null": (row("run", "body", None), "its body is no text"),
    "key null": (row("run", "key", None), "its key is no text"),
    "finding no object": (row("finding", "body", "[1]"), "its body is no object"),
    "scenario no object": (row("scenario", "body", "[1]"), "its body is no object"),
    "kind null": (row("finding", "kind", None), "None is no kind of row"),
    "kind odd": (row("finding", "kind", "odd"), "'odd' is no kind of row"),
    "first null": (row("finding", "first", None), "it does not say of which records it is"),
    "last null": (row("finding", "last", None), "it does not say of which records it is"),
    "last absurd": (row("finding", "last", 2**31 - 1), "records 1 to 2147483647, and the file"),
    "first zero": (row("finding", "first", 0), "it is of the records 0 to 2"),
    "backwards": (row("finding", "first", 3), "it is of the records 3 to 2"),
    "run over two": (row("run", "last", 2), "it is of the records 1 to 2, and the file has 2"),
    "run twice": (_run_twice, "a record is missing, or is there twice"),
    "no rows": (lambda rows: rows.clear(), "it has no record"),
}


# A list says what the rows of runs say, and reads no others.
NOT_LISTED = ("finding no object", "scenario no object")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (arguments, name)
        for arguments in READERS
        for name in CHANGES
        if arguments != READERS[0] or name not in NOT_LISTED
    ],
)
def test_spoilt_row_is_named_with_its_file(arguments: tuple[str, ...], name: str) -> None:
    change, said = CHANGES[name]
    spoilt(change)
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 3, done.output
    assert "is no file of records: " in done.output
    assert said in done.output
    assert "records.parquet" in done.output


@pytest.mark.parametrize("kind", ["run", *KINDS])
@pytest.mark.parametrize("body", ["{", "7", "{}", '{"a": "\\ud800"}'])
def test_proving_names_the_row_and_goes_on(kind: str, body: str) -> None:
    rows: Rows = []
    spoilt(rows.extend)
    if kind not in {one["kind"] for one in rows}:
        spoilt(lambda rows: rows.append({**rows[0], "kind": kind}))
    spoilt(row(kind, "body", body))
    done = CliRunner().invoke(main, ["history", "verify"])
    assert done.exit_code == 1, done.output
    assert "records.parquet is no file of records: row " in done.output
    assert "1 record of 2 stacks: not as they were written" in done.output
