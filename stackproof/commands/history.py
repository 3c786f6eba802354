"""`stackproof history`: the records that are kept."""

from __future__ import annotations

import json
import math
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stackproof.cli import format_option, write_output
from stackproof.commands.recorded import history_at, history_option, key_at, key_option
from stackproof.commands.reporting import known_kinds
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.progress import say

if TYPE_CHECKING:
    from stackproof.record.history import History

# A table is as wide as its widest row, and so is drawn when all of them are there.
_MOST_ROWS: Final = 10_000
_DIGEST: Final = re.compile(r"[0-9a-f]{12,64}")
_EXAMPLES = """
\b
Examples:
  stackproof history list
  stackproof history show shop-prod@2026-11-30
  stackproof history query "SELECT stack, count(*) FROM findings WHERE outcome = 'fail' GROUP BY 1"
  stackproof history verify --key evidence.pub
  stackproof history prune --keep 13      # months

Exit codes: 0 done (`verify`: all as it was written), 1 `verify` found something else, 2 usage,
3 there is no such record, or it can't be read or written.
"""


def _digest(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    # Fewer digits are those of some record or other.
    if value is not None and not _DIGEST.fullmatch(value):
        raise click.BadParameter(f"{value!r} is no digest: write its first 12 digits, or more")
    return value


@click.group(epilog=_EXAMPLES)
def history() -> None:
    """List, show, query, verify, prune and export the records of nightly runs."""


@history.command("list")
@history_option
@click.option("--stack", help="Only the records of a stack.")
@format_option("json")
def list_(*, place: str | None, stack: str | None, format_: str) -> None:
    """List the records, the earliest of each stack first."""
    from stackproof.safe_text import clean

    told = [
        {
            "stack": record.stack,
            "began": record.began,
            "digest": record.digest,
            "exit_code": record.run["run"]["exit_code"],
            "verdict": record.run["run"]["verdict"],
            "signed_by": (record.run["chain"] or {}).get("key"),
        }
        for record in _at(place, stack).places(stack)
    ]
    if format_ == "json":
        write_output(json.dumps(told, indent=2), None)
        return
    for record in told:
        name = f"{record['began'][:16]}  {record['digest'][:12]}  {record['stack']}"
        click.echo(clean(f"{name}: {record['verdict']}"))


@history.command()
@click.argument("record")
@history_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    callback=known_kinds,
    help="Also write a report, of the kind that the file's name ends with.",
)
def show(*, record: str, place: str | None, format_: str, reports: tuple[Path, ...]) -> None:
    """Show a RECORD: STACK, STACK~1, STACK@YYYY-MM-DD or how a digest begins."""
    from stackproof.commands.reporting import write_record
    from stackproof.record.history.trend import trend
    from stackproof.record.refs import find
    from stackproof.reports.changes import lines
    from stackproof.safe_text import clean

    kept = _history(place)
    found = find(record, kept)
    nights = trend(kept, found.run.stack) if reports else []
    told = [night for night in nights if night.began <= datetime.fromisoformat(found.run.began)]
    write_record(found, format_, reports, told)
    if format_ == "text":
        for line in lines(found, None):
            click.echo(clean(line))


@history.command()
@click.argument("sql")
@history_option
@click.option("--stack", help="Only the records of a stack.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "csv"]), default="text")
def query(*, sql: str, place: str | None, stack: str | None, format_: str) -> None:
    """Ask the records in SQL (DuckDB).

    Tables: runs, findings, resources, scenarios, controls, waivers, one row for each in each run;
    with `_spans` at the end of its name (finding_spans) a table has one row for each time in which
    nothing changed, and answers quicker. `body` is JSON: body->>'expected'.
    """
    from stackproof.record.history.query import ask, tables

    form = {"json": _json, "csv": _csv, "text": _table}[format_]
    with tables(_history(place), stack) as connection:
        form(*ask(connection, sql))


@history.command()
@history_option
@key_option
@click.option("--stack", help="Only the records of a stack.")
@click.option(
    "--has",
    metavar="DIGEST",
    callback=_digest,
    help="A record that must be there, by 12 or more digits of its digest.",
)
def verify(*, place: str | None, key: str | None, stack: str | None, has: str | None) -> None:
    """Prove that no record was changed, removed or moved.

    Each record's digest is over its content and the record before it. Records that were removed
    from the end leave no trace: name the last one's digest (--has), as a nightly run printed it.
    """
    from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
    from stackproof.model.sentences import many
    from stackproof.record.history.proof import prove
    from stackproof.record.signing import checker
    from stackproof.safe_text import clean

    named = key_at(key)
    kept = _at(place, stack)
    proof = prove(kept, stack, checker(named) if named else None)
    wrong = list(proof.wrong)
    notes = list(proof.notes)
    if has is not None:
        found = sum(place.digest.startswith(has) for place in kept.places(stack))
        if found != 1:
            wrong.append(f"{found or 'no'} records begin with {has}")
    if proof.signed and named is None:
        notes.append("no signature was checked: --key names the key that made them")
    for line in (*wrong, *notes):
        click.echo(clean(line))
    signed = f", {proof.signed} signed" if proof.signed else ""
    state = "not as they were written" if wrong else "as they were written"
    click.echo(f"{many(proof.records, 'record')} of {many(proof.stacks, 'stack')}{signed}: {state}")
    sys.exit(FAILED if wrong else VERIFIED if proof.records else COULD_NOT)


@history.command()
@history_option
@key_option
@click.option(
    "--keep", type=click.IntRange(min=1), required=True, help="How many months of each stack stay."
)
def prune(*, place: str | None, key: str | None, keep: int) -> None:
    """Remove the records of earlier months; what stays says so, and is proven as before."""
    from stackproof.model.sentences import many
    from stackproof.record.signing import signer

    named = key_at(key)
    removed = _at(place).prune(keep, signer(named) if named else None)
    for stack, month in removed:
        say(f"removed {stack}, {month}")
    say(f"{many(len(removed), 'month')} removed")


@history.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@history_option
@click.option("--stack", help="Only the records of a stack.")
def export(*, folder: Path, place: str | None, stack: str | None) -> None:
    """Write each record as JSON into FOLDER: STACK/TIME-DIGEST.json."""
    from stackproof.model.sentences import many
    from stackproof.record.file_names import file_name

    kept = _at(place, stack)
    number = 0
    for record in kept.places(stack):
        name = f"{record.began[:19].replace(':', '')}-{record.digest[:12]}.json"
        write_output(
            kept.read(record).as_json(as_given=True), folder / file_name(record.stack) / name
        )
        number += 1
    say(f"{many(number, 'record')} written to {folder}")


@history.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@history_option
@key_option
def add(*, file: Path, place: str | None, key: str | None) -> None:
    """Add the record in FILE, as `stackproof verify --report FILE` wrote it."""
    from stackproof.clock import is_to_come
    from stackproof.record.history import HistoryError
    from stackproof.record.refs import find
    from stackproof.record.signing import signer

    named = key_at(key)
    record, history = find(str(file), None), _history(place)
    if is_to_come(record.run.began):
        raise HistoryError(
            f"{file}: the run began {record.run.began[:19]}, which is still to come: the clock of "
            "the machine that wrote it was wrong"
        )
    newest, _ = history.last(record.run.stack)
    if newest is not None and record.run.began <= newest.run.began:
        # Since when failures are there, and which record is the last one, would not be true.
        raise HistoryError(
            f"{file}: the run began {record.run.began[:19]}, and the last record of "
            f"{record.run.stack} {newest.run.began[:19]}: a record is added once, and after those "
            "of earlier runs"
        )
    kept = history.add(record, signer(named) if named else None)
    say(f"added {kept.run.stack}, {kept.chain.digest[:12] if kept.chain else ''}")


def _history(place: str | None) -> History:
    """Give the history at a place, whether there are records or not yet."""
    found = history_at(place)
    assert found is not None
    return found


def _at(place: str | None, stack: str | None = None) -> History:
    """Give a history with records, and with some of the stack; StackproofError where it isn't."""
    found = _history(place)
    found.demand(stack)
    return found


def _json(names: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write the rows as they come: an answer may be larger than memory."""
    from stackproof.safe_text import document

    if twice := [name for name, number in Counter(names).items() if number > 1]:
        raise StackproofError(
            f"the query can't be answered as JSON: several columns are called {twice[0]!r}; give "
            "each a name of its own (AS)",
            Code.USAGE,
        )
    begun = "["
    for row in rows:
        told = json.dumps(dict(zip(names, map(_finite, row), strict=True)), indent=2, default=str)
        click.echo(f"{begun}\n{textwrap.indent(document(told), '  ')}", nl=False)
        begun = ","
    click.echo("[]" if begun == "[" else "\n]")


def _finite(value: Any) -> Any:
    """Give a value as JSON can say it, which knows neither NaN nor infinities (RFC 8259, 6)."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(name): _finite(item) for name, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value


def _csv(names: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    import csv

    from stackproof.reports.rows import harmless
    from stackproof.safe_text import document

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([document(harmless("" if cell is None else str(cell))) for cell in row])


def _table(names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from stackproof.consoles import console
    from stackproof.safe_text import clean

    table = Table(*names)
    for row in islice(rows, _MOST_ROWS):
        table.add_row(*(Text(clean("" if cell is None else str(cell))) for cell in row))
    console().print(table)
    if next(rows, None) is not None:
        click.echo(f"only the first {_MOST_ROWS} rows are shown; --format csv has all", err=True)
