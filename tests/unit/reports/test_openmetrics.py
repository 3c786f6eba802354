"""OpenMetrics: read by Prometheus' own parsers, old and new, and true."""

from __future__ import annotations

from hypothesis import given, settings
from prometheus_client import parser as old
from prometheus_client.openmetrics import parser as new

from stackproof.record import Record, record_of
from stackproof.record.changes import changes_between
from stackproof.reports.openmetrics import as_openmetrics
from stackproof.verify import Run
from tests.unit.record.records_made import night
from tests.unit.reports.hostile import hostile_record
from tests.unit.reports.made import FAIL, finding, record_of_many, run, runs

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(record: Record) -> Samples:
    text = f"{as_openmetrics(record)}\n"
    told, also = (
        {
            (sample.name, frozenset(sample.labels.items())): float(sample.value)
            for family in parse(text)
            for sample in family.samples
        }
        for parse in (new.text_string_to_metric_families, old.text_string_to_metric_families)
    )
    assert told == also
    return told


def value(told: Samples, name: str, **labels: str) -> float:
    (found,) = (
        number
        for (named, held), number in told.items()
        if named == f"stackproof_{name}" and held >= labels.items()
    )
    return found


@settings(max_examples=30, deadline=None)
@given(runs())
def test_counts_are_those_of_the_record(made: Run) -> None:
    told = samples(record_of(made))
    for outcome, number in made.summary.items():
        found = (
            count
            for (name, labels), count in told.items()
            if name == "stackproof_findings" and ("outcome", outcome) in labels
        )
        assert sum(found) == number
    assert value(told, "exit_code", stack="payments-dev") == made.exit_code


def test_what_does_not_occur_is_zero() -> None:
    told = samples(record_of(run()))
    assert value(told, "findings", severity="critical", outcome="fail", sight="live") == 0
    assert value(told, "oldest_failure_seconds", severity="low") == 0
    assert value(told, "scenarios", outcome="failed") == 0


def test_the_age_of_the_oldest_failure_is_told() -> None:
    record = night(finding(FAIL), finding(FAIL, "logs"), day=9)
    aged = [
        one.model_copy(update={"failing_since": f"2026-11-0{day}T02:00:00.000+00:00"})
        for one, day in zip(record.findings, (8, 2), strict=True)
    ]
    told = samples(record.model_copy(update={"findings": aged}))
    assert value(told, "oldest_failure_seconds", severity="critical") == 7 * 86_400


def test_what_changed_is_told() -> None:
    before, after = night(finding(FAIL)), night(finding(FAIL), finding(FAIL, "logs"), day=2)
    changed = after.model_copy(update={"changes": changes_between(before, after)})
    told = samples(changed)
    assert (value(told, "changes", change="new"), value(told, "changes", change="still")) == (1, 1)


def test_no_name_of_a_resource_makes_a_series() -> None:
    few, many = samples(record_of_many(100)), samples(record_of_many(3_000))
    assert few.keys() == many.keys()


def test_hostile_names_stay_labels() -> None:
    record = hostile_record()
    told = samples(record)
    assert all(name.startswith("stackproof_") for name, _ in told)
    assert value(told, "not_seen") == len(record.not_seen)
