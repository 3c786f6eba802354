"""`stackproof verify`: judge a deployed stack."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stackproof.cli import (
    CouldNot,
    format_option,
    outputs_option,
    settle_option,
    stack_option,
    state_option,
    waivers_option,
    write_output,
)

if TYPE_CHECKING:
    from stackproof.verify import Run

_EXAMPLES = """
\b
Examples:
  stackproof verify --stack dev    # asks the Pulumi CLI for outputs and state
  pulumi stack output --json > flat-outputs.json && stackproof verify
  stackproof verify --report reports/verify.html --report reports/verify.xml
  pulumi stack export > state.json && stackproof verify --state state.json
  stackproof verify --only state --state state.json
  stackproof verify --settle 120   # right after a deployment

Exit codes: 0 all verified, 1 failures, 2 usage, 3 could not verify.
"""

_KINDS = (".csv", ".html", ".json", ".jsonl", ".md", ".txt", ".xml")


def _known_kinds(
    context: click.Context, option: click.Parameter, paths: tuple[Path, ...]
) -> tuple[Path, ...]:
    for path in paths:
        if path.suffix not in _KINDS:
            raise click.BadParameter(
                f"{path} is no kind of report; its name must end with one of {', '.join(_KINDS)}"
            )
    return paths


@click.command(epilog=_EXAMPLES)
@stack_option
@outputs_option
@state_option
@click.option(
    "--only",
    type=click.Choice(["state"]),
    help="Judge what the state file says, without any cloud access.",
)
@waivers_option
@click.option(
    "--coverage",
    type=click.Choice(["controls", "all"]),
    default="controls",
    show_default=True,
    help="What must be judged to be verified: what controls cover, or all resources.",
)
@settle_option
@format_option("json", "jsonl", "csv", "markdown")
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_known_kinds,
    metavar="FILE",
    help="Also write a report, of the kind that the file's name ends with: .html, .json, .jsonl, "
    ".csv, .md, .xml (JUnit) or .txt; may be given again.",
)
def verify(
    *,
    stack: str | None,
    outputs: Path | None,
    state: Path | None,
    waivers: Path | None,
    only: str | None,
    coverage: str,
    settle: float,
    format_: str,
    reports: tuple[Path, ...],
) -> None:
    """Judge a deployed stack with every control.

    With a state, what runs is also compared with what the program set. Every call is read-only: an
    operation that no reader declares is refused before it is sent.
    """
    run = replace(
        _run(
            stack=stack,
            outputs=outputs,
            state=state,
            waivers=waivers,
            only=only,
            settle=settle,
        ),
        coverage_all=coverage == "all",
    )
    for path in reports:
        write_output(_report(run, path.suffix), path)
    if format_ != "text":
        write_output(_report(run, ".md" if format_ == "markdown" else f".{format_}"), None)
    else:
        from rich.console import Console

        from stackproof.reports import text

        text.write(run, Console(emoji=False))
    _tell_github(run)
    sys.exit(run.exit_code)


def _tell_github(run: Run) -> None:
    from stackproof.reports import github

    if github.on_github():
        for line in github.commands(run):
            # The runner reads both streams; what a program reads stays as it is.
            click.echo(line, err=True)
        try:
            github.add_summary(run)
        except OSError as error:
            # What was found out counts, whoever else could be told of it.
            click.echo(f"the job's summary cannot be written: {error}", err=True)


def _run(
    *,
    stack: str | None,
    outputs: Path | None,
    state: Path | None,
    waivers: Path | None,
    only: str | None,
    settle: float,
) -> Run:
    from stackproof.commands.given import accepted, asked_of_pulumi, given, settings, state_of
    from stackproof.outputs import OutputsError
    from stackproof.sights.live.codes import LiveError
    from stackproof.verify import verify as run_verify
    from stackproof.verify import verify_state

    if only == "state":
        held = settings()
        if stack is not None:
            _, known = asked_of_pulumi(stack, outputs, state)
            return verify_state(known, stack, accepted(waivers, held), held)
        if state is None:
            raise click.UsageError("--only state needs --state FILE or --stack NAME")
        return verify_state(state_of(state), str(state), accepted(waivers, held), held)
    told = given(outputs, state, waivers, stack)
    try:
        return run_verify(told.outputs, told.state, told.waived, settle, told.settings)
    except (LiveError, OutputsError) as error:
        raise CouldNot(str(error)) from None


def _report(run: Run, kind: str) -> str:
    match kind:
        case ".csv" | ".jsonl":
            from stackproof.reports import rows

            return rows.as_csv(run) if kind == ".csv" else rows.as_jsonl(run)
        case ".md":
            from stackproof.reports.markdown import as_markdown

            return as_markdown(run)
        case ".json":
            from stackproof.reports.document import as_json

            return as_json(run)
        case ".xml":
            from stackproof.reports.junit import as_junit

            return as_junit(run)
        case ".html":
            from stackproof.reports.html import as_html

            return as_html(run)
    from rich.console import Console

    from stackproof.reports import text

    plain = io.StringIO()
    text.write(run, Console(file=plain, emoji=False))
    return plain.getvalue().rstrip()
