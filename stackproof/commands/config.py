"""`stackproof config`: what the project's settings make of the catalogue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from stackproof.cli import format_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stackproof.settings.selector import Selector
    from stackproof.settings.settings import Settings

_EXAMPLES = """
\b
Examples:
  stackproof config
  STACKPROOF_PROFILE=pci stackproof config
  stackproof config --format json
  stackproof config --schema > stackproof.schema.json

Exit codes: 0 shown, 2 usage, 3 the settings are no good.
"""


@click.command(epilog=_EXAMPLES)
@format_option("json")
@click.option("--schema", is_flag=True, help="Print the JSON schema of stackproof.yaml instead.")
def config(format_: str, *, schema: bool) -> None:
    """Show which settings hold at preview, on the state, live and in the suite, and where from.

    They stand in stackproof.yaml beside Pulumi.yaml, or in `[tool.stackproof]` of pyproject.toml;
    the pack's own configuration (`--policy-pack-config`) wins at preview.
    """
    from stackproof.commands.given import settings
    from stackproof.safe_text import clean, document

    if schema:
        from stackproof.settings.form import Form

        told = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        click.echo(json.dumps(told | Form.model_json_schema(), indent=2))
        return
    record = _record(settings())
    if format_ == "json":
        click.echo(document(json.dumps(record, indent=2)))
        return
    click.echo(clean(f"settings: {record['file'] or 'none: everything of the catalogue holds'}"))
    for what in (
        "profile",
        "trusted",
        "own_tags",
        "fail_on",
        "tolerates",
        "own_scenarios",
        "own_types",
    ):
        click.echo(clean(f"{what.replace('_', ' ')}: {_text(record[what]) or 'none'}"))
    off = sum(level["level"] == "disabled" for level in record["levels"].values())
    aside = f", {off} of them are disabled at preview" if off else ""
    known = record["hold"] + len(record["left_out"])
    click.echo(f"controls: {record['hold']} of {known} hold{aside}")
    for key in ("select", "exclude"):
        for entry in record[key]:
            click.echo(clean(f"  {key}: {entry['selector']} (from {entry['from']})"))
    for id_, place in record["own_controls"].items():
        click.echo(clean(f"  own: {id_} ({place})"))
    for id_ in record["left_out"]:
        click.echo(f"  left out: {id_}")
    for id_, given in record["parameters"].items():
        for name, value in given.items():
            where = f"default {value['default']!r}, from {value['from']}"
            click.echo(clean(f"  {id_}: {name} = {value['value']!r} ({where})"))
    for id_, level in record["levels"].items():
        where = f"else {level['default']}, from {level['from']}"
        click.echo(f"  {id_}: {level['level']} at preview ({where})")


def _record(settings: Settings) -> dict[str, Any]:
    from stackproof.model.parameter import as_json
    from stackproof.own.controls import where
    from stackproof.own.points import SCENARIOS, origin, points
    from stackproof.policy_pack.levels import level

    controls = list(settings.known.values())
    chosen = settings.chosen
    return {
        "file": settings.file,
        "profile": settings.profile,
        "trusted": list(settings.trusted),
        "own_tags": dict(settings.own_tags),
        "fail_on": settings.fail_on.value,
        "tolerates": {
            name: [selector.text for selector in selectors]
            for name, selectors in settings.tolerates.items()
        },
        "own_controls": {id_: where(control) for id_, control in settings.own.items()},
        "own_scenarios": [
            *map(str, settings.scenarios),
            *(origin(point) for point in points(SCENARIOS)),
        ],
        "own_types": [type_.token for type_ in settings.types],
        "select": _selectors(settings.select),
        "exclude": _selectors(settings.exclude),
        "hold": len(chosen),
        "left_out": [control.id for control in controls if not settings.holds(control)],
        "parameters": {
            control.id: {
                name: {
                    "value": as_json(value),
                    "default": as_json(control.parameters.get(name)),
                    "from": settings.origin(control, name),
                }
                for name, value in given.items()
            }
            for control in chosen
            if (given := settings.told(control))
        },
        "levels": {
            control.id: {
                "level": in_force,
                "default": level(control).value,
                "from": selector.origin,
            }
            for control in chosen
            for selector, in_force in (settings.leveled(control),)
            if selector is not None and in_force != level(control).value
        },
    }


def _selectors(selectors: Iterable[Selector]) -> list[dict[str, str]]:
    return [{"selector": selector.text, "from": selector.origin} for selector in selectors]


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(item)}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
