"""The one document of a run, as plain data: what every other report is made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, assert_never

from stackproof.model import (
    Fail,
    Finding,
    NotApplicable,
    Pass,
    Unknown,
    Waived,
    outcome_word,
)
from stackproof.model.secrecy import disclosed
from stackproof.reports import accounts
from stackproof.types.owners import called, owner_name
from stackproof.verify import Run, many
from stackproof.waivers import Match

SEVERITIES = ("critical", "high", "medium", "low")

_LONGEST = 160


def document(run: Run) -> dict[str, Any]:
    """Give a run as one JSON-ready document: its facts, counts, accounting and findings."""
    return {
        "run": {
            "stack": run.stack,
            "sight": run.sight.value,
            "account": run.account,
            "region": run.regions[0],
            "regions": list(run.regions),
            "endpoint": run.endpoint,
            "emulated": run.emulated,
            "api_calls": sum(run.calls.values()),
            "api_calls_by_service": dict(sorted(run.calls.items())),
            "seconds": round(run.seconds, 3),
            "resources": run.resources,
            "fail_on": run.fail_on.value,
            "exit_code": run.exit_code,
            "verdict": run.verdict,
        },
        "summary": run.summary,
        "accounting": accounts.record(run.accounting),
        "gaps": accounts.unread(run.gaps),
        "parity": accounts.parity(run.comparison),
        "warnings": list(run.warnings),
        "waivers": [_waiver(match) for match in run.waivers],
        "readings": [
            {"seconds": look.seconds, "open": list(look.open), "less": list(look.less)}
            for look in run.looks
        ],
        "findings": [finding_record(finding) for finding in run.findings],
    }


def _waiver(match: Match) -> dict[str, Any]:
    waiver = match.waiver
    return {
        "number": match.number,
        "control": waiver.control,
        "patterns": list(waiver.resource),
        "owner": waiver.owner,
        "reason": waiver.reason,
        "until": waiver.until.isoformat(),
        "expect": waiver.expect,
        "resources": [resource.name for resource in match.resources],
    }


def as_json(run: Run) -> str:
    """Give the document as JSON text."""
    return json.dumps(document(run), indent=2)


def finding_record(finding: Finding) -> dict[str, Any]:
    """Give one finding as plain data, without the secrets that it may have met."""
    resource, control = finding.resource, finding.control
    return {
        "control": control.id,
        "title": control.title,
        "severity": control.severity.value,
        "category": control.category.value,
        "type": resource.type,
        "urn": resource.urn,
        "name": resource.name,
        "owner": owner_name(resource),
        "id": resource.id,
        "arn": resource.arn,
        "region": resource.region,
        "outcome": outcome_word(finding.outcome),
        **_details(finding),
        "facet": finding.facet,
        "frameworks": {f.name: list(ids) for f, ids in control.frameworks.items()},
        "frameworks_in_part": {f.name: list(ids) for f, ids in control.in_part.items()},
        "fingerprint": finding.fingerprint,
    }


def waived_by(waiver: Mapping[str, Any]) -> str:
    """Say how many resources a waiver covers."""
    number = many(len(waiver["resources"]), "resource")
    patterns = ", ".join(waiver["patterns"])
    return (
        f"waiver {waiver['number']} ({waiver['control']} on {patterns}, {waiver['owner']}) "
        f"covers {number}: {', '.join(waiver['resources'])}"
    )


def ranked(document: Mapping[str, Any], outcome: str) -> list[dict[str, Any]]:
    """Give a document's findings of one outcome, the worst first."""
    hits = [finding for finding in document["findings"] if finding["outcome"] == outcome]
    return sorted(
        hits,
        key=lambda f: (SEVERITIES.index(f["severity"]), f["control"], f["name"], f["facet"]),
    )


def shown(value: Any) -> str:
    """Give a value as people read it, cut to a line."""
    if value is None:
        return "not set"
    if value in ("", [], {}):
        return "empty"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def unseen(unknown: Unknown) -> str:
    """Say what could not be seen, and why."""
    detail = f" ({unknown.detail})" if unknown.detail else ""
    return f"{unknown.property or 'a fact'} could not be seen: {unknown.cause}{detail}"


def _details(finding: Finding) -> dict[str, Any]:
    match finding.outcome:
        case Fail() as fail:
            return _failure(finding, fail)
        case Waived(waiver, until, fail):
            record = _failure(finding, fail)
            return record | {"message": f"waived by {waiver} until {until}: {record['message']}"}
        case Unknown(cause, path) as unknown:
            return _blank(unseen(unknown), property=path or None, cause=cause.value)
        case NotApplicable(why):
            return _blank(why)
        case Pass():
            return _blank(finding.control.title)
        case _:
            assert_never(finding.outcome)


def _failure(finding: Finding, fail: Fail) -> dict[str, Any]:
    actual = _plain(disclosed(fail.property, fail.actual))
    return {
        "property": fail.property,
        "expected": fail.expected,
        "actual": actual,
        "fix": fail.fix,
        "cause": None,
        "message": (
            f"{called(finding.resource.name, owner_name(finding.resource))}: "
            f"{fail.property} is {shown(actual)}, "
            f"expected {fail.expected}. {fail.fix}"
        ),
    }


def _blank(message: str, **known: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("property", "expected", "actual", "fix", "cause"))
    return {**nothing, "message": message, **known}


def _plain(value: Any) -> Any:
    """Give a value that JSON can hold."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Unknown(cause):
            return f"unknown: {cause}"
        case Mapping():
            return {str(name): _plain(item) for name, item in value.items()}
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return str(value)
