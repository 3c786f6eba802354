"""Answers to questions in SQL: row by row, within bounds, and as JSON knows them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stackproof.cli import main
from stackproof.record.history import History, query
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, finding

STACKPROOF = str(Path(sys.executable).with_name("stackproof"))


@pytest.fixture(autouse=True)
def _kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    History("h").add(night(finding(FAIL)))


def ask(sql: str, format_: str = "json") -> Result:
    return CliRunner().invoke(
        main, ["history", "query", sql, "--history", "h", "--format", format_]
    )


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT 1 AS a WHERE false", []),
        ("SELECT 1 AS a, NULL AS b", [{"a": 1, "b": None}]),
        ("SELECT * FROM range(3) t(a)", [{"a": 0}, {"a": 1}, {"a": 2}]),
        (
            "SELECT 'nan'::DOUBLE AS a, 'inf'::DOUBLE AS b, ['-inf'::DOUBLE, 1] AS c",
            [{"a": None, "b": None, "c": [None, 1.0]}],
        ),
        ("SELECT {'x': 'nan'::DOUBLE} AS a", [{"a": {"x": None}}]),
        ("SELECT DATE '2026-11-01' AS a", [{"a": "2026-11-01"}]),
    ],
)
def test_json_is_json(sql: str, rows: list[object]) -> None:
    def none_of_these(word: str) -> None:
        raise AssertionError(word)

    said = ask(sql).output
    assert json.loads(said, parse_constant=none_of_these) == rows
    assert said == json.dumps(rows, indent=2) + "\n"


def test_two_columns_of_one_name_are_refused_where_one_would_be_lost() -> None:
    refused = ask("SELECT 1 a, 2 a")
    assert (refused.exit_code, "several columns are called 'a'" in refused.output) == (2, True)
    rows = list(csv.reader(io.StringIO(ask("SELECT 1 a, 2 a", "csv").output)))
    assert rows == [["a", "a"], ["1", "2"]]


@pytest.mark.parametrize("format_", ["csv", "json"])
def test_rows_are_given_as_they_come(format_: str) -> None:
    sql = "SELECT * FROM range(1000000000)"
    command = (STACKPROOF, "history", "query", sql, "--history", "h", "--format", format_)
    with subprocess.Popen(
        ["sh", "-c", 'ulimit -d 4000000; exec "$@"', "sh", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as asked:
        assert asked.stdout is not None
        first = [asked.stdout.readline() for _ in range(100_000)]
        asked.stdout.close()
        assert asked.wait(60) == 141
    assert first[1].strip() in (b"0", b"{")


def test_a_table_is_cut_with_a_sentence() -> None:
    said = ask("SELECT * FROM range(20000)", "text").output
    assert "only the first 10000 rows are shown; --format csv has all" in said
    assert "10000 rows" not in ask("SELECT * FROM range(20)", "text").output


@pytest.mark.parametrize("format_", ["csv", "json", "text"])
def test_what_needs_too_much_memory_is_refused_in_a_sentence(
    format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "_MEMORY", "100MB")
    refused = ask("SELECT list(range) FROM range(100000000)", format_)
    assert refused.exit_code == 2
    assert "needs more than 100MB of memory" in refused.output
    assert not Path(".tmp").exists()
