"""`stackproof parity`: what names the stack's resources, side by side with what is there."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from stackproof.cli import (
    format_option,
    outputs_option,
    stack_option,
    state_option,
    waivers_option,
    write_output,
)
from stackproof.progress import SHOWN, line
from stackproof.safe_text import clean

_EXAMPLES = """
\b
Examples:
  stackproof parity --stack dev
  pulumi stack export > state.json && stackproof parity --state state.json
  stackproof parity --state state.json --format json

Exit codes: 0 the same, 1 vanished or drifted, 2 usage, 3 could not see.
"""


@click.command(epilog=_EXAMPLES)
@stack_option
@outputs_option
@state_option
@waivers_option
@format_option("json", "jsonl", "csv", "markdown")
def parity(
    stack: str | None,
    outputs: Path | None,
    state: Path | None,
    waivers: Path | None,
    format_: str,
) -> None:
    """List what has vanished, what has drifted, and what no state knows.

    Vanished is what state or outputs name and AWS does not have; drifted are the properties that
    the program set and AWS shows otherwise; unmanaged is what carries the stack's tags or stands
    inside of it, and is in no state.
    """
    from stackproof.commands.given import given
    from stackproof.reports import parity as report
    from stackproof.reports import parity_rows
    from stackproof.verify import verify

    told = given(outputs, state, waivers, stack)
    with line("reading"):
        run = verify(told.outputs, told.state, told.waived, settings=told.settings)
    if SHOWN.quiet and format_ == "text":
        click.echo(clean(report.verdict(run)))
    elif format_ != "text":
        made = {
            "json": report.as_json,
            "jsonl": parity_rows.as_jsonl,
            "csv": parity_rows.as_csv,
            "markdown": parity_rows.as_markdown,
        }
        write_output(made[format_](run), None)
    else:
        from stackproof.consoles import console

        report.write(run, console())
    sys.exit(report.exit_code(run))
