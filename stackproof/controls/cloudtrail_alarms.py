"""Somebody is told of what the trail shows: root, sign-ins, and changes to what protects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

from stackproof.controls.cloudwatch_alarms import reaches
from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, each, some
from stackproof.controls.support.metric_alarms import Watched as WatchedMetric
from stackproof.controls.support.metric_alarms import is_metric, watching
from stackproof.controls.support.notices import NOTICE_TYPES
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.account_changes import Watched, watched
from stackproof.reasoning.alarms import after
from stackproof.reasoning.filter_patterns import counted_by
from stackproof.reasoning.log_metrics import published
from stackproof.reasoning.once import once
from stackproof.types.tokens import (
    CLOUDTRAIL_TRAIL,
    CLOUDWATCH_COMPOSITE_ALARM,
    LOG_GROUP,
    LOG_METRIC_FILTER,
    METRIC_ALARM,
    SNS_SUBSCRIPTION,
    SNS_TOPIC,
)

_ALL = "{ $.eventName = * }"
_ROOT = '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) }'
_GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/trail:*"


@control(
    "cloudtrail-changes-alarmed",
    title="Somebody is told of root, failed sign-ins and changes to what protects the account",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=CLOUDTRAIL_TRAIL,
    needs=(LOG_GROUP, LOG_METRIC_FILTER, METRIC_ALARM, CLOUDWATCH_COMPOSITE_ALARM, *NOTICE_TYPES),
    frameworks={
        Framework.CIS: tuple(event.number for event in watched()),
        Framework.PCI: ("10.4.1.1", "12.10.5"),
        Framework.NIST: ("AU-6(1)", "SI-4(5)"),
    },
    cases=Cases(
        passing=Given(
            CLOUDTRAIL_TRAIL,
            {"name": "audit", "cloud_watch_logs_group_arn": _GROUP},
            (
                Neighbour(
                    "filter",
                    LOG_METRIC_FILTER,
                    {
                        "log_group_name": "/trail",
                        "pattern": _ALL,
                        "metric_transformation": {
                            "name": "changes",
                            "namespace": "audit",
                            "value": "1",
                        },
                    },
                ),
                Neighbour(
                    "alarm",
                    METRIC_ALARM,
                    {
                        "name": "changes",
                        "namespace": "audit",
                        "metric_name": "changes",
                        "statistic": "Sum",
                        "comparison_operator": "GreaterThanOrEqualToThreshold",
                        "threshold": 1,
                        "period": 300,
                        "evaluation_periods": 1,
                        "alarm_actions": [Ref("topic", "arn")],
                    },
                ),
                Neighbour("topic", SNS_TOPIC, {"name": "alerts"}),
                Neighbour("mail", SNS_SUBSCRIPTION, {"topic": Ref("topic", "arn")}),
            ),
        ),
        failing=(
            Without("filter"),
            Without("alarm"),
            Without("mail"),
            Change("pattern", _ROOT, of="filter"),
            Change("pattern", "ERROR", of="filter"),
            Change("log_group_name", "/another", of="filter"),
            Change("threshold", 5, of="alarm"),
            Change("metric_transformation.value", "0", of="filter"),
            Change("metric_transformation.value", "one", of="filter"),
            Change("metric_name", "other", of="alarm"),
            Change("statistic", "SampleCount", of="alarm"),
            Change("actions_enabled", False, of="alarm"),
            Change("alarm_actions", [], of="alarm"),
        ),
        unknown=(
            Hide("cloud_watch_logs_group_arn"),
            Hide("pattern", of="filter"),
            Hide("log_group_name", of="filter"),
            Hide("metric_name", of="alarm"),
            Hide("threshold", of="alarm"),
            Change("pattern", "{ $.bytes > 10 }", of="filter"),
            Change("metric_transformation.value", "$.bytes", of="filter"),
            Hide("metric_transformation.value", of="filter"),
        ),
        absent=(Without("alarm"), Without("filter"), Without("topic")),
        not_applicable=(Remove("cloud_watch_logs_group_arn"),),
    ),
)
def changes_alarmed(trail: Resource, stack: Stack) -> Outcome | dict[str, Outcome]:
    """What an intruder does first is to widen rights and to switch the records off.

    Judged where a trail goes to a log group: one outcome for each recommendation. Source: CIS AWS
    Foundations Benchmark v5.0, section 4.
    """
    name = _group_of(trail, stack)
    if name is None:
        return NotApplicable("goes to no log group")
    filters = list(_filters(name, stack))
    return {event.number: _told(event, filters, stack) for event in watched()}


def _group_of(trail: Resource, stack: Stack) -> str | None:
    """Give the name of the log group that a trail goes to, also while its ARN is not known."""
    path = "cloud_watch_logs_group_arn"
    sources = trail.references.get(path, ())
    if isinstance(trail.raw(path), Unknown):
        groups = [group for urn in sources if (group := stack.find(urn, LOG_GROUP))]
        if len(groups) == 1:
            return groups[0].text("name")
    return (trail.text(path) or "").removesuffix(":*").rpartition(":log-group:")[2] or None


def _filters(group: str, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the metric filters of a log group, an Unknown for one that may be."""
    of_groups = once(stack, _of_groups, partial(_of_groups, stack))
    yield from of_groups.get(group, ())
    yield from of_groups.get(None, ())


def _of_groups(stack: Stack) -> Mapping[object, Sequence[Resource | Unknown]]:
    """Give the metric filters by the names of their groups: under `None` those of hidden ones."""
    found: dict[object, list[Resource | Unknown]] = defaultdict(list)
    for filter_ in stack.around(LOG_METRIC_FILTER):
        named = filter_.raw("log_group_name")
        if isinstance(named, Unknown):
            found[None].append(named.at(f"{filter_.name}.log_group_name"))
        elif isinstance(named, str):
            found[named].append(filter_)
    return found


def _told(wanted: Watched, filters: list[Resource | Unknown], stack: Stack) -> Outcome:
    missing = Fail(
        "cloud_watch_logs_group_arn",
        f"a metric filter for {wanted.about} (CIS {wanted.number}), an alarm on its metric at the "
        "first one, and a reader of the alarm's topic",
        None,
        "Add a LogMetricFilter, a MetricAlarm (Sum, at least 1) and a TopicSubscription.",
    )
    return each(
        range(len(wanted.events)),
        lambda event: some(filters, partial(_counts, wanted, event, stack, missing), missing),
    )


@cache
def _is_counted(pattern: str, number: str, event: int) -> bool:
    """Tell whether a pattern counts an event of a recommendation: an account has few patterns."""
    (wanted,) = (event for event in watched() if event.number == number)
    return counted_by(pattern, wanted.events[event])


def _counts(wanted: Watched, event: int, stack: Stack, missing: Fail, found: Resource) -> Outcome:
    pattern = found.text("pattern") or ""
    if pattern and not pattern.startswith("{"):
        return NotApplicable("counts words")
    if pattern and not _is_counted(pattern, wanted.number, event):
        return NotApplicable("counts something else")
    return some(found.elements("metric_transformation"), partial(_alarmed, stack, missing), missing)


def _alarmed(stack: Stack, missing: Fail, made: Block) -> Outcome:
    namespace, name = str(made["namespace"]), str(made["name"])
    return some(
        watching(stack, namespace, name),
        partial(_heard, stack, missing, made),
        missing,
    )


def _heard(stack: Stack, missing: Fail, made: Block, found: WatchedMetric) -> Outcome:
    alarm, item = found
    if not is_metric(item, str(made["namespace"]), str(made["name"])):
        return NotApplicable("another metric")
    if isinstance(item, Unknown):
        return item
    sums = item["stat"] if item.path else item["statistic"]
    if sums != "Sum" or alarm["actions_enabled"] is False or not _rings_at_first(alarm, made):
        return missing
    heard = attempt(reaches, alarm, stack)
    if isinstance(heard, Fail):
        return replace(heard, property=f"{alarm.name}.{heard.property}", actual=_actions(alarm))
    return missing if isinstance(heard, NotApplicable) else heard


def _rings_at_first(alarm: Resource, made: Block) -> bool:
    """Tell whether an alarm goes off at what a filter reports for the first event.

    Raises UnresolvedError when that is a field of the event.
    """
    values = published(made)
    if values is None:
        detail = f"whether events have the field {made['value']}"
        raise UnresolvedError(Unknown(Cause.UNREADABLE, made.at("value"), detail))
    return any(after(alarm, value) is not None for value in values[:1])


def _actions(alarm: Resource) -> str:
    actions = alarm.raw("alarm_actions")
    return ", ".join(map(str, actions)) if isinstance(actions, (list, tuple)) else str(actions)
