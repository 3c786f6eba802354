"""`stackproof controls`: list the catalogue, or explain one control."""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stackproof.model import Control


@click.command(
    epilog="""
\b
Examples:
  stackproof controls
  stackproof controls | grep -i encrypt
  stackproof controls kms-key-rotation

Exit codes: 0 shown, 2 no such control.
"""
)
@click.argument("control_id", metavar="[ID]", required=False)
def controls(control_id: str | None) -> None:
    """List every control, or explain one.

    With an ID: what it demands and why, its parameters, framework ids and how it is proven.
    """
    from stackproof.commands.given import settings
    from stackproof.parity.controls import PARITY

    held = settings()
    own = held.own
    known = dict(sorted({**held.known, **PARITY}.items()))
    if control_id is None:
        for control in known.values():
            click.echo(
                f"{control.severity:<8}  {control.category:<10}  {control.id}: {control.title}"
            )
        beside = f", {len(own)} of them own ones" if own else ""
        click.echo(f"{len(known)} controls{beside}", err=True)
        return
    found = known.get(control_id)
    if found is None:
        near = get_close_matches(control_id, known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "`stackproof controls` lists them"
        raise click.BadParameter(f"there is no control {control_id!r}; {hint}", param_hint="ID")
    click.echo(_explained(found))


def _explained(control: Control) -> str:
    from stackproof.controls import catalogue
    from stackproof.model.parameter import as_json
    from stackproof.own.controls import where
    from stackproof.parity.controls import PARITY
    from stackproof.policy_pack.levels import level, reason

    own = control.id not in {**catalogue(), **PARITY}
    facts = {"judges": ", ".join(control.types), "looks at": ", ".join(control.needs)}
    facts |= {"judged": "at preview and live", **_apart(control)}
    if control.id not in PARITY:
        facts["level at preview"] = f"{level(control).value} ({reason(control)})"
    facts |= {
        f"parameter {name}": f"{one.text}; default {as_json(one.default)!r}"
        for name, one in control.declared.items()
    }
    facts |= {framework.value: ", ".join(ids) for framework, ids in control.frameworks.items()}
    facts |= {
        f"{framework.value}, in part": ", ".join(ids) for framework, ids in control.in_part.items()
    }
    facts["stands in"] = where(control) if own else ""
    facts["proven by"] = (
        f"{1 + len(control.cases.also_passing)} passing, {len(control.cases.failing)} failing and "
        f"{len(control.cases.unknown)} unknown cases"
    )
    heading = f"{control.id} ({control.severity}, {control.category})\n{control.title}"
    told = "\n".join(f"{name}: {value}" for name, value in facts.items() if value)
    return "\n\n".join(filter(None, (heading, inspect.getdoc(control.judge), told)))


def _apart(control: Control) -> dict[str, str]:
    """Say of which types the live sight shows nothing, or other types in their place."""
    from stackproof.sights.live.unread import UNREAD

    listed = {type_: UNREAD[type_] for type_ in (*control.types, *control.needs) if type_ in UNREAD}
    return {
        f"live, {type_}": f"read in {', '.join(unread.shown_as)}"
        if unread.shown_as
        else f"unknown, for {unread.reason}"
        for type_, unread in listed.items()
    }
