"""`stackproof github-issues`: one issue for each failure that matters."""

from __future__ import annotations

import os

import click

from stackproof.commands.recorded import history_at, history_option

_EXAMPLES = """
\b
Examples:
  stackproof github-issues reports/shop-prod.json
  stackproof github-issues shop-prod --history evidence --severity high
  stackproof github-issues reports/shop-prod.json --dry-run

The token is read from GITHUB_TOKEN: in a workflow with `permissions: issues: write` it is
`${{ github.token }}`. Exit codes: 0 all issues say what the record says, 3 they don't.
"""


@click.command("github-issues", epilog=_EXAMPLES)
@click.argument("refs", nargs=-1, required=True, metavar="RECORD...")
@history_option
@click.option(
    "--repository",
    envvar="GITHUB_REPOSITORY",
    required=True,
    metavar="OWNER/NAME",
    help="The repository (default: GITHUB_REPOSITORY).",
)
@click.option(
    "--severity",
    type=click.Choice(["critical", "high", "medium", "low"]),
    default="critical",
    show_default=True,
    help="The least severity of a failure that has an issue.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def github_issues(
    *,
    refs: tuple[str, ...],
    place: str | None,
    repository: str,
    severity: str,
    dry_run: bool,
) -> None:
    """Open an issue for each new failure of RECORDs, keep it up to date, and close it in the end.

    A record is a file of `--format json`, or one of the history. What could not be seen closes
    nothing.
    """
    from stackproof.github.api import GitHub, GitHubError
    from stackproof.github.issues import LABEL, MOST, steps, take
    from stackproof.model import Severity
    from stackproof.record.refs import find
    from stackproof.safe_text import clean

    token = os.environ.get("GITHUB_TOKEN")
    if not token:
        raise GitHubError("there is no token: set GITHUB_TOKEN, in a workflow to github.token")
    github = GitHub(repository, token, os.environ.get("GITHUB_API_URL") or "https://api.github.com")
    history = history_at(place, required=False)
    records = [find(ref, history) for ref in refs]
    issues = list(github.issues(LABEL))
    for record in records:
        found = steps(record, issues, Severity(severity))
        if dry_run:
            for step in found:
                click.echo(f"would be {step.word}: {clean(step.title)}")
            continue
        done = 0
        for step, number in take(github, found):
            click.echo(f"{step.word} #{number}: {clean(step.title)}")
            done += 1
        if done < len(found):
            click.echo(
                f"{len(found) - done} more of {clean(record.run.stack)} have no issue yet: "
                f"at most {MOST} are opened in one run"
            )
