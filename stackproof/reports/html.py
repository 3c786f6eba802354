"""The HTML report: one self-contained page that opens with the verdict."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from stackproof.reports.document import document, shown
from stackproof.verify import Run

_SEVERITIES = ("critical", "high", "medium", "low")
_OUTCOMES = ("pass", "fail", "unknown", "waived", "not_applicable")


def as_html(
    run: Run,
    scenarios: Sequence[Mapping[str, Any]] = (),
    declared: Mapping[str, int] | None = None,
    plants: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Give a run as one page.

    `scenarios` are the records that the pytest plugin writes, `declared` counts the outcomes at
    the declared sight, and `plants` are the defects a demonstration planted and what caught them.
    """
    data = document(run)
    by_category: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in data["findings"]:
        by_category[finding["category"]][finding["outcome"]] += 1
    families: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for record in scenarios:
        if record["family"]:
            families[record["family"]].append(record)
    environment = Environment(
        loader=PackageLoader("stackproof.reports"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["shown"] = shown
    template = environment.get_template("report.html.j2")
    return template.render(
        facts=data["run"],
        summary=data["summary"],
        failed=_ordered(data["findings"], "fail"),
        unknown=_ordered(data["findings"], "unknown"),
        findings=data["findings"],
        categories=dict(sorted(by_category.items())),
        outcomes=_OUTCOMES,
        families=dict(sorted(families.items())),
        declared=declared,
        plants=plants,
    )


def _ordered(findings: Sequence[dict[str, Any]], outcome: str) -> list[dict[str, Any]]:
    hits = [finding for finding in findings if finding["outcome"] == outcome]
    return sorted(hits, key=lambda f: (_SEVERITIES.index(f["severity"]), f["control"], f["name"]))
