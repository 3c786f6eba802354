"""Alarms on what falls silent when it is dead go off in silence."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect_that
from stackproof.controls.support.metric_alarms import series
from stackproof.controls.support.metric_bounds import counts, statistic_of
from stackproof.controls.support.reported_metrics import metrics_of
from stackproof.model import (
    Block,
    Category,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    worst,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Remove,
    With,
)
from stackproof.model.parameter import Metrics
from stackproof.reasoning.log_metrics import counted
from stackproof.types.tokens import LOG_METRIC_FILTER, METRIC_ALARM

_ORDERS = (
    Change("namespace", "Shop"),
    Change("metric_name", "Orders"),
    Change("statistic", "Sum"),
    Change("threshold", 1),
)
_COUNTED = {"namespace": "Shop", "name": "Orders", "value": "1", "default_value": "0"}
_WITH_NONE = With(Neighbour("orders", LOG_METRIC_FILTER, {"metric_transformation": _COUNTED}))


@control(
    "cloudwatch-alarm-treats-missing-data",
    title="Alarms on availability say what missing data means, and loss of it is an alarm",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=METRIC_ALARM,
    needs=(LOG_METRIC_FILTER,),
    frameworks={Framework.PCI: ("10.7.2",), Framework.NIST: ("SI-4", "CA-7")},
    cases=Cases(
        passing=Given(
            METRIC_ALARM,
            {
                "namespace": "AWS/ApplicationELB",
                "metric_name": "HealthyHostCount",
                "comparison_operator": "LessThanThreshold",
                "treat_missing_data": "breaching",
            },
        ),
        failing=(
            Remove("treat_missing_data"),
            Change("treat_missing_data", "missing"),
            Change("treat_missing_data", "notBreaching"),
            (
                Change("metric_name", "UnHealthyHostCount"),
                Change("comparison_operator", "GreaterThanThreshold"),
                Remove("treat_missing_data"),
            ),
            (
                Change("namespace", "AWS/Lambda"),
                Change("metric_name", "Invocations"),
                Change("treat_missing_data", "notBreaching"),
            ),
            (*_ORDERS, Change("treat_missing_data", "notBreaching")),
            (*_ORDERS, Remove("treat_missing_data")),
        ),
        absent=((*_ORDERS, Remove("treat_missing_data")),),
        unknown=(Hide("treat_missing_data"), Hide("metric_name"), Hide("comparison_operator")),
        also_passing=(
            _ORDERS,
            (
                Change("metric_name", "UnHealthyHostCount"),
                Change("comparison_operator", "GreaterThanThreshold"),
                Change("treat_missing_data", "notBreaching"),
            ),
        ),
        not_applicable=(
            Change("metric_name", "Evictions"),
            Remove("metric_name"),
            (*_ORDERS, Remove("treat_missing_data"), Change("threshold", 20)),
            (*_ORDERS, Remove("treat_missing_data"), Change("statistic", "Average")),
            (*_ORDERS, Remove("treat_missing_data"), _WITH_NONE),
        ),
    ),
)
def treats_missing_data(
    alarm: Resource,
    stack: Stack,
    *,
    metrics: Metrics = (
        "HealthyHostCount",
        "UnHealthyHostCount",
        "RunningTaskCount",
        "HealthCheckStatus",
        "StatusCheckFailed",
    ),
) -> Outcome:
    """What is dead sends no data; by default such an alarm just waits for more.

    So it is with a count that isn't reported while there is nothing to count, and that somebody is
    to be told of when it falls: of AWS's, and of one's own where the alarm asks for at least one.
    Source: Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
    """
    falls = str(alarm["comparison_operator"]).startswith("LessThan")
    watched = [
        each([item], lambda item: _falls_silent(item, metrics, falls)) for item in series(alarm)
    ]
    if falls and alarm.number("threshold") == 1:
        watched += [each([item], lambda item: _counts(item, stack)) for item in series(alarm)]
    if not watched or isinstance(found := worst(*watched), NotApplicable):
        return NotApplicable("does not watch availability")
    if isinstance(found, Unknown):
        return found
    accepted = ("breaching",) if falls else ("breaching", "notBreaching", "ignore")
    return expect_that(
        alarm,
        "treat_missing_data",
        lambda value: value in accepted,
        expected=" or ".join(accepted),
        fix=f"Set treat_missing_data to {accepted[0]}.",
    )


def _falls_silent(item: Block, metrics: tuple[str, ...], falls: bool) -> Outcome:
    """Pass for a metric whose silence says that something is wrong."""
    silent = falls and any(metric.sparse for metric in metrics_of(item))
    watched = item["metric_name"] in metrics or silent
    return Pass() if watched else NotApplicable("silence is no symptom")


def _counts(item: Block, stack: Stack) -> Outcome:
    """Pass for a count of one's own that is not reported while there is nothing to count."""
    own = not str(item["namespace"]).startswith("AWS/") and counts(statistic_of(item))
    if not own or item["metric_name"] is None or _reports_none(item, stack):
        return NotApplicable("silence is no symptom")
    return Pass()


def _reports_none(item: Block, stack: Stack) -> bool:
    """Tell whether a metric filter reports a value for lines that don't count."""
    filters = [
        transformation
        for transformation in counted(str(item["namespace"]), stack)
        if isinstance(transformation, Block)
    ]
    same = [
        transformation
        for transformation in filters
        if transformation["name"] == item["metric_name"]
    ]
    return any(transformation["default_value"] is not None for transformation in same)
