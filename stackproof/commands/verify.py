"""`stackproof verify`: judge a deployed stack."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from stackproof.cli import CouldNot, outputs_option, write_output

_EXAMPLES = """
\b
Examples:
  pulumi stack output --json > flat-outputs.json
  stackproof verify
  stackproof verify --format junit --output reports/verify.xml
  pulumi stack export > state.json && stackproof verify --state state.json

Exit codes: 0 all verified, 1 failures, 2 usage, 3 could not verify.
"""


@click.command(epilog=_EXAMPLES)
@outputs_option
@click.option(
    "--state",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The stack's state (`pulumi stack export`): adds URNs and what outputs do not name.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "junit", "html"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report to this file instead of the terminal.",
)
def verify(outputs: Path | None, state: Path | None, format_: str, output: Path | None) -> None:
    """Judge a deployed stack with every control, through read-only AWS calls."""
    from stackproof import outputs as outputs_file
    from stackproof.sights.live.fetch import LiveError
    from stackproof.sights.state import StateError
    from stackproof.verify import verify as run_verify

    try:
        run = run_verify(outputs_file.load(outputs_file.find(outputs)), state)
    except (outputs_file.OutputsError, LiveError, StateError) as error:
        raise CouldNot(str(error)) from None
    if format_ == "text":
        from rich.console import Console

        from stackproof.reports import text

        if output is None:
            text.write(run, Console())
        else:
            console = Console(record=True, width=120, file=sys.stderr)
            text.write(run, console)
            write_output(console.export_text().rstrip(), output)
    elif format_ == "json":
        from stackproof.reports.document import as_json

        write_output(as_json(run), output)
    elif format_ == "junit":
        from stackproof.reports.junit import as_junit

        write_output(as_junit(run), output)
    else:
        from stackproof.reports.html import as_html

        write_output(as_html(run), output)
    sys.exit(run.exit_code)
