"""`stackproof fleet`: many accounts at once, on this machine's cores or on a Dask cluster."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from stackproof.cli import write_output
from stackproof.commands.nights import (
    PAGE,
    Errors,
    check_kinds,
    gate_of,
    gate_options,
    judge,
    kept_in,
    kinds_option,
    nights_of,
    page_of,
    summed_up,
    tell,
    write,
)
from stackproof.commands.recorded import history_option, key_option, nightly_settings
from stackproof.progress import line
from stackproof.safe_text import clean
from stackproof.writable import check_writable

_EXAMPLES = """
\b
Examples:
  stackproof fleet fleet.yaml
  stackproof fleet fleet.yaml --workers 4 --history s3://evidence/fleet --reports reports
  stackproof fleet fleet.yaml --scheduler tcp://scheduler:8786

Exit codes: 0 all verified, 1 failures, 2 usage, 3 something could not be verified.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="How many processes of this machine work (default: one for each core).",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Let the workers of a Dask scheduler work instead, such as tcp://scheduler:8786.",
)
@history_option
@key_option
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write NAME.json, NAME.html and NAME.md of each account and stack into a folder, and "
    "fleet.csv and an index.html of all together.",
)
@kinds_option
@gate_options
def fleet(
    *,
    file: Path,
    workers: int | None,
    scheduler: str | None,
    place: str | None,
    key: str | None,
    reports: Path | None,
    kinds: tuple[str, ...],
    only_new: bool,
    baseline: Path | None,
    fail_on: str | None,
) -> None:
    """Look at every account and stack of a fleet file, and keep a record of each.

    Regions are read by workers, each as the account's role, which it assumes itself. What a worker
    that dies had to do another does; what can't be done is a stack that could not be verified.
    """
    from stackproof.record.fleet.cluster import connected
    from stackproof.record.fleet.file import read
    from stackproof.record.fleet.listing import accounts_of
    from stackproof.record.fleet.plan import plans
    from stackproof.record.fleet.run import Counts, Driver
    from stackproof.reports import index
    from stackproof.reports.fleet import Row, as_csv, by_owner
    from stackproof.reports.names import FLEET, INDEX

    if workers is not None and scheduler is not None:
        raise click.UsageError("--workers are this machine's: leave them out with --scheduler")
    check_kinds(reports)
    check_writable(reports and reports / f"{FLEET}.csv")
    form = read(file)
    gate = gate_of(nightly_settings(), only_new=only_new, baseline=baseline, fail_on=fail_on)
    history, sign = kept_in(place, key, only_new=only_new)
    listed, left = accounts_of(form.organization) if form.organization else ([], [])
    for sentence in left:
        click.echo(clean(sentence), err=True)
    counts, rows, linked, pages = Counts(), [], [], PAGE in kinds
    with connected(scheduler, workers) as client, line("fleet", lambda: str(counts)):
        driver = Driver(client, form.rate, file.resolve().parent, counts)
        for record in driver.records(plans(form, listed)):
            errors, stack = Errors(), record.run.stack
            judged = judge(record, gate, history, sign, errors)
            tell(judged)
            nights = nights_of(history if reports and pages else None, stack, errors)
            if reports is not None:
                write(judged, reports, kinds, nights, errors)
            code = errors.code(judged.gated.exit_code)
            rows.append(Row.of(record, code))
            if reports is not None and pages:
                linked.append(index.Row.of(stack, record, code, page_of(stack, reports), nights))
    fleet_errors = Errors()
    if reports is not None:
        with fleet_errors.printed():
            write_output(as_csv(rows), reports / f"{FLEET}.csv")
        with fleet_errors.printed():
            if pages:
                write_output(index.as_index(linked, "record"), reports / f"{INDEX}{PAGE}")
    for sentence in by_owner(rows):
        click.echo(sentence)
    spared = {row.name for row in rows if row.let_through}
    code = summed_up([(row.name, row.exit_code) for row in rows], "record", spared)
    sys.exit(fleet_errors.code(code))
