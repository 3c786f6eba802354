"""Log groups: kept long enough but not for ever, encrypted, and watched where they are counted."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, expect_number, some
from stackproof.controls.support.keys import customer_key
from stackproof.controls.support.metric_alarms import Watched, is_metric, watching
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    Without,
)
from stackproof.model.parameter import Range
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import KMS_KEY, LOG_GROUP, LOG_METRIC_FILTER, METRIC_ALARM

# Source: Amazon CloudWatch Logs API Reference, PutRetentionPolicy.
_ACCEPTED_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731}
    | {1096, 1827, 2192, 2557, 2922, 3288, 3653}
)


@control(
    "cloudwatch-log-retention",
    title="Log groups keep their logs for a stated number of days",
    severity=Severity.MEDIUM,
    category=Category.COST,
    types=LOG_GROUP,
    frameworks={Framework.PCI: ("10.5.1", "3.2.1"), Framework.NIST: ("AU-11",)},
    cases=Cases(
        passing=Given(LOG_GROUP, {"retention_in_days": 30}),
        failing=(
            Remove("retention_in_days"),
            Change("retention_in_days", 0),
            Change("retention_in_days", 7),
            Change("retention_in_days", 91),
        ),
        unknown=(Hide("retention_in_days"),),
        also_passing=(Change("retention_in_days", 14), Change("retention_in_days", 3653)),
        not_applicable=(Change("log_group_class", "DELIVERY"),),
    ),
)
def retention(
    group: Resource, *, minimum_days: Annotated[int, Range(1, 3653, "days")] = 14
) -> Outcome:
    """Without a number logs stay, and are paid for, for ever; AWS accepts certain numbers only.

    Groups of the class DELIVERY always keep logs for one day.
    """
    if group["log_group_class"] == "DELIVERY":
        return NotApplicable("groups of the class DELIVERY have a fixed retention")
    return expect_number(
        group,
        "retention_in_days",
        lambda days: days in _ACCEPTED_DAYS and days >= minimum_days,
        f"at least {minimum_days}, and a number of days that CloudWatch Logs accepts",
        fix="Set retention_in_days (14, 30, 60, 90, 120, 150, 180, 365, …).",
    )


@control(
    "cloudwatch-log-year-of-history",
    title="Production log groups keep a year of history",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=LOG_GROUP,
    tolerated_in=(*NON_PRODUCTION, "staging"),
    frameworks={
        Framework.SECURITY_HUB: ("CloudWatch.16",),
        Framework.PCI: ("10.5.1",),
        Framework.NIST: ("AU-11", "AU-10"),
    },
    cases=Cases(
        passing=Given(LOG_GROUP, {"retention_in_days": 365}),
        failing=(Change("retention_in_days", 90),),
        unknown=(Hide("retention_in_days"),),
        also_passing=(Remove("retention_in_days"), Change("retention_in_days", 0)),
        not_applicable=(
            Change("tags", {"Environment": "staging"}),
            Change("log_group_class", "DELIVERY"),
        ),
    ),
)
def year_of_history(
    group: Resource, *, minimum_days: Annotated[int, Range(180, 3653, "days")] = 365
) -> Outcome:
    """Breaches are found months later; what `cloudwatch-log-retention` asks for is the bound."""
    if group["log_group_class"] == "DELIVERY":
        return NotApplicable("groups of the class DELIVERY have a fixed retention")
    if group["retention_in_days"] in (None, 0):
        return Pass()
    return at_least(
        group,
        "retention_in_days",
        minimum_days,
        unit="days",
        fix=f"Set retention_in_days to {minimum_days} or more.",
    )


@control(
    "cloudwatch-log-customer-key",
    title="Log groups are encrypted with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=LOG_GROUP,
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.5.1", "10.3.2"), Framework.NIST: ("AU-9(3)", "SC-28(1)")},
    cases=Cases(
        passing=Given(
            LOG_GROUP,
            {"kms_key_id": Ref("key", "arn")},
            (Neighbour("key", KMS_KEY, {"description": "logs"}),),
        ),
        failing=(Remove("kms_key_id"),),
        unknown=(Hide("kms_key_id"),),
        absent=(Without("key"),),
    ),
)
def log_key(group: Resource, stack: Stack) -> Outcome:
    """Logs hold what nobody meant to write down; the key decides who can read them."""
    return customer_key(group, stack, "kms_key_id")


@control(
    "cloudwatch-metric-filter-alarm",
    title="Metrics that are counted in logs have an alarm",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=LOG_METRIC_FILTER,
    needs=(METRIC_ALARM,),
    frameworks={Framework.PCI: ("10.4.1",), Framework.NIST: ("AU-6(1)", "SI-4")},
    cases=Cases(
        passing=Given(
            LOG_METRIC_FILTER,
            {
                "pattern": "ERROR",
                "metric_transformation": {"name": "errors", "namespace": "payments", "value": "1"},
            },
            (Neighbour("alarm", METRIC_ALARM, {"namespace": "payments", "metric_name": "errors"}),),
        ),
        failing=(
            Change("metric_name", "warnings", of="alarm"),
            Change("namespace", "AWS/ECS", of="alarm"),
            Without("alarm"),
        ),
        unknown=(
            Hide("metric_name", of="alarm"),
            Hide("metric_transformation.name"),
            Hide("metric_transformation"),
        ),
        absent=(Without("alarm"),),
        also_passing=(
            (
                Remove("metric_name", of="alarm"),
                Remove("namespace", of="alarm"),
                Change(
                    "metric_queries",
                    [{"id": "m", "metric": {"namespace": "payments", "metric_name": "errors"}}],
                    of="alarm",
                ),
            ),
        ),
    ),
)
def filter_has_alarm(counter: Resource, stack: Stack) -> Outcome:
    """A count of errors that wakes nobody is only good for the report afterwards."""
    name = counter.text("metric_transformation.name") or ""
    namespace = counter.text("metric_transformation.namespace") or ""
    return some(
        watching(stack, namespace, name),
        lambda watched: _counts(watched, namespace, name),
        Fail(
            "metric_transformation.name",
            "a MetricAlarm on the metric",
            name,
            f"Add a MetricAlarm on {namespace} {name}.",
        ),
    )


def _counts(watched: Watched, namespace: str, name: str) -> Outcome:
    return Pass() if is_metric(watched[1], namespace, name) else NotApplicable("another metric")
