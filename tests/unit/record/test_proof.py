"""What was done to a history is named: changed, moved, removed, put beside."""

from __future__ import annotations

from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from stackproof.record.history import History
from stackproof.record.history.month import Month
from stackproof.record.history.proof import prove
from tests.unit.record.records_made import night
from tests.unit.record.test_history import ALL, kept


def _rewritten(history: History, change: str) -> None:
    """Change a history as somebody would who can write to its folder."""
    (stack, month), *_ = history.months()
    held = history.month(stack, month)
    spans = list(held.spans)
    if change == "content":
        spans = [
            (
                (type(row)(row.kind, row.key, row.body.replace('"fail"', '"pass"')), f, last)
                if row.kind == "finding"
                else (row, f, last)
            )
            for row, f, last in spans
        ]
    if change == "reordered":
        swap = {1: 2, 2: 1}
        spans = [
            (row, swap.get(f, f), swap.get(last, last)) if f == last else (row, f, last)
            for row, f, last in spans
        ]
    if change == "removed":
        spans = [
            (row, f - (f > 2), last - (last >= 2)) for row, f, last in spans if (f, last) != (2, 2)
        ]
    path = next(Path(history.store.name).rglob("*.parquet"))
    path.write_bytes(Month(spans).content(stack, month))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("content", "payments-dev, 2026-11-01T02:00:00: its content was changed"),
        ("reordered", "it stands at another place than where it was added"),
        ("removed", "payments-dev, 2026-11-03T02:00:00: the record before it"),
    ],
)
def test_what_was_done_to_a_history_is_named(tmp_path: Path, change: str, expected: str) -> None:
    history, _ = kept(tmp_path, 4)
    assert prove(history).wrong == ()
    _rewritten(history, change)
    assert [line for line in prove(history).wrong if expected in line], prove(history).wrong


def test_columns_that_say_something_else_than_the_records_are_named(tmp_path: Path) -> None:
    history, _ = kept(tmp_path, 2)
    path = next(tmp_path.rglob("*.parquet"))
    table = parquet.read_table(path)
    outcomes = ["pass" if o == "fail" else o for o in table.column("outcome").to_pylist()]
    place = table.schema.get_field_index("outcome")
    column = pyarrow.array(outcomes, pyarrow.string()).dictionary_encode()
    parquet.write_table(table.set_column(place, "outcome", column), path)
    (said,) = prove(history).wrong
    assert said == "payments-dev, 2026-11: the columns say something else than the records"


def test_records_moved_to_another_stack_are_named(tmp_path: Path) -> None:
    history, _ = kept(tmp_path, 2)
    held = history.month("payments-dev", "2026-11")
    key = "stack=payments-dev/month=2026-11/records.parquet"
    history.store.remove(key)
    moved = held.content("payments-prod", "2026-11")
    assert history.store.replace(key.replace("-dev", "-prod"), moved, None)
    assert prove(history).wrong == (
        "payments-prod, 2026-11-01T02:00:00: it is a record of payments-dev",
        "payments-prod, 2026-11-02T02:00:00: it is a record of payments-dev",
    )


@pytest.mark.parametrize(
    "foreign",
    [
        "stack=payments-dev/month=2026-11/more.parquet",
        "stack=payments-dev/month=2026-11/deeper/records.parquet",
        "stack=payments-dev/records.parquet",
        "stack=payments%2Ddev/month=2026-11/records.parquet",
        "more.parquet",
    ],
)
def test_file_among_the_records_that_is_none_is_named(tmp_path: Path, foreign: str) -> None:
    history, _ = kept(tmp_path, 1)
    held = history.month("payments-dev", "2026-11").content("payments-dev", "2026-11")
    assert history.store.replace(foreign, held, None)
    wrong = prove(history).wrong
    assert wrong[0].startswith(f"{foreign} is no file of this history")
    assert prove(history, "another").wrong == ()
    of_the_stack = foreign.startswith("stack=payments-dev/")
    assert (
        any("is no file" in line for line in prove(history, "payments-dev").wrong) is of_the_stack
    )


def test_a_month_that_is_gone_is_named(tmp_path: Path) -> None:
    history = History(str(tmp_path))
    for month in (9, 10, 11):
        history.add(night(*ALL, month=month))
    history.store.remove("stack=payments-dev/month=2026-10/records.parquet")
    (said,) = prove(history).wrong
    assert said.startswith("payments-dev, 2026-11-01T02:00:00: the record before it")
    history.store.remove("stack=payments-dev/month=2026-09/records.parquet")
    assert len(prove(history).wrong) == 1


def test_pruned_months_are_said_and_are_no_gap(tmp_path: Path) -> None:
    history = History(str(tmp_path))
    for month in (8, 9, 10, 11):
        history.add(night(*ALL, month=month))
    assert history.prune(2) == [("payments-dev", "2026-08"), ("payments-dev", "2026-09")]
    history.add(night(*ALL, month=11, day=2))
    proof = prove(history)
    assert (proof.wrong, proof.records) == ((), 3)
    assert proof.notes[0].startswith("payments-dev: the records through 2026-09 were pruned on ")
    history.store.remove("stack=payments-dev/month=2026-10/records.parquet")
    assert prove(history).wrong
