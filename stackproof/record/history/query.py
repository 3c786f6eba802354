"""Ask a history in SQL, by DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.extras import needed
from stackproof.record.history.history import History, key_of
from stackproof.record.history.month import COLUMNS, OF_RUNS
from stackproof.scratch import scratch

# A year of fifty stacks is answered with less.
_MEMORY: Final = "2GB"
_AT_ONCE: Final = 1000
_SPAN: Final = "stack, month, first, last"
# What each table has beside the columns of its own.
TABLES: Final = {
    "finding": (*COLUMNS[:5], *COLUMNS[6:15], "message"),
    "resource": ("status", "type", "name", "owner", "urn", "arn", "region"),
    "scenario": ("name", "family", "outcome", "message"),
    "control": ("control", "severity", "category"),
    "waiver": ("control", "owner"),
}


@contextmanager
def tables(history: History, stack: str | None = None) -> Iterator[Any]:
    """Give a DuckDB connection with the history's tables, or those of one stack.

    `runs` has a row for each record; `findings`, `resources`, `scenarios`, `controls` and `waivers`
    have one for each thing in each record, with its run's number and `began`. The same with
    `_spans` at the end of the name have one for each time that nothing about a thing changed, from
    `first` to `last`, numbers of runs of that stack and month: these are the quick ones. `body` has
    all that the record says, as JSON.
    """
    duckdb = needed("duckdb", "history")
    history.demand(stack)
    with scratch() as folder:
        files = [
            str(history.store.local(key_of(name, month), Path(folder)))
            for name, month in history.months(stack)
        ]
        connection = duckdb.connect(":memory:")
        try:
            connection.execute("SET autoinstall_known_extensions = false")
            connection.execute("SET allowed_paths = $1", [files])
            # By itself it takes four fifths of the machine's, and a folder beside the project.
            connection.execute(f"SET memory_limit = '{_MEMORY}'")
            connection.execute("SET temp_directory = $1", [str(folder)])
            connection.execute("SET enable_external_access = false")
            listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
            connection.execute(
                f"CREATE VIEW spans AS SELECT * FROM read_parquet([{listed}], "
                "hive_partitioning = false)"
            )
            for statement in _views():
                connection.execute(statement)
            yield connection
        finally:
            connection.close()


def ask(connection: Any, sql: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Give the names of the columns, and the rows as they come.

    Raises StackproofError for what SQL refuses and for what needs more memory than there is for a
    query; so do the rows.
    """
    with _refusals():
        statements = connection.extract_statements(sql)
        if len(statements) != 1:
            # Of several, only the last would be answered.
            raise StackproofError(
                f"the query is to be one statement, and this has {len(statements) or 'none'}",
                Code.USAGE,
            )
        answer = connection.execute(statements[0])
        return [column[0] for column in answer.description or ()], _rows(answer)


def _rows(answer: Any) -> Iterator[tuple[Any, ...]]:
    with _refusals():
        while rows := answer.fetchmany(_AT_ONCE):
            yield from rows


@contextmanager
def _refusals() -> Iterator[None]:
    duckdb = needed("duckdb", "history")
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise StackproofError(
            f"the query can't be answered: it needs more than {_MEMORY} of memory; ask for fewer "
            "rows at once, or export the records and ask a DuckDB of your own",
            Code.USAGE,
        ) from None
    except duckdb.Error as error:
        message = " ".join(str(error).split())
        raise StackproofError(f"the query can't be answered: {message}", Code.USAGE) from None


def _views() -> Iterator[str]:
    began = "CAST(began AS TIMESTAMPTZ) AS began"
    of_runs = ", ".join(name for name in OF_RUNS if name != "began")
    yield (
        f"CREATE VIEW runs AS SELECT stack, month, first AS number, {began}, {of_runs}, body "
        "FROM spans WHERE kind = 'run'"
    )
    for kind, names in TABLES.items():
        own = ", ".join(names)
        yield (
            f"CREATE VIEW {kind}_spans AS SELECT {_SPAN}, {own}, body FROM spans "
            f"WHERE kind = '{kind}'"
        )
        yield (
            f"CREATE VIEW {kind}s AS SELECT r.number, r.began, s.stack, s.month, "
            f"{', '.join(f's.{name}' for name in names)}, s.body FROM {kind}_spans s "
            "JOIN runs r ON r.stack = s.stack AND r.month = s.month "
            "AND r.number BETWEEN s.first AND s.last"
        )
