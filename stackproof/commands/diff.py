"""`stackproof diff`: what changed from one record to another."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from stackproof.cli import format_option, write_output
from stackproof.commands.recorded import history_at, history_option
from stackproof.progress import SHOWN

if TYPE_CHECKING:
    from stackproof.record.form import Changes

_EXAMPLES = """
\b
Examples:
  stackproof diff before.json after.json
  stackproof diff shop-prod~1 shop-prod
  stackproof diff shop-prod@2026-11-01 shop-prod@2026-11-30 --history evidence

Exit codes: 0 no new failure, 1 new failures, 2 usage, 3 a record can't be read.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("before")
@click.argument("after")
@history_option
@format_option("json")
def diff(*, before: str, after: str, place: str | None, format_: str) -> None:
    """Say what changed from the record BEFORE to the record AFTER.

    A record is a file, or one of the history: STACK is its last one, STACK~1 the one before,
    STACK@YYYY-MM-DD the last of a day; how a digest begins names one as well.
    """
    from stackproof.exit_codes import FAILED, VERIFIED
    from stackproof.record.changes import changes_between
    from stackproof.record.comparable import elsewhere, sentence
    from stackproof.record.refs import find
    from stackproof.reports.changes import lines
    from stackproof.safe_text import clean

    history = history_at(place, required=False)
    earlier, later = find(before, history), find(after, history)
    changes = changes_between(earlier, later)
    if format_ == "json":
        write_output(changes.model_dump_json(indent=2), None)
    elif SHOWN.quiet:
        for difference in elsewhere(changes):
            click.echo(clean(sentence(difference)))
        click.echo("new failures" if _worse(changes) else "no new failure")
    else:
        for line in lines(later.model_copy(update={"changes": changes}), None):
            click.echo(clean(line))
    sys.exit(FAILED if _worse(changes) else VERIFIED)


def _worse(changes: Changes) -> bool:
    return bool(changes.new or changes.drifted or changes.scenarios_new)
