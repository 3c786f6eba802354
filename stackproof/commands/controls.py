"""`stackproof controls`: list the catalogue, or explain one control."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from stackproof.cli import format_option

if TYPE_CHECKING:
    from stackproof.model import Control
    from stackproof.settings.selector import Selector
    from stackproof.settings.settings import Settings


_EXAMPLES = """
\b
Examples:
  stackproof controls
  stackproof controls --severity high --severity critical --framework pci
  stackproof controls --select "rds-*" --sight live --format csv
  stackproof controls kms-key-rotation

Exit codes: 0 shown, 2 no such control, or nothing that is selected so.
"""
_FILTERS = ("severity", "category", "framework", "type")


def _filters(function: Any) -> Any:
    for name in reversed(_FILTERS):
        function = click.option(
            f"--{name}",
            multiple=True,
            metavar="PATTERN",
            help=f"Only of this {name}; again for more.",
        )(function)
    return function


@click.command(epilog=_EXAMPLES)
@click.argument("control_id", metavar="[ID]", required=False)
@format_option("json", "csv", "markdown")
@_filters
@click.option(
    "--sight",
    type=click.Choice(["declared", "state", "live"]),
    help="Only what is judged there.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="SELECTOR",
    help='As in stackproof.yaml: a pattern of ids, or "type: aws:s3/*, severity: high".',
)
def controls(
    *,
    control_id: str | None,
    format_: str,
    sight: str | None,
    select: tuple[str, ...],
    **patterns: tuple[str, ...],
) -> None:
    """List every control, or explain one.

    With an ID: what it demands and why, its parameters, framework ids and how it is proven. Of
    several filters all must match, of one that is given again any; patterns may have * and ?.
    """
    from stackproof.commands.given import settings
    from stackproof.parity.controls import PARITY
    from stackproof.reports.controls import written

    held = settings()
    known = dict(sorted({**held.known, **PARITY}.items()))
    if control_id is not None:
        found = _named(control_id, known)
        shown = [found]
    else:
        shown = _chosen(known, sight, [*_of_filters(patterns), _of_selectors(select)])
    if format_ != "text":
        click.echo(written(shown, held, format_))
    elif control_id is not None:
        click.echo(_explained(found))
    else:
        _list(shown, held)


def _list(shown: Sequence[Control], held: Settings) -> None:
    for control in shown:
        click.echo(f"{control.severity:<8}  {control.category:<10}  {control.id}: {control.title}")
    own = sum(control.id in held.own for control in shown)
    beside = f", {own} of them own ones" if own else ""
    click.echo(f"{len(shown)} controls{beside}", err=True)


def _of_filters(patterns: Mapping[str, tuple[str, ...]]) -> list[list[Selector]]:
    return [
        [_selector({name: value}, f"--{name}") for value in values]
        for name, values in patterns.items()
    ]


def _of_selectors(select: tuple[str, ...]) -> list[Selector]:
    return [_selector(_parsed(text), "--select") for text in select]


def _parsed(text: str) -> dict[str, str]:
    """Read a selector as it stands in a line of the settings."""
    if ": " not in text:
        return {"id": text}
    pairs = [part.partition(": ") for part in text.split(", ")]
    return {key.strip(): pattern.strip() for key, _, pattern in pairs}


def _selector(patterns: Mapping[str, str], option: str) -> Selector:
    from stackproof.settings.selector import KEYS, Selector, problem

    for key, pattern in patterns.items():
        if key not in KEYS:
            raise click.BadParameter(f"{key!r} is none of {', '.join(KEYS)}", param_hint=option)
        if wrong := problem(key, pattern):
            raise click.BadParameter(wrong, param_hint=option)
    return Selector(patterns)


def _chosen(
    known: Mapping[str, Control], sight: str | None, filters: Sequence[Sequence[Selector]]
) -> list[Control]:
    from stackproof.reports.controls import sights_of

    shown = [
        control
        for control in known.values()
        if (sight is None or sight in sights_of(control))
        and all(any(selector.matches(control) for selector in among) for among in filters if among)
    ]
    if not shown:
        raise click.UsageError("no control matches all of that")
    return shown


def _named(control_id: str, known: Mapping[str, Control]) -> Control:
    found = known.get(control_id)
    if found is None:
        near = get_close_matches(control_id, known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "`stackproof controls` lists them"
        raise click.BadParameter(f"there is no control {control_id!r}; {hint}", param_hint="ID")
    return found


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
        f"parameter {name}": f"{parameter.text}; default {as_json(parameter.default)!r}"
        for name, parameter in control.declared.items()
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
