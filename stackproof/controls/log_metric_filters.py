"""Metric filters report something that can be told from nothing."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Remove, With
from stackproof.reasoning.log_metrics import highest, published
from stackproof.types.tokens import LOG_METRIC_FILTER

_MADE = {"namespace": "Shop", "name": "Errors", "value": "1"}
_BESIDE = With(
    Neighbour("ones", LOG_METRIC_FILTER, {"pattern": "ERROR", "metric_transformation": _MADE})
)
_ZERO = Change("metric_transformation.value", "0")


@control(
    "log-metric-filter-counts",
    title="Metric filters report numbers that differ from nothing",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=LOG_METRIC_FILTER,
    needs=(LOG_METRIC_FILTER,),
    frameworks={Framework.NIST: ("AU-6(1)", "SI-4")},
    cases=Cases(
        passing=Given(LOG_METRIC_FILTER, {"pattern": "ERROR", "metric_transformation": {**_MADE}}),
        failing=(
            _ZERO,
            Change("metric_transformation.value", "0.0"),
            Change("metric_transformation.value", "error"),
            Change("metric_transformation.value", ""),
            (_ZERO, Change("metric_transformation.default_value", "0")),
        ),
        unknown=(Hide("metric_transformation"), Hide("metric_transformation.value")),
        also_passing=(
            Change("metric_transformation.value", "$.latency"),
            Change("metric_transformation.value", "$bytes"),
            Change("metric_transformation.value", "-1"),
            (_ZERO, Change("metric_transformation.default_value", "1")),
            # The second one reports that there was nothing, for a metric without gaps.
            (_ZERO, _BESIDE),
        ),
        absent=(_ZERO,),
        not_applicable=(Remove("metric_transformation"),),
    ),
)
def metric_filter_counts(counter: Resource, stack: Stack) -> Outcome:
    """A metric that is nought whatever the log says leaves each alarm on it quiet for ever.

    Source: Amazon CloudWatch Logs User Guide, "Configuring metric values for a metric filter".
    """
    return each(counter.elements("metric_transformation"), lambda made: _told_apart(made, stack))


def _told_apart(made: Block, stack: Stack) -> Outcome:
    values = published(made)
    if values is None or {*values} - {0.0}:
        return Pass()
    if values and highest(made["namespace"], made["name"], stack, added_up=True) is None:
        return Pass()  # another filter counts for the same metric
    return Fail(
        made.at("value"),
        "a number other than 0, or a field of the log's lines ($.field)",
        made["value"],
        "Set value to 1, so that each line that matches counts.",
    )
