"""The HTML report: one self-contained page that opens with the verdict."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from stackproof.model.outcome import OutcomeWord
from stackproof.record.form import Finding, Record, Scenario
from stackproof.reports import accounts
from stackproof.reports.wording import OUTCOMES, SEVERITIES, shown, waived_by

_WORST_FIRST: tuple[OutcomeWord, ...] = ("fail", "unknown", "waived", "pass", "not_applicable")
# The outcomes of scenarios, and the findings' outcomes that share their colours.
_SCENARIOS = ("failed", "unknown", "passed", "skipped")
_COLOURS = ("fail", "unknown", "pass", "not_applicable")
_WORDS = {"dr": "disaster recovery", "ha": "high availability", "iam": "access"}


def as_html(
    record: Record,
    declared: Mapping[OutcomeWord, int] | None = None,
    plants: Sequence[Mapping[str, Any]] = (),
    before: str = "",
) -> str:
    """Give a record as one page.

    `declared` counts the outcomes at the declared sight, and `plants` are the defects that a
    demonstration planted and what caught them; `before` is the verdict without them.
    """
    environment = Environment(
        loader=PackageLoader("stackproof.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = shown
    environment.filters["colour"] = lambda outcome: _COLOURS[_SCENARIOS.index(outcome)]
    environment.filters["counted"] = lambda records: Counter(r.outcome for r in records).items()
    environment.filters["case"] = _case
    environment.filters["words"] = lambda name: _WORDS.get(name, name.replace("_", " "))
    return environment.get_template("report.html.j2").render(
        facts=record.run,
        warnings=record.warnings,
        summary=record.summary,
        accounting=record.accounting,
        unjudged=dict([*accounts.named(record.unjudged), *accounts.not_read(record.gaps)]),
        beside=dict(accounts.beside_state(record.parity)) if record.parity else {},
        failures=_by_control(record.ranked("fail")),
        unknowns=_by_cause(record.ranked("unknown")),
        waived=record.ranked("waived"),
        waivers=[waived_by(waiver) for waiver in record.waivers if waiver.resources],
        findings=[finding for outcome in _WORST_FIRST for finding in record.ranked(outcome)],
        categories=_by_category(record.own),
        outcomes=OUTCOMES,
        severities=SEVERITIES,
        families=_by_family(record.scenarios),
        declared=declared,
        plants=plants,
        before=before,
    )


def _by_control(findings: Sequence[Finding]) -> list[list[Finding]]:
    return [list(group) for _, group in groupby(findings, key=lambda f: f.control)]


def _by_cause(findings: Sequence[Finding]) -> dict[str, list[list[Finding]]]:
    causes: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        causes[finding.message].append(finding)
    return {cause: _by_control(hits) for cause, hits in causes.items()}


def _by_category(findings: Sequence[Finding]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        counts[finding.category][finding.outcome] += 1
    return dict(sorted(counts.items()))


def _by_family(scenarios: Sequence[Scenario]) -> dict[str, list[Scenario]]:
    """Give each family's scenarios, the worst first; those of no family are shown as findings."""
    families: dict[str, list[Scenario]] = defaultdict(list)
    for scenario in sorted(scenarios, key=lambda s: _SCENARIOS.index(s.outcome)):
        if scenario.family:
            families[scenario.family].append(scenario)
    return dict(sorted(families.items()))


def _case(scenario: Scenario) -> str:
    return scenario.scenario.partition("[")[2].rstrip("]")
