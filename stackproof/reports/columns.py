"""A record as the HTML report carries it: columns of numbers into one table of shared texts.

20,000 findings say the same few hundred texts over and over; so a finding costs some thirty bytes.
Every text is fit to be shown: it neither steers a terminal nor turns a line around.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from stackproof.model.frameworks import Framework, ids
from stackproof.parity.accounting import short
from stackproof.record.form import Control, Finding, Record, Resource
from stackproof.reports.edges import edges
from stackproof.reports.identities import identity, thing
from stackproof.reports.texts import Texts, line
from stackproof.reports.wording import SEVERITIES, shown
from stackproof.types.names import bare

# The worst first: so findings stand, and so a resource's or a requirement's verdict is chosen.
WORST_FIRST: Final = ("fail", "unknown", "waived", "pass", "not_applicable")
SIGHTS: Final = ("declared", "state", "live")
# Tags that say whose a resource is and where it belongs, the most telling first.
_OWNER_TAGS: Final = ("owner", "team", "contact")
_ENVIRONMENT_TAGS: Final = ("environment", "env", "stage")


def as_columns(record: Record) -> dict[str, Any]:
    """Give a record's controls, resources and findings as plain data for JSON."""
    texts = Texts()
    controls = controls_of(record)
    resources = _resources(record)
    places = {resource.identity: number for number, resource in enumerate(resources)}
    numbers = {control.id: number for number, control in enumerate(controls)}
    findings = sorted(record.findings, key=_rank)
    return {
        "stack": line(record.run.stack),
        "sight": record.run.sight,
        "outcomes": WORST_FIRST,
        "severities": SEVERITIES,
        "sights": SIGHTS,
        "controls": [_control(control) for control in controls],
        "resources": _columns(
            texts,
            [
                _resource(resource, points)
                for resource, points in zip(resources, edges(resources), strict=True)
            ],
        ),
        "findings": _columns(
            texts,
            [
                _finding(finding, numbers[finding.control], places[identity(finding)])
                for finding in findings
            ],
        ),
        "counts": {"resources": len(resources), "findings": len(findings)},
        "unmapped": _unmapped(controls),
        "texts": texts.packed(),
    }


def as_script_data(data: Mapping[str, Any]) -> str:
    """Give data as JSON for a script element: plain ASCII that no markup can be in."""
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def whole_name(book: str) -> str:
    """Give a rule book's whole name; records call it by a short one."""
    return Framework[book].value if book in Framework.__members__ else book


def _rank(finding: Finding) -> tuple[int, int, str, str, str]:
    worst, severity = WORST_FIRST.index(finding.outcome), SEVERITIES.index(finding.severity)
    return worst, severity, finding.control, finding.name, finding.facet


def _columns(texts: Texts, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = rows[0] if rows else ()
    return {name: texts.column(row[name] for row in rows) for name in names}


def controls_of(record: Record) -> list[Control]:
    """Give the controls by their ids; a record of somebody's may have findings of others."""
    known = {control.id: control for control in record.controls}
    for finding in (*record.findings, *record.not_seen):
        if finding.control not in known:
            known[finding.control] = Control(
                id=finding.control,
                title=finding.title,
                severity=finding.severity,
                category=finding.category,
                types=[finding.type],
                frameworks=finding.frameworks,
                frameworks_in_part=finding.frameworks_in_part,
                meaning="",
            )
    return [known[id_] for id_ in sorted(known)]


def _resources(record: Record) -> list[Resource]:
    unmanaged = record.parity.unmanaged if record.parity else []
    known = {resource.identity: resource for resource in (*unmanaged, *record.resources)}
    for finding in record.findings:
        if identity(finding) not in known:
            known[identity(finding)] = thing(finding)
    return sorted(
        known.values(), key=lambda resource: (resource.type, resource.name, resource.identity)
    )


def _control(control: Control) -> dict[str, Any]:
    told = {
        "id": line(control.id),
        "title": line(control.title),
        "severity": SEVERITIES.index(control.severity),
        "category": control.category,
        "types": [short(type_) for type_ in control.types],
        "frameworks": {whole_name(book): ids for book, ids in control.frameworks.items()},
        "in_part": {whole_name(book): ids for book, ids in control.frameworks_in_part.items()},
        "parameters": {name: shown(value) for name, value in control.parameters.items()},
    }
    return {name: value for name, value in told.items() if value not in ({}, [])}


def _resource(resource: Resource, points: Sequence[tuple[str, int]]) -> dict[str, Any]:
    tags = {key: value or "" for key, value in resource.tags.items()}
    return {
        "key": resource.identity,
        "type": short(resource.type) if resource.type else "type not known",
        "name": resource.name,
        "of": resource.owner,
        "id": resource.id,
        "arn": resource.arn,
        "urn": resource.urn,
        "region": resource.region,
        "status": resource.status,
        "why": resource.why,
        "owner": _tag(resource, _OWNER_TAGS),
        "environment": _tag(resource, _ENVIRONMENT_TAGS),
        "tags": _pairs(tags),
        "facts": _pairs({name: shown(value) for name, value in resource.facts.items()}),
        "digests": list(resource.digests),
        "hidden": _pairs(resource.hidden),
        "points": [part for edge in points for part in edge],
    }


def _pairs(mapping: Mapping[str, str]) -> list[str]:
    """Give a mapping as a list: key, value, key, value…"""
    return [text for pair in mapping.items() for text in pair]


def owners_of(resource: Resource) -> list[str]:
    """Give all whose a resource is, by its tags, the most telling first."""
    return list(dict.fromkeys(_tagged(resource, _OWNER_TAGS)))


def _tag(resource: Resource, wanted: Iterable[str]) -> str:
    return next(_tagged(resource, wanted), "")


def _tagged(resource: Resource, wanted: Iterable[str]) -> Iterator[str]:
    for name in wanted:
        # AWS tells `Owner` and `owner` apart.
        yield from (value for key, value in resource.tags.items() if value and bare(key) == name)


def _finding(finding: Finding, control: int, resource: int) -> dict[str, int | str | None]:
    """Give a finding; what follows from its parts (a failure's message) isn't said again."""
    failed = finding.outcome in ("fail", "waived")
    follows = finding.outcome in ("pass", "fail")
    return {
        "control": control,
        "resource": resource,
        "outcome": WORST_FIRST.index(finding.outcome),
        "sight": SIGHTS.index(finding.sight),
        "facet": finding.facet,
        "property": finding.property,
        "expected": finding.expected,
        "actual": shown(finding.actual) if failed else "",
        "fix": finding.fix,
        "message": "" if follows else finding.message,
        "since": finding.failing_since,
    }


def _unmapped(controls: Iterable[Control]) -> dict[str, list[str]]:
    """Give each rule book's ids that none of the controls has to do with."""
    mapped: dict[str, set[str]] = {}
    for control in controls:
        for books in (control.frameworks, control.frameworks_in_part):
            for book, requirements in books.items():
                mapped.setdefault(book, set()).update(requirements)
    return {
        whole_name(book): sorted(ids(Framework[book]) - covered)
        for book, covered in sorted(mapped.items())
        if book in Framework.__members__
    }
