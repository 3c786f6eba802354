"""Which metrics of which resources alarms watch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from stackproof.controls.support.checks import some
from stackproof.model import (
    Block,
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.reasoning.once import once
from stackproof.types.tokens import METRIC_ALARM

Watched = tuple[Resource, Block | Unknown]


@dataclass(frozen=True, slots=True)
class _Index:
    """The alarms of a stack by what they watch; those whose metric is not known are `open`.

    `exact` holds what is known in full: namespace, metric, dimension and its value.
    """

    by_metric: Mapping[tuple[str, str], Sequence[Watched]]
    open: Sequence[Watched]
    exact: frozenset[tuple[str, str, str, str]]


def series(alarm: Resource) -> Iterator[Block | Unknown]:
    """Give the metrics that an alarm reads: its own one, or those of its metric queries."""
    if not alarm.raw("metric_queries"):
        yield alarm
        return
    for query in alarm.elements("metric_queries"):
        if isinstance(query, Unknown):
            yield query
        elif query.raw("metric") is not None:
            yield from query.elements("metric")


def watching(stack: Stack, namespace: str, name: str) -> list[Watched]:
    """Give the alarms, with the metric in each, that watch a metric or may watch it."""
    index = _index(stack)
    return [*index.by_metric.get((namespace, name), ()), *index.open]


def is_metric(item: Block | Unknown, namespace: str, name: str) -> bool:
    """Tell whether it is the named metric; raise UnresolvedError when that can't be told."""
    if isinstance(item, Unknown):
        raise UnresolvedError(item)
    given = (item.raw("namespace"), item.raw("metric_name"))
    if any(g != w for g, w in zip(given, (namespace, name), strict=True) if isinstance(g, str)):
        return False
    return bool(item["namespace"] == namespace and item["metric_name"] == name)


def metrics_have_alarms(
    targets: Sequence[Resource],
    stack: Stack,
    namespace: str,
    metrics: Sequence[str],
    dimensions: Mapping[str, frozenset[str]],
) -> dict[str, Outcome]:
    """Pass, metric by metric, when an alarm watches it on one of the targets.

    `dimensions` says which values of which dimensions name a target. Where a value is not known
    yet, the resources that it was computed from tell.
    """
    urns = {target.urn for target in targets if target.urn}

    def outcome(metric: str) -> Outcome:
        def judge(watched: Watched) -> Outcome:
            alarm, item = watched
            if isinstance(item, Block) and is_metric(item, namespace, metric):
                return _names(alarm, item, dimensions, urns)
            return item if isinstance(item, Unknown) else NotApplicable("another metric")

        keys = ((namespace, metric, n, v) for n, values in dimensions.items() for v in values)
        if not _index(stack).exact.isdisjoint(keys):
            return Pass()
        missing = Fail(
            "alarms",
            f"a MetricAlarm on {metric}",
            "none on it",
            f"Add a MetricAlarm on {namespace} {metric} by {' or '.join(dimensions)}.",
        )
        return some(watching(stack, namespace, metric), judge, missing)

    return {metric: outcome(metric) for metric in metrics}


def _index(stack: Stack) -> _Index:
    return once(stack, _Index, partial(_made, stack))


def _made(stack: Stack) -> _Index:
    by_metric: dict[tuple[str, str], list[Watched]] = defaultdict(list)
    unknown: list[Watched] = []
    exact: set[tuple[str, str, str, str]] = set()
    for alarm in stack.around(METRIC_ALARM):
        for item in series(alarm):
            key = _key(item)
            if key is None or isinstance(item, Unknown):
                unknown.append((alarm, item))
            else:
                by_metric[key].append((alarm, item))
                exact.update((*key, name, value) for name, value in _dimensions(item))
    return _Index(by_metric, unknown, frozenset(exact))


def _key(item: Block | Unknown) -> tuple[str, str] | None:
    if isinstance(item, Unknown):
        return None
    namespace, name = item.raw("namespace"), item.raw("metric_name")
    known = isinstance(namespace, str) and isinstance(name, str)
    return (namespace, name) if known else None


def _dimensions(item: Block) -> Iterator[tuple[str, str]]:
    given = item.raw("dimensions")
    if isinstance(given, Mapping):
        yield from ((n, value) for n, value in given.items() if isinstance(value, str))


def _names(
    alarm: Resource, item: Block, dimensions: Mapping[str, frozenset[str]], urns: set[str]
) -> Outcome:
    given = item.raw("dimensions") or {}
    if not isinstance(given, (Mapping, Unknown)):
        return Unknown(Cause.UNREADABLE, item.at("dimensions"), "no map")
    values = {n: given if isinstance(given, Unknown) else given.get(n) for n in dimensions}
    if any(isinstance(value, str) and value in dimensions[n] for n, value in values.items()):
        return Pass()
    unknown = [value for value in values.values() if isinstance(value, Unknown)]
    if not unknown:
        return NotApplicable("another resource")
    sources = alarm.references.get("metric_queries" if item.path else "dimensions", ())
    if sources:
        return Pass() if urns.intersection(sources) else NotApplicable("another resource")
    return unknown[0].at(f"{alarm.name}.{item.at('dimensions')}")
