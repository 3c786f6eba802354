"""How `stackproof verify` reports: on the terminal, into files and to GitHub."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stackproof.cli import write_output
from stackproof.progress import SHOWN
from stackproof.safe_text import clean

if TYPE_CHECKING:
    from stackproof.fleet.runs import Fleet
    from stackproof.record import Record
    from stackproof.verify import Run

KINDS = (".csv", ".html", ".json", ".jsonl", ".md", ".txt", ".xml")


def known_kinds(
    context: click.Context, option: click.Parameter, paths: tuple[Path, ...]
) -> tuple[Path, ...]:
    """Refuse a report of no known kind."""
    for path in paths:
        if path.suffix not in KINDS:
            raise click.BadParameter(
                f"{path} is no kind of report; its name must end with one of {', '.join(KINDS)}"
            )
    return paths


def write_run(run: Run, format_: str, reports: Sequence[Path]) -> None:
    """Write the reports of one run. Raises StackproofError when a file can't be written."""
    write_record(_record(run), format_, reports)


def write_record(record: Record, format_: str, reports: Sequence[Path]) -> None:
    """Write the reports of one record. Raises StackproofError when a file can't be written."""
    for path in reports:
        write_output(report_of(record, path.suffix), path)
    if format_ == "text":
        _print(record)
    else:
        write_output(report_of(record, _suffix(format_)), None)
    _tell_github(record)


def write_fleet(fleet: Fleet, format_: str, reports: Sequence[Path]) -> None:
    """Write the reports of the runs of several targets, each into files of its own.

    On the terminal they follow each other, or stand in one JSON document, and end with what they
    make together. Raises StackproofError when a file can't be written.
    """
    records = [_record(run) for run in fleet.runs]
    for number, record in enumerate(records, 1):
        for path in reports:
            write_output(
                report_of(record, path.suffix), path.with_suffix(f".{number}{path.suffix}")
            )
        _tell_github(record)
    match format_:
        case "text":
            for record in records:
                _print(record)
                click.echo(nl=not SHOWN.quiet)
            click.echo(fleet.verdict)
        case "json":
            told = {"verdict": fleet.verdict, "exit_code": fleet.exit_code}
            from stackproof.record.json_text import json_text

            write_output(json_text({**told, "runs": records}), None)
        case "csv":
            tables = [report_of(record, ".csv").split("\n", 1) for record in records]
            write_output("\n".join([tables[0][0], *(table[1] for table in tables)]), None)
        case _:
            for record in records:
                write_output(report_of(record, _suffix(format_)), None)


def _record(run: Run) -> Record:
    from stackproof.record import record_of
    from stackproof.record.commit import commit

    return record_of(run, commit=commit())


def _suffix(format_: str) -> str:
    return ".md" if format_ == "markdown" else f".{format_}"


def _print(record: Record) -> None:
    if SHOWN.quiet:
        click.echo(clean(f"{record.run.stack}: {record.run.verdict}"))
        return
    from rich.console import Console

    from stackproof.reports import text

    text.write(record, Console(emoji=False))


def _tell_github(record: Record) -> None:
    from stackproof.reports import github

    if github.on_github():
        for line in github.commands(record):
            # The runner reads both streams; what a program reads stays as it is.
            click.echo(line, err=True)
        try:
            github.add_summary(record)
        except OSError as error:
            # What was found out counts, whoever else could be told of it.
            click.echo(f"the job's summary cannot be written: {error}", err=True)


def report_of(record: Record, kind: str) -> str:
    """Give the report of a record, of the kind that a file's name ends with."""
    match kind:
        case ".csv" | ".jsonl":
            from stackproof.reports import rows

            return rows.as_csv(record) if kind == ".csv" else rows.as_jsonl(record)
        case ".md":
            from stackproof.reports.markdown import as_markdown

            return as_markdown(record)
        case ".json":
            return record.as_json()
        case ".xml":
            from stackproof.reports.junit import as_junit

            return as_junit(record)
        case ".html":
            from stackproof.reports.html import as_html

            return as_html(record)
    from rich.console import Console

    from stackproof.reports import text

    plain = io.StringIO()
    text.write(record, Console(file=plain, emoji=False))
    return plain.getvalue().rstrip()
