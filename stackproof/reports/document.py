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
from stackproof.verify import Run


def document(run: Run) -> dict[str, Any]:
    """Give a run as one JSON-ready document: its facts, its counts and its findings."""
    return {
        "run": {
            "stack": run.stack,
            "account": run.account,
            "region": run.regions[0],
            "regions": list(run.regions),
            "endpoint": run.endpoint,
            "emulated": run.emulated,
            "api_calls": sum(run.calls.values()),
            "api_calls_by_service": dict(sorted(run.calls.items())),
            "seconds": round(run.seconds, 3),
            "resources": run.resources,
            "exit_code": run.exit_code,
        },
        "summary": {
            outcome: sum(outcome_word(f.outcome) == outcome for f in run.findings)
            for outcome in ("pass", "fail", "unknown", "not_applicable", "waived")
        },
        "findings": [finding_record(finding) for finding in run.findings],
    }


def as_json(run: Run) -> str:
    """Give the document as JSON text."""
    return json.dumps(document(run), indent=2, default=str)


def finding_record(finding: Finding) -> dict[str, Any]:
    """Give one finding as plain data."""
    resource, control = finding.resource, finding.control
    return {
        "control": control.id,
        "title": control.title,
        "severity": control.severity.value,
        "category": control.category.value,
        "type": resource.type,
        "urn": resource.urn,
        "name": resource.name,
        "id": resource.id,
        "arn": resource.arn,
        "region": resource.region,
        "outcome": outcome_word(finding.outcome),
        **_details(finding),
        "facet": finding.facet,
        "frameworks": {f.name: list(ids) for f, ids in control.frameworks.items()},
        "fingerprint": finding.fingerprint,
    }


def _details(finding: Finding) -> Mapping[str, Any]:
    match finding.outcome:
        case Fail() as fail:
            return _failure(finding, fail)
        case Waived(waiver, until, fail):
            record = dict(_failure(finding, fail))
            return record | {"message": f"waived by {waiver} until {until}: {record['message']}"}
        case Unknown(cause, path, detail):
            where = f" ({detail})" if detail else ""
            return _blank(f"{path or 'it'} could not be seen: {cause}{where}", path or None)
        case NotApplicable(why):
            return _blank(why)
        case Pass():
            return _blank(finding.control.title)
        case _:
            assert_never(finding.outcome)


def _failure(finding: Finding, fail: Fail) -> Mapping[str, Any]:
    return {
        "property": fail.property,
        "expected": fail.expected,
        "actual": fail.actual,
        "message": (
            f"{finding.resource.name}: {fail.property} is {shown(fail.actual)}, "
            f"expected {fail.expected}. {fail.fix}"
        ),
    }


def _blank(message: str, path: str | None = None) -> Mapping[str, Any]:
    return {"property": path, "expected": None, "actual": None, "message": message}


def shown(value: Any) -> str:
    """Give a value as people read it, cut to a line."""
    if value is None:
        return "not set"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= 120 else text[:117] + "..."
