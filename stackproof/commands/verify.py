"""`stackproof verify`: judge a deployed stack."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stackproof.cli import (
    format_option,
    outputs_option,
    settle_option,
    stack_option,
    state_option,
    waivers_option,
)
from stackproof.commands.meanwhile import loading
from stackproof.commands.reporting import known_kinds, write_fleet, write_run
from stackproof.commands.scope import judging_account, judging_tagged, scope_options
from stackproof.commands.targets import target_options, targets_of
from stackproof.progress import line
from stackproof.writable import check_apart, check_writable

if TYPE_CHECKING:
    from stackproof.fleet.targets import Target
    from stackproof.sights.live.fetch import Aws
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
  stackproof verify --profile audit --profile shop
  stackproof verify --scope account --all-regions
  stackproof verify --tag Project=shop --tag Environment=prod --region eu-west-1

Exit codes: 0 all verified, 1 failures, 2 usage, 3 could not verify.
"""


@click.command(epilog=_EXAMPLES)
@stack_option
@outputs_option
@state_option
@click.option(
    "--only",
    type=click.Choice(["state"]),
    help="Judge what the state file says, without any cloud access.",
)
@scope_options
@waivers_option
@click.option(
    "--coverage",
    type=click.Choice(["controls", "all"]),
    default="controls",
    show_default=True,
    help="What must be judged to be verified: what controls cover, or all resources.",
)
@settle_option
@target_options
@format_option("json", "jsonl", "csv", "markdown")
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    callback=known_kinds,
    metavar="FILE",
    help="Also write a report, of the kind that the file's name ends with: .html, .json, .jsonl, "
    ".csv, .md, .xml (JUnit), .sarif, .ocsf.json, .asff.json (Security Hub), .prom (OpenMetrics) "
    "or .txt; may be given again. Of several targets each has its own, "
    "with its number before the ending.",
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
    profiles: tuple[str, ...],
    roles: tuple[str, ...],
    external_id: str | None,
    scope: str,
    tags: dict[str, str],
    regions: tuple[str, ...],
    all_regions: bool,
    format_: str,
    reports: tuple[Path, ...],
) -> None:
    """Judge a deployed stack, or a whole account, with every control.

    With a state, what runs is also compared with what the program set. Every call is read-only: an
    operation that no reader declares is refused before it is sent.
    """
    check_apart(reports, (outputs, state, waivers))
    check_writable(*reports)
    targets = targets_of(profiles, roles, external_id)
    if only == "state" and targets:
        raise click.UsageError("--only state asks nobody: leave out --profile and --assume-role")

    def verified(aws: Aws | None = None) -> Run:
        run = judge(aws)
        return replace(run, coverage_all=coverage == "all")

    if (scope == "account" or tags) and (stack or outputs or state or only):
        raise click.UsageError(
            "--scope account and --tag say what is verified: leave out --stack, --outputs, "
            "--state and --only"
        )
    if scope == "account":
        if tags or settle:
            raise click.UsageError(
                "--scope account looks once at all that is there: leave out --tag and --settle"
            )
        judge = judging_account(waivers, regions, all_regions=all_regions)
    elif tags:
        judge = judging_tagged(tags, waivers, settle, regions, all_regions=all_regions)
    elif all_regions or (regions and only):
        raise click.UsageError("--all-regions is for --scope account and --tag, --region for AWS")
    else:
        judge = _judging(
            stack=stack,
            outputs=outputs,
            state=state,
            waivers=waivers,
            only=only,
            settle=settle,
            regions=regions,
        )
    if len(targets) > 1:
        from stackproof.fleet.runs import verify_each

        with loading(), line("reading"):
            fleet = verify_each(targets, verified)
        write_fleet(fleet, format_, reports)
        sys.exit(fleet.exit_code)
    with loading(), line("reading"):
        run = _by(targets[0], verified) if targets else verified()
    write_run(run, format_, reports)
    sys.exit(run.exit_code)


def _by(target: Target, verify: Callable[[Aws], Run]) -> Run:
    from stackproof.verify import asking

    return verify(asking(session=target.session()))


def _judging(
    *,
    stack: str | None,
    outputs: Path | None,
    state: Path | None,
    waivers: Path | None,
    only: str | None,
    settle: float,
    regions: tuple[str, ...],
) -> Callable[[Aws | None], Run]:
    """Read what is given, and give what judges it by whom it is asked."""
    from stackproof.commands.given import accepted, asked_of_pulumi, given, settings
    from stackproof.sights.state import load_state
    from stackproof.verify import verify as run_verify
    from stackproof.verify import verify_state

    if only == "state":
        held = settings()
        waived = accepted(waivers, held)
        if stack is not None:
            _, known = asked_of_pulumi(stack, outputs, state)
            return lambda _: verify_state(known, stack, waived, held)
        if state is None:
            raise click.UsageError("--only state needs --state FILE or --stack NAME")
        read, name = load_state(state), str(state)
        return lambda _: verify_state(read, name, waived, held)
    told = given(outputs, state, waivers, stack)
    return lambda aws: run_verify(
        told.outputs, told.state, told.waived, settle, told.settings, aws=aws, regions=regions
    )
