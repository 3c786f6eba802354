"""SARIF 2.1.0 of a record, as code scanning reads it: what fails, and what could not be seen.

Plain data: the libraries of SARIF's shapes lack suppressions and notifications of an invocation.
Sources: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub Docs,
"SARIF support for code scanning".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from stackproof.exit_codes import COULD_NOT
from stackproof.record.form import Control, Finding, Gap, Record, Scenario, SeverityWord
from stackproof.reports.columns import controls_of
from stackproof.reports.helping import page_of, requirements, why
from stackproof.reports.identities import identity
from stackproof.reports.markdown import code
from stackproof.reports.texts import line
from stackproof.types.owners import called

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final[Mapping[SeverityWord, str]] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
}
# Code scanning calls above 9.0 critical, from 7.0 on high, from 4.0 on medium.
_SCORES: Final[Mapping[SeverityWord, str]] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "2.0",
}
# A longer text is no message: names may have 10,000 characters.
_LONGEST: Final = 1000
_PROGRAM: Final = "Pulumi.yaml"


def as_sarif(record: Record) -> str:
    """Give a record as a SARIF log with one run.

    What fails is a result, under a waiver a suppressed one; what could not be seen is one of the
    kind `open`, and so is an earlier failure that nobody saw mended. What holds is only counted:
    code scanning takes every result for an alert.
    """
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(record)]}
    return json.dumps(log, separators=(",", ":"))


def _run(record: Record) -> dict[str, Any]:
    facts = record.run
    controls = controls_of(record)
    rules = [_rule(control) for control in controls]
    failed = [scenario for scenario in record.scenarios if _broken(scenario)]
    rules += [_scenario_rule(scenario) for scenario in failed]
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    return {
        "tool": {
            "driver": {
                "name": "stackproof",
                "version": line(facts.tool),
                "rules": rules,
            }
        },
        "automationDetails": {"id": f"stackproof/{_cut(facts.stack)}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(record)],
        "results": [*_results(record, numbers), *_scenarios(record, failed, numbers)],
        "properties": {
            "stack": _cut(facts.stack),
            "account": line(facts.account),
            "regions": list(map(line, facts.regions)),
            "endpoint": line(facts.endpoint) if facts.endpoint else None,
            "commit": facts.commit,
            "summary": dict(record.summary),
            "accounting": record.accounting.counts,
        },
    }


def _invocation(record: Record) -> dict[str, Any]:
    began = datetime.fromisoformat(record.run.began)
    told = [
        *(("error", error) for error in record.errors),
        *(("warning", _unread(gap)) for gap in record.gaps),
        *(("note", warning) for warning in record.warnings),
    ]
    return {
        "executionSuccessful": record.run.exit_code != COULD_NOT,
        "exitCode": record.run.exit_code,
        "exitCodeDescription": _text(record.run.verdict),
        "startTimeUtc": _utc(began),
        "endTimeUtc": _utc(began + timedelta(seconds=record.run.seconds)),
        "toolExecutionNotifications": [
            {"level": level, "message": {"text": _text(text)}} for level, text in told
        ],
    }


def _rule(control: Control) -> dict[str, Any]:
    reason = why(control.id)
    told = list(requirements(control))
    parameters = [f"{name}: {json.dumps(value)}" for name, value in control.parameters.items()]
    plain = [line(control.title), reason, *told, *parameters]
    listed = "\n".join(f"- {code(text)}" for text in (*told, *parameters))
    page = page_of(control)
    more = f"[What AWS says of it]({page})" if page else ""
    markdown = [f"**{code(control.title)}**", reason, listed, more]
    rule = {
        "id": control.id,
        "shortDescription": {"text": _text(control.title)},
        "fullDescription": {"text": _text(reason or control.title)},
        "help": {
            "text": _text("\n".join(filter(None, plain))),
            "markdown": "\n\n".join(filter(None, markdown)),
        },
        "defaultConfiguration": {"level": _LEVELS[control.severity]},
        "properties": {
            "security-severity": _SCORES[control.severity],
            "precision": "very-high",
            "tags": [control.category, *sorted(control.frameworks)],
        },
    }
    return {**rule, "helpUri": page} if page else rule


def _results(record: Record, numbers: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    places = {
        resource.identity: resource.source for resource in record.resources if resource.source
    }
    for finding in record.findings:
        if finding.outcome in ("fail", "waived", "unknown"):
            yield {
                **_result(finding, record, numbers, places.get(identity(finding))),
                **_kind(finding),
                **_suppressed(finding, record),
            }
    for finding in record.not_seen:
        told = _result(finding, record, numbers, places.get(identity(finding)))
        text = f"Failed before, and nobody saw it mended: {told['message']['text']}"
        yield {**told, "kind": "open", "level": "none", "message": {"text": text}}


def _result(
    finding: Finding, record: Record, numbers: Mapping[str, int], place: str | None
) -> dict[str, Any]:
    own = finding.sight == record.run.sight
    sight = "" if own else f"{finding.sight}: "
    name = called(finding.name, finding.owner)
    return {
        "ruleId": finding.control,
        "ruleIndex": numbers[finding.control],
        "message": {"text": _text(f"{sight}{finding.message}")},
        "locations": [
            {
                **_physical(record, place),
                "logicalLocations": [
                    {
                        "name": _cut(name),
                        "fullyQualifiedName": line(identity(finding)),
                        "kind": "resource",
                    }
                ],
            }
        ],
        # The same defect seen in the program and on AWS is two results, each with its own end.
        "partialFingerprints": {"stackproof/v1": f"{sight}{finding.fingerprint}"},
        "properties": {name: _text(value) for name, value in _details(finding) if value},
    }


def _details(finding: Finding) -> Iterator[tuple[str, str | None]]:
    yield "type", finding.type
    yield "arn", finding.arn
    yield "region", finding.region
    yield "property", finding.property
    yield "facet", finding.facet
    yield "fix", finding.fix
    yield "cause", finding.cause
    yield "failingSince", finding.failing_since


def _kind(finding: Finding) -> dict[str, str]:
    if finding.outcome == "unknown":
        return {"kind": "open", "level": "none"}
    return {"kind": "fail", "level": _LEVELS[finding.severity]}


def _suppressed(finding: Finding, record: Record) -> dict[str, Any]:
    if finding.outcome != "waived":
        return {}
    covering = [
        f"{waiver.reason} ({waiver.owner}, until {waiver.until})"
        for waiver in record.waivers
        if waiver.control == finding.control and finding.name in waiver.resources
    ]
    told = next(iter(covering), finding.message)
    return {
        "suppressions": [{"kind": "external", "status": "accepted", "justification": _text(told)}]
    }


def _physical(record: Record, place: str | None) -> dict[str, Any]:
    """Give the line of the program; code scanning refuses a result that stands in no file."""
    if place is None and record.run.project is None:
        return {}
    file, _, number = (place or f"{_PROGRAM}:1").rpartition(":")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(f"{record.run.folder}{file}")},
            "region": {"startLine": int(number)},
        }
    }


def _broken(scenario: Scenario) -> bool:
    return scenario.outcome in ("failed", "unknown")


def _scenario_rule(scenario: Scenario) -> dict[str, Any]:
    return {
        "id": line(scenario.scenario),
        "shortDescription": {"text": _text(scenario.proves or scenario.scenario)},
        "fullDescription": {"text": _text(scenario.why or scenario.proves or scenario.scenario)},
        "help": {"text": _text(f"{scenario.proves} {scenario.why}".strip() or scenario.scenario)},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["scenario", line(scenario.family)]},
    }


def _scenarios(
    record: Record, failed: Iterable[Scenario], numbers: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    for scenario in failed:
        name = line(scenario.scenario)
        test = name.rpartition("::")[2]
        unknown = scenario.outcome == "unknown"
        yield {
            "ruleId": name,
            "ruleIndex": numbers[name],
            "kind": "open" if unknown else "fail",
            "level": "none" if unknown else "error",
            "message": {"text": _text(scenario.message or scenario.proves or name)},
            "locations": [
                {
                    **_physical(record, None),
                    "logicalLocations": [
                        {"name": _cut(test), "fullyQualifiedName": name, "kind": "function"}
                    ],
                }
            ],
            "partialFingerprints": {"stackproof/v1": name},
        }


def _unread(gap: Gap) -> str:
    return f"not read: {gap.operation} in {gap.region} ({gap.cause}): {', '.join(gap.types)}"


def _text(text: str) -> str:
    """Give a text as one line in which no brackets make a link."""
    return _cut(text).replace("](", "] (")


def _cut(text: str) -> str:
    plain = line(text)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
