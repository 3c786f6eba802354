"""How `stackproof verify` reports: on the terminal, into files and to GitHub."""

from __future__ import annotations

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
    from stackproof.record.history.trend import Night
    from stackproof.verify import Run


def known_kinds(
    context: click.Context, option: click.Parameter, paths: tuple[Path, ...]
) -> tuple[Path, ...]:
    """Refuse a report of no known kind, or of one whose library isn't there."""
    if paths:
        from stackproof.reports.kinds import KINDS, kind_of, ready

        for path in paths:
            kind = kind_of(path)
            if kind is None:
                endings = ", ".join(KINDS)
                raise click.BadParameter(
                    f"{path} is no kind of report; its name must end with one of {endings}"
                )
            ready(kind)
    return paths


def known_endings(
    context: click.Context, option: click.Parameter, endings: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse an ending of no known kind of report, or of one whose library isn't there."""
    from stackproof.reports.kinds import KINDS

    for ending in endings:
        if ending not in KINDS:
            raise click.BadParameter(f"{ending} is none of {', '.join(KINDS)}")
    known_kinds(context, option, tuple(map(Path, endings)))
    return endings


def write_run(run: Run, format_: str, reports: Sequence[Path]) -> None:
    """Write the reports of one run. Raises StackproofError when a file can't be written."""
    write_record(_record(run), format_, reports)


def write_record(
    record: Record, format_: str, reports: Sequence[Path], nights: Sequence[Night] = ()
) -> None:
    """Write the reports of one record, with plots of the nights up to it.

    Raises StackproofError when a file can't be written.
    """
    from stackproof.reports.kinds import report_of

    _write(record, reports, nights=nights)
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
    from stackproof.reports.kinds import report_of

    records = [_record(run) for run in fleet.runs]
    for number, record in enumerate(records, 1):
        _write(record, reports, number)
        _tell_github(record)
    match format_:
        case "text":
            for record in records:
                _print(record)
                click.echo(nl=not SHOWN.quiet)
            click.echo(clean(fleet.verdict))
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


def _write(
    record: Record,
    reports: Sequence[Path],
    number: int | None = None,
    nights: Sequence[Night] = (),
) -> None:
    """Write files; the number of a target stands before the ending."""
    from stackproof.reports.kinds import kind_of, report_of

    for path in reports:
        kind = kind_of(path)
        assert kind is not None
        name = path.name if number is None else f"{path.name.removesuffix(kind)}.{number}{kind}"
        write_output(report_of(record, kind, nights), path.with_name(name))


def _record(run: Run) -> Record:
    from stackproof.record import record_of
    from stackproof.record.checkout import checkout

    return record_of(run, checkout=checkout())


def _suffix(format_: str) -> str:
    return ".md" if format_ == "markdown" else f".{format_}"


def _print(record: Record) -> None:
    if SHOWN.quiet:
        click.echo(clean(f"{record.run.stack}: {record.run.verdict}"))
        return
    from stackproof.consoles import console
    from stackproof.reports import text

    text.write(record, console())


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
            click.echo(clean(f"the job's summary cannot be written: {error}"), err=True)
