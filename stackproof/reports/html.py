"""The HTML report: one self-contained page that opens with the verdict."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from stackproof.reports import accounts
from stackproof.reports.document import SEVERITIES, document, ranked, shown, waived_by
from stackproof.verify import OUTCOMES, Run

Record = Mapping[str, Any]

_WORST_FIRST = ("fail", "unknown", "waived", "pass", "not_applicable")
# The outcomes of scenarios, and the findings' outcomes that share their colours.
_SCENARIOS = ("failed", "unknown", "passed", "skipped")
_COLOURS = ("fail", "unknown", "pass", "not_applicable")
_WORDS = {"dr": "disaster recovery", "ha": "high availability", "iam": "access"}


def as_html(
    run: Run,
    scenarios: Sequence[Record] = (),
    declared: Mapping[str, int] | None = None,
    plants: Sequence[Record] = (),
    before: str = "",
) -> str:
    """Give a run as one page.

    `scenarios` are the records that the pytest plugin writes, `declared` counts the outcomes at
    the declared sight, and `plants` are the defects a demonstration planted and what caught them;
    `before` is the verdict without them.
    """
    data = document(run)
    environment = Environment(
        loader=PackageLoader("stackproof.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = shown
    environment.filters["colour"] = lambda outcome: _COLOURS[_SCENARIOS.index(outcome)]
    environment.filters["counted"] = lambda records: Counter(r["outcome"] for r in records).items()
    environment.filters["words"] = lambda name: _WORDS.get(name, name.replace("_", " "))
    return environment.get_template("report.html.j2").render(
        facts=data["run"],
        warnings=data["warnings"],
        summary=data["summary"],
        accounting=data["accounting"],
        unjudged=dict([*accounts.named(data["accounting"]), *accounts.not_read(data["gaps"])]),
        beside=dict(accounts.beside_state(data["parity"])) if data["parity"] else {},
        failures=_by_control(ranked(data, "fail")),
        unknowns=_by_cause(ranked(data, "unknown")),
        waived=ranked(data, "waived"),
        waivers=[waived_by(waiver) for waiver in data["waivers"] if waiver["resources"]],
        findings=[finding for outcome in _WORST_FIRST for finding in ranked(data, outcome)],
        categories=_by_category(data["findings"]),
        outcomes=OUTCOMES,
        severities=SEVERITIES,
        families=_by_family(scenarios),
        declared=declared,
        plants=plants,
        before=before,
    )


def _by_control(findings: Sequence[Record]) -> list[list[Record]]:
    return [list(group) for _, group in groupby(findings, key=lambda f: f["control"])]


def _by_cause(findings: Sequence[Record]) -> dict[str, list[list[Record]]]:
    causes: dict[str, list[Record]] = defaultdict(list)
    for finding in findings:
        causes[finding["message"]].append(finding)
    return {cause: _by_control(hits) for cause, hits in causes.items()}


def _by_category(findings: Sequence[Record]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        counts[finding["category"]][finding["outcome"]] += 1
    return dict(sorted(counts.items()))


def _by_family(scenarios: Sequence[Record]) -> dict[str, list[Record]]:
    """Give each family's scenarios, the worst first; those of no family are shown as findings."""
    families: dict[str, list[Record]] = defaultdict(list)
    for record in sorted(scenarios, key=lambda r: _SCENARIOS.index(r["outcome"])):
        if record["family"]:
            case = record["scenario"].partition("[")[2].rstrip("]")
            families[record["family"]].append({**record, "case": case})
    return dict(sorted(families.items()))
