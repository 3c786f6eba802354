"""A month of one stack's records as one Parquet file.

Each row of a record is kept once, with the numbers of the first and the last record of the month
that have it: a year of nights costs what changed in it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from stackproof.extras import needed
from stackproof.record.canonical import canonical
from stackproof.record.form import Record, RecordError
from stackproof.record.history.bodies import PRUNED, told_by
from stackproof.record.history.store import HistoryError
from stackproof.record.reading import read_rows
from stackproof.record.rows import KINDS, RUN, Row, digest_of_row, rows_of

# Columns that are asked for often, by the kinds of rows that have them; all else is in `body`.
COLUMNS: Final = (
    *("sight", "control", "severity", "category", "outcome", "status", "type", "name", "owner"),
    *("urn", "arn", "region", "facet", "fingerprint", "failing_since", "family", "message"),
)
OF_ALL: Final = ("stack", "month", "kind", "key", "first", "last")
_KINDS: Final = frozenset((RUN, PRUNED, *KINDS))
OF_RUNS: Final = ("began", "account", "commit", "tool", "catalogue", "verdict", "exit_code")


@dataclass(slots=True)
class Month:
    """The records of one month, by their numbers from 1, as rows with the span of each.

    `name` is that of the file, for sentences about rows of it that say nothing.
    """

    spans: list[tuple[Row, int, int]] = field(default_factory=list)
    name: str = ""

    @property
    def count(self) -> int:
        """Give how many records there are."""
        return max((last for _, _, last in self.spans), default=0)

    def rows(self, number: int) -> list[Row]:
        """Give the rows of one record."""
        return [row for row, first, last in self.spans if first <= number <= last]

    @property
    def pruned(self) -> dict[str, Any] | None:
        """Give what was said when the records before these were removed."""
        return next((told for told, _, _ in self.told(PRUNED)), None)

    def with_pruned(self, told: Mapping[str, Any]) -> Month:
        """Give the month with what is said of the records before it that were removed."""
        spans = [span for span in self.spans if span[0].kind != PRUNED]
        return Month([*spans, (Row(PRUNED, "", canonical(told)), 0, 0)], self.name)

    def digests(self) -> Iterator[str]:
        """Give the digest over each record, by its content."""
        spans = sorted(self.spans, key=lambda span: span[0])
        told = [(digest_of_row(row), first, last) for row, first, last in spans]
        for number in range(1, self.count + 1):
            held = b"".join(line for line, first, last in told if first <= number <= last)
            yield hashlib.sha256(held).hexdigest()

    def record(self, number: int) -> Record:
        """Give one record; raise RecordError for one that was changed since it was kept."""
        self.demand(number)
        try:
            return read_rows(self.rows(number))
        except ValueError as error:
            raise _no_month(self.name, f"record {number}: {error}") from None

    def told(self, *kinds: str, of: int | None = None) -> Iterator[tuple[dict[str, Any], int, int]]:
        """Give what the rows of some kinds say, with their spans; `of`, those of one record.

        Raises HistoryError for a row that says nothing of its kind.
        """
        for number, (row, first, last) in enumerate(self.spans, 1):
            if row.kind in kinds and (of is None or first <= of <= last):
                try:
                    yield told_by(row), first, last
                except RecordError as error:
                    raise _no_month(self.name, f"row {number}: {error}") from None

    def runs(self) -> list[tuple[int, dict[str, Any]]]:
        """Give what each record says of its run, by its number."""
        told = ((first, run) for run, first, _ in self.told(RUN))
        return sorted(told, key=lambda pair: pair[0])

    def demand(self, of: int | None = None) -> None:
        """Raise HistoryError for a row that says nothing of its kind; `of`, among one record's."""
        for _ in self.told(*_KINDS, of=of):
            pass

    def with_record(self, record: Record) -> Month:
        """Give the month with one more record."""
        return self.with_rows(rows_of(record))

    def with_rows(self, rows: Iterable[Row]) -> Month:
        """Give the month with one more record, whose rows are given."""
        before, number = self.count, self.count + 1
        new = Counter(rows)
        spans: list[tuple[Row, int, int]] = []
        for row, first, last in self.spans:
            stays = last == before and before > 0 and new[row] > 0
            if stays:
                new[row] -= 1
            spans.append((row, first, number if stays else last))
        spans += ((row, number, number) for row in new.elements())
        return Month(spans, self.name)

    def content(self, stack: str, month: str) -> bytes:
        """Give the file."""
        parquet = needed("pyarrow.parquet", "history")
        out = BytesIO()
        parquet.write_table(self._table(stack, month), out, compression="zstd", compression_level=6)
        return out.getvalue()

    def is_in(self, content: bytes, stack: str, month: str) -> bool:
        """Tell whether each column of a file says what its bodies say, of this stack and month."""
        held = needed("pyarrow.parquet", "history").read_table(BytesIO(content))
        made = self._table(stack, month)
        return all(
            name in made.column_names
            and held.column(name).to_pylist() == made.column(name).to_pylist()
            for name in held.column_names
        )

    def _table(self, stack: str, month: str) -> Any:
        arrow = needed("pyarrow", "history")
        spans = sorted(self.spans, key=lambda span: (span[0].kind, span[0].key, span[1]))
        columns: dict[str, list[Any]] = defaultdict(list)
        for row, first, last in spans:
            of_all = (stack, month, row.kind, row.key, first, last)
            for name, value in zip(OF_ALL, of_all, strict=True):
                columns[name].append(value)
            told = _columns(row)
            for name in (*COLUMNS, *OF_RUNS):
                columns[name].append(told.get(name))
            columns["body"].append(row.body)
        return arrow.table(dict(columns), schema=_schema(arrow))


def read_month(content: bytes, name: str = "") -> Month:
    """Read the file that is called so; raise HistoryError when it is none of ours."""
    parquet = needed("pyarrow.parquet", "history")
    names = ["kind", "key", "body", "first", "last"]
    try:
        table = parquet.read_table(BytesIO(content), columns=names)
        kinds, keys, bodies, firsts, lasts = (table.column(name).to_pylist() for name in names)
    except (ValueError, OSError, KeyError, NotImplementedError) as error:
        raise _no_month(name, next(iter(str(error).splitlines()), "")) from None
    runs = kinds.count(RUN)
    rows = list(map(Row, kinds, keys, bodies))
    spans = list(zip(rows, firsts, lasts, strict=True))
    for number, span in enumerate(spans, 1):
        if wrong := _wrong(span, runs):
            raise _no_month(name, f"row {number}: {wrong}")
    if {first for row, first, _ in spans if row.kind == RUN} != {*range(1, runs + 1)}:
        raise _no_month(name, "a record is missing, or is there twice")
    if not runs:
        raise _no_month(name, "it has no record")
    return Month(spans, name)


def _no_month(name: str, why: str) -> HistoryError:
    return HistoryError(f"{name} is no file of records: {why}")


def _wrong(span: tuple[Row, Any, Any], runs: int) -> str | None:
    """Say what is wrong with a row; its numbers are those of records that there are."""
    row, first, last = span
    kind = row.kind
    if kind not in _KINDS:
        return f"{kind!r} is no kind of row"
    texts: Mapping[str, Any] = {"key": row.key, "body": row.body}
    for name, value in texts.items():
        if not isinstance(value, str):
            return f"its {name} is no text"
    if not isinstance(first, int) or not isinstance(last, int):
        return "it does not say of which records it is"
    if kind == PRUNED:
        return None if first == last == 0 else "it stands for no record, and names one"
    if not 1 <= first <= last <= runs or (kind == RUN and first != last):
        return f"it is of the records {first} to {last}, and the file has {runs}"
    return None


def _columns(row: Row) -> Mapping[str, Any]:
    data: dict[str, Any] = json.loads(row.body)
    if row.kind == RUN:
        return {name: data["run"][name] for name in OF_RUNS}
    if row.kind == PRUNED:
        return {}
    if row.kind == "scenario":
        data = {**data, "name": data["scenario"]}
    if row.kind == "control":
        data = {"control": data["id"], "severity": data["severity"], "category": data["category"]}
    return data


def _schema(arrow: Any) -> Any:
    words = arrow.dictionary(arrow.int32(), arrow.string())
    text, number = arrow.string(), arrow.int32()
    plain: Iterable[str] = ("key", "fingerprint", "message", "verdict")
    of_all = (words, words, words, text, number, number)
    fields = list(zip(OF_ALL, of_all, strict=True))
    fields += [(name, text if name in plain else words) for name in (*COLUMNS, *OF_RUNS)]
    fields.append(("body", text))
    return arrow.schema([(n, number if n == "exit_code" else kind) for n, kind in fields])
