"""`stackproof explain`: where a resource, a finding or an error code stands, and why."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stackproof.cli import outputs_option, stack_option, state_option, waivers_option
from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.outputs import OutputsError
from stackproof.safe_text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stackproof.explaining.known import Known

_CODE = re.compile(r"SP\d+", re.IGNORECASE)
_EXAMPLES = """
\b
Examples:
  stackproof explain shop-orders --stack dev
  stackproof explain kms-key-rotation alias/shop --state state.json
  stackproof explain 5f3a90c1 --outputs flat-outputs.json
  stackproof explain SP1103

Exit codes: 0 explained, 2 usage, 3 could not look, or there is nothing of that name.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("what", nargs=-1, required=True)
@stack_option
@outputs_option
@state_option
@click.option("--only", type=click.Choice(["state"]), help="Explain by the state file alone.")
@waivers_option
def explain(
    *,
    what: tuple[str, ...],
    stack: str | None,
    outputs: Path | None,
    state: Path | None,
    only: str | None,
    waivers: Path | None,
) -> None:
    """Say in sentences whose a resource is and why, and how a finding came about.

    WHAT is a resource (its URN, ARN, id or name), a finding's fingerprint, a control and a
    resource, or the code of an error. The facts are those that the control itself reads.
    """
    if len(what) > 2:
        raise click.UsageError("explain takes one name, or a control and a resource")
    if len(what) == 1 and what[0].upper() in list(Code):
        code = next(known for known in Code if known == what[0].upper())
        click.echo(f"{code}: {code.meaning}\n{code.remedy}")
        return
    if len(what) == 1 and _CODE.fullmatch(what[0]):
        raise StackproofError(
            f"there is no code {what[0]!r}; docs/errors.md lists those there are",
            Code.UNEXPLAINED,
        )
    from stackproof.explaining import known as knowing
    from stackproof.explaining import told

    try:
        known = _known(stack, outputs, state, waivers, only)
    except OutputsError as error:
        if error.code is Code.NO_OUTPUTS and outputs is None:
            _refuse_control_alone(what)
        raise
    for warning in known.warnings:
        click.echo(f"warning: {clean(warning)}", err=True)
    if findings := knowing.findings_of(known, what):
        for number, finding in enumerate(findings):
            _say([""] if number else [])
            _say(told.about_finding(known, finding))
        return
    _say(told.about_resource(known, *knowing.resource_of(known, what[0])))


def _refuse_control_alone(what: tuple[str, ...]) -> None:
    """Raise StackproofError for a control where no stack says what it has judged."""
    from stackproof.commands.given import settings

    if len(what) == 1 and what[0] in settings().known:
        raise StackproofError(
            f"{what[0]!r} is a control: `stackproof controls {what[0]}` says what it demands; to "
            "have a verdict explained name a resource as well, and the stack by --stack NAME, "
            "--state FILE or --outputs FILE",
            Code.UNEXPLAINED,
        )


def _known(
    stack: str | None,
    outputs: Path | None,
    state: Path | None,
    waivers: Path | None,
    only: str | None,
) -> Known:
    from stackproof.commands.given import accepted, asked_of_pulumi, given, settings
    from stackproof.explaining.known import read_live, read_state_alone
    from stackproof.progress import line
    from stackproof.sights.state import load_state

    if only == "state":
        held = settings()
        waived = accepted(waivers, held)
        if stack is not None:
            return read_state_alone(asked_of_pulumi(stack, outputs, state)[1], stack, waived, held)
        if state is None:
            raise click.UsageError("--only state needs --state FILE or --stack NAME")
        return read_state_alone(load_state(state), state, waived, held)
    told = given(outputs, state, waivers, stack)
    with line("reading"):
        return read_live(told.outputs, told.state, told.waived, told.settings)


def _say(lines: Iterable[str]) -> None:
    for sentence in lines:
        click.echo(clean(sentence))
