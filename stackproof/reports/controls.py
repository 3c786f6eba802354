"""The catalogue for machines and people: one entry a control, with all that it says of itself."""

from __future__ import annotations

import csv
import inspect
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from stackproof.model import Control, Sight
from stackproof.model.parameter import as_json
from stackproof.parity.controls import PARITY
from stackproof.policy_pack.levels import level
from stackproof.reports.markdown import code
from stackproof.reports.rows import harmless
from stackproof.settings.settings import Settings
from stackproof.sights.live.unread import UNREAD

COLUMNS: Final = (
    *("id", "title", "severity", "category", "family", "types", "needs", "sights", "level"),
    *("judged", "own", "parameters", "frameworks", "frameworks_in_part", "why"),
)


def sights_of(control: Control) -> tuple[Sight, ...]:
    """Give the sights at which a control judges something.

    Of a type that nothing reads, nor shows in another's place, the live sight says Unknown only.
    """
    if control.id in PARITY:
        return (Sight.LIVE,)
    shown = any(type_ not in UNREAD or UNREAD[type_].shown_as for type_ in control.types)
    return (Sight.DECLARED, Sight.STATE, *((Sight.LIVE,) if shown else ()))


def entry(control: Control, settings: Settings) -> dict[str, Any]:
    """Give a control as plain data, as the project's settings have it."""
    own = control.id in settings.own
    apart = control.id in PARITY
    chosen = None if apart else settings.level(control) or level(control).value
    told = settings.told(control)
    return {
        "id": control.id,
        "title": control.title,
        "severity": control.severity.value,
        "category": control.category.value,
        "family": control.family.value if control.family else None,
        "types": list(control.types),
        "needs": list(control.needs),
        "sights": [sight.value for sight in sights_of(control)],
        "level": chosen,
        "judged": apart or settings.holds(control),
        "own": own,
        "parameters": {
            name: {
                "value": as_json(told.get(name, default.default)),
                "default": as_json(default.default),
                "right": default.text,
            }
            for name, default in control.declared.items()
        },
        "frameworks": {f.name: list(ids) for f, ids in control.frameworks.items()},
        "frameworks_in_part": {f.name: list(ids) for f, ids in control.in_part.items()},
        "why": " ".join((inspect.getdoc(control.judge) or "").split()),
    }


def written(controls: Iterable[Control], settings: Settings, format_: str) -> str:
    """Give controls as JSON, CSV or Markdown."""
    entries = [entry(control, settings) for control in controls]
    match format_:
        case "json":
            return json.dumps(entries, indent=2)
        case "csv":
            return _csv(entries)
        case _:
            return _markdown(entries)


def _csv(entries: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([harmless(_cell(entry[name])) for name in COLUMNS])
    return out.getvalue().rstrip("\n")


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case list():
            return " ".join(value)
        case _:
            return "; ".join(f"{name}: {_short(item)}" for name, item in value.items())


def _short(item: Any) -> str:
    if isinstance(item, Mapping):
        return json.dumps(item["value"], ensure_ascii=False)
    return ", ".join(item)


def _markdown(entries: Sequence[Mapping[str, Any]]) -> str:
    head = "| control | severity | category | sights | at preview | demands |"
    line = "|---|---|---|---|---|---|"
    rows = (
        f"| {code(entry['id'])} | {entry['severity']} | {entry['category']} "
        f"| {' '.join(entry['sights'])} | {entry['level'] or 'not judged'} "
        f"| {entry['title'].replace('|', chr(92) + '|')} |"
        for entry in entries
    )
    return "\n".join((head, line, *rows))
