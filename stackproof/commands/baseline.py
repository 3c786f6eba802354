"""`stackproof baseline`: the failures that are known, as a file to be committed."""

from __future__ import annotations

from pathlib import Path

import click

from stackproof.cli import write_output
from stackproof.commands.recorded import history_at, history_option
from stackproof.progress import say
from stackproof.writable import check_writable

_EXAMPLES = """
\b
Examples:
  stackproof baseline                     # of every stack's last record
  stackproof baseline report.json --output baseline.json
  stackproof nightly --baseline baseline.json

Exit codes: 0 written, 2 usage, 3 a record can't be read.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("refs", nargs=-1, metavar="[RECORD]...")
@history_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("baseline.json"),
    show_default=True,
    help="The file to write.",
)
def baseline(*, refs: tuple[str, ...], place: str | None, output: Path) -> None:
    """Write down the failures of records, so that only other ones fail a run.

    What could not be seen is no part of a baseline: it is never let through.
    """
    check_writable(output)
    from stackproof.model.sentences import many
    from stackproof.record.gates import baseline_of
    from stackproof.record.refs import find

    history = history_at(place, required=not refs)
    if history is not None and not refs:
        history.demand()
        refs = tuple(dict.fromkeys(stack for stack, _ in history.months()))
    records = [find(ref, history) for ref in refs]
    write_output(baseline_of(records), output)
    number = sum(f.outcome == "fail" for record in records for f in record.findings)
    failed = sum(s.outcome == "failed" for record in records for s in record.scenarios)
    told = many(number, "failure") + (f" and {many(failed, 'failed scenario')}" if failed else "")
    say(f"wrote {output}: {told} of {many(len(records), 'stack')}")
