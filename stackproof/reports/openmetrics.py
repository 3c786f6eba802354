"""A record as gauges, for the textfile collector of Prometheus' node exporter.

No name of a resource is a label: a series for each would be one for ever. Gauges alone are the
same in OpenMetrics and in the older text format, which the collector reads.
Sources: OpenMetrics 1.0; Prometheus, "Metric and label naming".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from stackproof.extras import needed
from stackproof.record.form import SEVERITIES, Changes, Named, Record
from stackproof.reports.texts import line
from stackproof.verify import OUTCOMES

_CHANGES: Final = tuple(
    name for name, field in Changes.model_fields.items() if field.annotation == list[Named]
)
_SCENARIOS: Final = ("passed", "failed", "unknown", "skipped")


def as_openmetrics(record: Record) -> str:
    """Give the counts of a record as OpenMetrics, each with the stack as a label."""
    registry = needed("prometheus_client.registry", "formats").CollectorRegistry()
    gauges = needed("prometheus_client.metrics", "formats")
    stack = {"stack": line(record.run.stack)}

    def tell(name: str, help_: str, values: Iterable[tuple[Mapping[str, str], float]]) -> None:
        told = [({**stack, **labels}, value) for labels, value in values]
        names = tuple(told[0][0]) if told else tuple(stack)
        gauge = gauges.Gauge(f"stackproof_{name}", help_, names, registry=registry)
        for labels, value in told:
            gauge.labels(**labels).set(value)

    run = record.run
    facts = {"account": line(run.account), "sight": run.sight}
    facts |= {"version": line(run.tool), "catalogue": run.catalogue[:12]}
    tell("run_info", "What was run, as labels.", [(facts, 1)])
    tell(
        "exit_code", "0 verified, 1 failed, 3 not everything could be seen.", _sample(run.exit_code)
    )
    tell("run_timestamp_seconds", "When the run began.", _sample(_seconds(run.began)))
    tell("run_duration_seconds", "How long the run took.", _sample(run.seconds))
    tell("api_calls", "The requests that the run sent.", _sample(run.api_calls))
    tell("findings", "Findings by sight, severity and outcome.", _findings(record))
    tell("oldest_failure_seconds", "The age of the oldest failure of a severity.", _ages(record))
    tell("resources", "Resources by how they ended.", _by("status", record.accounting.counts))
    tell("gaps", "Questions that nobody answered.", _sample(len(record.gaps)))
    tell("errors", "What could not be looked at at all.", _sample(len(record.errors)))
    tell("not_seen", "Earlier failures that nobody saw mended.", _sample(len(record.not_seen)))
    scenarios = Counter(scenario.outcome for scenario in record.scenarios)
    tell("scenarios", "Scenarios by outcome.", _by("outcome", _all(scenarios, _SCENARIOS)))
    if record.changes:
        tell("changes", "Findings by what changed since the record before.", _of(record.changes))
    exposition = needed("prometheus_client.openmetrics.exposition", "formats")
    written: bytes = exposition.generate_latest(registry)
    return written.decode().rstrip("\n")


def _sample(value: float) -> list[tuple[Mapping[str, str], float]]:
    return [({}, value)]


def _by(label: str, counts: Mapping[str, int]) -> list[tuple[Mapping[str, str], float]]:
    return [({label: name}, number) for name, number in counts.items()]


def _all(counts: Mapping[Any, int], names: Iterable[str]) -> dict[str, int]:
    """Give the counts of all names: a series that comes and goes can't be alarmed on."""
    return {name: counts.get(name, 0) for name in names}


def _findings(record: Record) -> list[tuple[Mapping[str, str], float]]:
    found = Counter(
        (finding.sight, finding.severity, finding.outcome) for finding in record.findings
    )
    sights = sorted({record.run.sight, *(finding.sight for finding in record.findings)})
    return [
        (
            {"sight": sight, "severity": severity, "outcome": outcome},
            found[(sight, severity, outcome)],
        )
        for sight in sights
        for severity in SEVERITIES
        for outcome in OUTCOMES
    ]


def _ages(record: Record) -> list[tuple[Mapping[str, str], float]]:
    began = _seconds(record.run.began)
    oldest = dict.fromkeys(SEVERITIES, began)
    for finding in (*record.findings, *record.not_seen):
        if finding.outcome == "fail" and finding.failing_since:
            oldest[finding.severity] = min(
                oldest[finding.severity], _seconds(finding.failing_since)
            )
    return [({"severity": name}, max(0.0, began - since)) for name, since in oldest.items()]


def _of(changes: Changes) -> list[tuple[Mapping[str, str], float]]:
    counts = {name: len(getattr(changes, name)) for name in _CHANGES}
    return _by("change", {**counts, "still": changes.still})


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
