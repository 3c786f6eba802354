"""`stackproof prove`: whether own controls do what their cases claim."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.exit_codes import FAILED
from stackproof.progress import say
from stackproof.safe_text import clean

if TYPE_CHECKING:
    from stackproof.model import Control
    from stackproof.types.described import Type

_EXAMPLES = """
\b
Examples:
  stackproof prove
  stackproof prove our-queue-retention kms-key-rotation

Exit codes: 0 all proven, 1 some are not, 2 no such control, 3 they do not load.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("ids", metavar="[ID]...", nargs=-1)
def prove(ids: tuple[str, ...]) -> None:
    """Judge the cases of own controls, or of those that are named, at every sight, and own types.

    Also whether types and properties are the AWS provider's, whether every type is listed that is
    asked for, and whether odd values break the control.
    """
    from stackproof.own import proving

    broken = 0
    controls, types = _chosen(ids)
    for type_ in types:
        from stackproof.own.type_proving import prove_type

        problems = prove_type(type_)
        broken += bool(problems)
        tell = click.echo if problems else say
        tell(f"{'not proven' if problems else 'proven'}  {type_.token}")
        for problem in problems:
            click.echo(clean(f"  {problem}"))
    for control in controls:
        problems = proving.prove(control)
        broken += bool(problems)
        tell = click.echo if problems else say
        tell(f"{'not proven' if problems else 'proven'}  {control.id}: {_counted(control)}")
        for problem in problems:
            click.echo(clean(f"  {problem}"))
    if broken:
        sys.exit(FAILED)


def _chosen(ids: tuple[str, ...]) -> tuple[list[Control], tuple[Type, ...]]:
    from stackproof.closest import closest
    from stackproof.commands.given import settings

    held = settings()
    if not ids and not held.own and not held.types:
        raise StackproofError(
            "there are no own controls or types here: name a control by its id, or "
            "`stackproof new control NAME` begins one",
            Code.OWN,
        )
    for id_ in ids:
        if id_ not in held.known:
            hint = closest(id_, held.known, "`stackproof controls` lists them")
            raise click.BadParameter(f"there is no control {id_!r}; {hint}", param_hint="ID")
    if ids:
        return [held.known[id_] for id_ in ids], ()
    return list(held.own.values()), held.types


def _counted(control: Control) -> str:
    cases = control.cases
    return (
        f"{1 + len(cases.also_passing)} passing, {len(cases.failing)} failing, "
        f"{len(cases.unknown)} unknown and {len(cases.absent)} absent cases"
    )
