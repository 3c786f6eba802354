"""The history gives back each record as it was, and nothing of it is lost or half there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.record import Record
from stackproof.record.form import RecordError
from stackproof.record.history import History, HistoryError
from stackproof.record.history.month import read_month
from stackproof.record.history.proof import prove
from stackproof.record.history.query import ask, tables
from stackproof.record.history.store import Folder
from stackproof.record.reading import read
from stackproof.record.rows import digest_of, rows_of
from tests.unit.record.records_made import entry, night
from tests.unit.reports.made import FAIL, OUTCOMES, finding

ALL = [finding(outcome, word) for word, outcome in OUTCOMES.items()]
SCENARIO = {
    "scenario": "tests/test_it.py::test_holds",
    "family": "ha",
    "proves": "It holds.",
    "why": "",
    "outcome": "passed",
    "message": "",
    "seconds": 0.25,
}


def answer(connection: Any, sql: str) -> tuple[list[str], list[Any]]:
    names, rows = ask(connection, sql)
    return names, list(rows)


def plain(record: Record) -> list[str]:
    return [row.body for row in rows_of(record)]


def kept(tmp_path: Path, nights: int = 3) -> tuple[History, list[Record]]:
    history = History(str(tmp_path / "history"))
    made = [
        history.add(night(*ALL[: 3 + number % 2], day=number + 1, scenarios=[SCENARIO]))
        for number in range(nights)
    ]
    return history, made


def test_each_record_is_given_back_as_it_was_added(tmp_path: Path) -> None:
    history, made = kept(tmp_path, 4)
    read = [history.read(place) for place in history.places()]
    assert [plain(one) for one in read] == [plain(one) for one in made]
    assert read[0].scenarios[0].seconds == 0.25
    assert [one.chain and one.chain.previous for one in read] == [
        None,
        *(one.chain and one.chain.digest for one in made[:-1]),
    ]
    assert [one.chain and one.chain.digest for one in read] == [digest_of(one) for one in read]


def test_record_that_was_changed_since_it_was_kept_is_refused(tmp_path: Path) -> None:
    _, made = kept(tmp_path, 2)
    text = made[1].as_json()
    other = History(str(tmp_path / "other"))
    assert other.add(read(text)).resources == made[1].resources
    for before, after in (
        ('"outcome": "fail"', '"outcome": "pass"'),
        ('"verdict": "', '"verdict": "verified'),
        (str(made[0].chain and made[0].chain.digest), "0" * 64),
    ):
        assert before in text
        with pytest.raises(RecordError, match="not the one that its digest is over"):
            other.add(read(text.replace(before, after)))
    assert len(list(other.places())) == 1


def test_record_of_an_earlier_release_is_exported_as_it_was_and_added(tmp_path: Path) -> None:
    file = Path(__file__).parent / "records" / "0.1.0.parquet"
    record = read_month(file.read_bytes()).record(1)
    assert record.chain
    assert digest_of(record) != record.chain.digest
    exported = read(record.as_json(as_given=True))
    assert History(str(tmp_path)).add(exported).findings == record.findings
    outcome = exported.findings[0].model_copy(update={"message": "All is well."})
    forged = exported.model_copy(update={"findings": [outcome, *exported.findings[1:]]})
    with pytest.raises(RecordError, match="not the one that its digest is over"):
        History(str(tmp_path)).add(forged)


def test_what_stays_the_same_is_kept_once(tmp_path: Path) -> None:
    history, _ = kept(tmp_path, 9)
    spans = history.month("payments-dev", "2026-11").spans
    assert len([row for row, _, _ in spans if row.kind == "resource"]) < 20
    assert len([row for row, _, _ in spans if row.kind == "run"]) == 9


def test_stacks_and_months_stand_apart_whatever_a_stack_is_called(tmp_path: Path) -> None:
    history = History(str(tmp_path))
    odd = "organization/pay ments/../dév=%2F"
    for stack in (odd, "plain"):
        for month in (10, 11):
            history.add(night(*ALL, month=month, stack=stack))
    assert history.months() == sorted((s, f"2026-{m}") for s in (odd, "plain") for m in (10, 11))
    assert {path.relative_to(tmp_path).parts[0][:6] for path in tmp_path.rglob("*.parquet")} == {
        "stack="
    }
    assert prove(history).wrong == ()


def test_a_clock_that_goes_back_puts_no_record_before_another(tmp_path: Path) -> None:
    history = History(str(tmp_path))
    for month in (11, 10, 12):
        history.add(night(*ALL, month=month))
    assert [place.began[5:7] for place in history.places()] == ["11", "10", "12"]
    assert prove(history).wrong == ()


def test_two_writers_lose_nothing_of_each_other(tmp_path: Path) -> None:
    def write(writer: int) -> None:
        history = History(str(tmp_path))
        for number in range(4):
            history.add(night(finding(FAIL, f"b-{writer}-{number}"), day=number + 1))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3)))
    history = History(str(tmp_path))
    names = {f.name for place in history.places() for f in history.read(place).findings}
    assert names == {f"b-{writer}-{number}" for writer in range(3) for number in range(4)}
    assert prove(history).wrong == ()


def test_one_that_is_overtaken_writes_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.replace("a/b.parquet", b"1", None)
    _, version = folder.read("a/b.parquet") or (b"", "")
    assert folder.replace("a/b.parquet", b"2", version)
    assert not folder.replace("a/b.parquet", b"3", version)
    assert not folder.replace("a/b.parquet", b"3", None)
    assert folder.read("a/b.parquet") == (b"2", folder.read("a/b.parquet")[1])  # type: ignore[index]


_WRITER = """
import sys
from stackproof.record.history import History
from stackproof.record.reading import read
record = read(open(sys.argv[2]).read())
history = History(sys.argv[1])
print("begun", flush=True)
while True:
    history.add(record)
"""


def test_whoever_is_killed_leaves_whole_records(tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    record.write_text(night(*(finding(FAIL, f"b-{n}") for n in range(200))).as_json())
    place = tmp_path / "history"
    found = 0
    for pause in (0.05, 0.15, 0.3):
        command = [sys.executable, "-c", _WRITER, str(place), str(record)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=os.getcwd()) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"begun\n"
            while not list(place.rglob("records.parquet")):
                assert writer.poll() is None
            time.sleep(pause)
            writer.send_signal(signal.SIGKILL)
        history = History(str(place))
        proof = prove(history)
        assert proof.wrong == ()
        assert proof.records >= max(found, 1)
        found = proof.records
        assert all(len(history.read(p).findings) == 200 for p in list(history.places())[-2:])


def test_file_that_is_none_is_said(tmp_path: Path) -> None:
    history, _ = kept(tmp_path, 1)
    path = next(tmp_path.rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(HistoryError, match=r"records\.parquet is no file of records"):
        list(history.places())
    assert "is no file of records" in prove(history).wrong[0]
    with pytest.raises(HistoryError, match="is no file of records"):
        history.add(night(*ALL))


def test_history_is_asked_in_sql(tmp_path: Path) -> None:
    history, made = kept(tmp_path, 3)
    with tables(history) as connection:
        names, rows = answer(
            connection,
            "SELECT number, count(*) FROM findings WHERE outcome = 'fail' GROUP BY ALL ORDER BY 1",
        )
        assert names == ["number", "count_star()"]
        assert rows == [(1, 1), (2, 1), (3, 1)]
        assert answer(connection, "SELECT count(*) FROM findings")[1] == [
            (sum(len(one.findings) for one in made),)
        ]
        assert answer(
            connection, "SELECT body->>'actual' FROM finding_spans WHERE outcome = 'fail'"
        )[1] == [("public-read",)]
        for table in ("resources", "scenarios", "controls", "waivers", "runs"):
            answer(connection, f"SELECT * FROM {table}")
        with pytest.raises(StackproofError, match="the query can't be answered: Parser Error"):
            answer(connection, "SELEC 1")


@pytest.mark.parametrize(
    ("sql", "number"),
    [("", "none"), (" ;; ", "none"), ("-- x", "none"), ("SELECT 1; SELECT 2", "2")],
)
def test_query_is_one_statement(tmp_path: Path, sql: str, number: str) -> None:
    history, _ = kept(tmp_path, 1)
    with tables(history) as connection:
        with pytest.raises(StackproofError, match=f"one statement, and this has {number}") as told:
            answer(connection, sql)
        assert told.value.code is Code.USAGE
        assert answer(connection, "SELECT 1; -- and that is all")[1] == [(1,)]


def test_query_reaches_nothing_but_the_history(tmp_path: Path) -> None:
    history, _ = kept(tmp_path, 1)
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with tables(history) as connection:
        for sql in (f"SELECT * FROM '{secret}'", f"COPY runs TO '{tmp_path}/out.csv'"):
            with pytest.raises(StackproofError, match="the query can't be answered"):
                answer(connection, sql)


@pytest.mark.parametrize("place", ["", "gs://evidence", "s3:///records"])
def test_place_that_is_none_is_said(place: str) -> None:
    with pytest.raises(HistoryError, match=r"s3://BUCKET/PREFIX"):
        History(place)


def test_history_without_records_is_said(tmp_path: Path) -> None:
    with pytest.raises(StackproofError, match="has no records"), tables(History(str(tmp_path))):
        pass


def test_month_of_an_earlier_release_still_reads() -> None:
    # Never edit this: it is what an earlier release wrote.
    file = Path(__file__).parent / "records" / "0.1.0.parquet"
    held = read_month(file.read_bytes())
    assert [next(iter(held.digests()))] == [held.runs()[0][1]["chain"]["digest"]]
    assert held.record(1).findings


def test_entry_status_is_kept(tmp_path: Path) -> None:
    history = History(str(tmp_path))
    history.add(night(entries=[entry("x", acl="private")]))
    ((record),) = [history.read(place) for place in history.places()]
    assert record.resources[0].facts == {"acl": "private"}
