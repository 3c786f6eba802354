"""Whether the settings of an alarm let it go off: threshold, direction, statistic and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Final

from stackproof.controls.support.reported_metrics import metrics_of
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
from stackproof.reasoning.dimensions import subjects
from stackproof.reasoning.log_metrics import highest
from stackproof.types.metrics import Bad, Metric, Range
from stackproof.types.tokens import APPSCALING_POLICY, AUTOSCALING_POLICY

_HIGHEST: Final = {
    Range.PERCENT: 100.0,
    # A task may use what others of its machine reserved: the largest has 192 processors, the
    # smallest reservation is an eighth of one.
    Range.ABOVE: 192 * 8 * 100.0,
    Range.ONES: 1.0,
    # Elastic Load Balancing, "Quotas": 1,000 targets; it can be raised.
    Range.HOSTS: 10_000.0,
}
_COUNTING: Final = ("Sum", "SampleCount", "TC", "TS")
_LEAST_BYTES: Final = 1_000_000
# An alarm on what is idle asks for less than this much of a percentage.
_IDLE: Final = 40
# Amazon CloudWatch API Reference, PutMetricAlarm, ComparisonOperator: those without a threshold.
_LEARNT: Final = (
    "GreaterThanUpperThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
)
_BAND: Final = "ANOMALY_DETECTION_BAND"
_UNITS: Final = {Range.PERCENT: "Percent", Range.ABOVE: "Percent", Range.BYTES: "Bytes"}


@dataclass(frozen=True, slots=True)
class _Bound:
    """How far a metric goes by a setting of what a dimension names; `most` is AWS's own limit."""

    dimension: str
    setting: str
    default: float | None
    factor: float = 1
    most: float = inf


# Sources: AWS Lambda Developer Guide, "Configure Lambda function timeout"; Elastic Load Balancing,
# "Application Load Balancers", idle timeout; Amazon SQS API Reference, SetQueueAttributes; Amazon
# RDS User Guide, "Amazon CloudWatch metrics"; Amazon API Gateway Developer Guide, "Quotas".
_BOUNDS: Final[Mapping[tuple[str, str], _Bound]] = {
    ("AWS/Lambda", "Duration"): _Bound("FunctionName", "timeout", 3, 1000, 900_000),
    ("AWS/ApplicationELB", "TargetResponseTime"): _Bound(
        "LoadBalancer", "idle_timeout", 60, most=4000
    ),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): _Bound(
        "QueueName", "message_retention_seconds", 345_600, most=1_209_600
    ),
    ("AWS/RDS", "FreeStorageSpace"): _Bound(
        "DBInstanceIdentifier", "allocated_storage", None, 1024**3
    ),
    ("AWS/ApiGateway", "Latency"): _Bound("", "", None, most=300_000),
    ("AWS/ApiGateway", "IntegrationLatency"): _Bound("", "", None, most=300_000),
}


def watched(alarm: Resource) -> Block | None:
    """Give what an alarm compares: the alarm itself, or the one metric that its queries return.

    `None` where that is computed. Raises UnresolvedError when it is unknown.
    """
    if not alarm.raw("metric_queries"):
        return alarm
    queries = list(alarm.blocks("metric_queries"))
    banded = alarm["threshold_metric_id"] is not None
    given = [q for q in queries if banded or q["return_data"] or len(queries) == 1]
    metrics = [metric for query in given for metric in query.blocks("metric")]
    computed = [q for q in given if q.raw("metric") is None and not banded]
    return metrics[0] if len(metrics) == 1 and not computed else None


def reachable(alarm: Resource, item: Block, stack: Stack) -> Outcome:
    """Pass when the metric can be on both sides of the threshold."""
    operator = str(alarm["comparison_operator"])
    if operator in _LEARNT or alarm["threshold_metric_id"] is not None:
        return _banded(alarm)
    if (threshold := alarm.number("threshold")) is None:
        return Fail("threshold", "a number", None, "Set threshold.")
    rows = metrics_of(item)
    equal, high = "OrEqual" in operator, operator.startswith("Greater")
    if not rows:
        return _counted(item, operator, threshold, stack)
    lowest = 0.0 if rows[0].range is not Range.BYTES or high else float(_LEAST_BYTES)
    highest = _highest(alarm, item, rows[0], threshold, stack)
    never = threshold > highest if high else threshold < lowest
    never = never or (not equal and threshold == (highest if high else lowest))
    always = threshold < 0 if high else threshold > highest
    always = always or (equal and threshold == (0 if high else highest) and not rows[0].sparse)
    if not never and not always:
        return Pass()
    span = f"between {lowest:,g} and {highest:,g}" if highest < inf else f"above {lowest:,g}"
    crossing = "never crosses" if never else "is always across"
    return Fail(
        "threshold",
        f"a value {span}, as {item['metric_name']} has in its unit",
        f"{operator} {threshold:g}, which the metric {crossing}",
        "Set a threshold that the metric crosses when something is wrong.",
    )


def _counted(item: Block, operator: str, threshold: float, stack: Stack) -> Outcome:
    """Judge the height of what metric filters report for lines of logs."""
    namespace, name = item["namespace"], item["metric_name"]
    added_up = _statistic(item) in _COUNTING
    top = highest(namespace, name, stack, added_up=added_up)
    if top is None or not operator.startswith("Greater"):
        return NotApplicable("its range is not known")
    if threshold < top or (threshold == top and "OrEqual" in operator):
        return Pass()
    return Fail(
        "threshold",
        f"a value below {top:g}, the most that the filters of {name} report",
        f"{operator} {threshold:g}, which the metric never crosses",
        "Have the LogMetricFilter report 1 for each line that counts, and add it up (Sum).",
    )


def bad_way(alarm: Resource, item: Block, stack: Stack) -> Outcome:
    """Pass when the alarm goes off on the side where values of the metric are bad."""
    rows = metrics_of(item)
    if not rows or rows[0].bad is Bad.EITHER:
        return NotApplicable("either side may be bad")
    operator = str(alarm["comparison_operator"])
    high = rows[0].bad is Bad.HIGH
    if operator.startswith("Greater" if high else "Less") or "GreaterThanUpper" in operator:
        return Pass()
    shares = rows[0].range in (Range.PERCENT, Range.ABOVE)
    if shares and high and (alarm.number("threshold") or inf) <= _IDLE:
        return Pass()
    if _scales(alarm, stack):
        return Pass()
    return Fail(
        "comparison_operator",
        f"{'Greater' if high else 'Less'}Than…, as {item['metric_name']} is bad when it is "
        f"{rows[0].bad.value}",
        operator,
        "Turn the comparison round.",
    )


def sums_up(alarm: Resource, item: Block) -> Outcome:
    """Pass when the statistic says something of the metric, in the unit that it is reported in."""
    statistic, rows = _statistic(item), metrics_of(item)
    if not rows:
        return NotApplicable("its range is not known")
    gauge = rows[0].range in (Range.PERCENT, Range.ABOVE, Range.BYTES, Range.HOSTS)
    if gauge and statistic in _COUNTING:
        path = "stat" if item.path else "statistic"
        expected = "Average, Minimum, Maximum or a percentile: what the metric shows is no count"
        return Fail(item.at(path), expected, statistic, "Set the statistic to Average or Maximum.")
    busiest = statistic == "Minimum" and rows[0].range is Range.PERCENT
    if busiest and str(alarm["comparison_operator"]).startswith("Greater"):
        path, expected = "stat" if item.path else "statistic", "Average, Maximum or a percentile"
        fix = "Set it to Average: the least busy moment of a period tells of no load."
        return Fail(item.at(path), expected, statistic, fix)
    unit, wanted = item["unit"], _UNITS.get(rows[0].range)
    if unit in (None, "", wanted) or wanted is None:
        return Pass()
    return Fail(item.at("unit"), f"{wanted}, or none", unit, "Leave unit out.")


def in_time(alarm: Resource, maximum_minutes: int) -> Outcome:
    """Pass when an alarm goes off soon enough after its metric has turned bad."""
    item = watched(alarm)
    if item is not None and any(row.slow for row in metrics_of(item)):
        return NotApplicable("the metric is reported a few times a day")
    evaluated = alarm.number("evaluation_periods") or 1
    points = alarm.number("datapoints_to_alarm") or evaluated
    if points > evaluated:
        return Fail(
            "datapoints_to_alarm",
            f"at most evaluation_periods ({evaluated:g})",
            points,
            "Ask for no more bad periods than are looked at.",
        )
    if item is not None and points == 1 and _adds_up(alarm, item):
        return Pass()
    if item is not None and points == 1 and _is_heartbeat(alarm, item):
        return NotApplicable("it waits for a sign of life, and how often that comes is not known")
    minutes = _period(alarm) * points / 60
    if minutes <= maximum_minutes:
        return Pass()
    return Fail(
        "evaluation_periods",
        f"at most {maximum_minutes} minutes until it goes off",
        f"{minutes:g} minutes",
        "Ask for fewer or shorter periods.",
    )


def _banded(alarm: Resource) -> Outcome:
    """Judge an alarm that compares with a band that CloudWatch learns."""
    wanted = alarm["threshold_metric_id"]
    for query in alarm.blocks("metric_queries"):
        if query["id"] == wanted and _BAND in str(query["expression"]):
            return Pass()
    return Fail(
        "threshold_metric_id",
        f"the id of a query with the expression {_BAND}",
        wanted,
        "Add the band to metric_queries and name its id.",
    )


def _highest(alarm: Resource, item: Block, row: Metric, threshold: float, stack: Stack) -> float:
    """Give the highest value of a metric by its statistic, as what it is of allows."""
    if _statistic(item) in _COUNTING:
        return inf
    named = dict(subjects(alarm, item, stack))
    service = named.get("ServiceName")
    if row.range is Range.ABOVE and isinstance(service, Resource):
        return 100.0 if service["launch_type"] == "FARGATE" else _HIGHEST[row.range]
    bound = _BOUNDS.get((str(item["namespace"]), row.name))
    if bound is None:
        return _HIGHEST.get(row.range, inf)
    thing = named.get(bound.dimension)
    if thing is None or threshold > bound.most:
        return bound.most
    if isinstance(thing, Unknown):
        raise UnresolvedError(thing)
    if not isinstance(thing, Resource):
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, item.at("dimensions")))
    setting = thing.number(bound.setting) or bound.default
    # What runs until its limit ends a little after it.
    return bound.most if setting is None else setting * bound.factor * 1.05


def _scales(alarm: Resource, stack: Stack) -> bool:
    """Tell whether all that an alarm does is to change a capacity or to stop a machine."""
    sources = alarm.references.get("alarm_actions", ())
    if isinstance(alarm.raw("alarm_actions"), (list, tuple)) and sources:
        types = (AUTOSCALING_POLICY, APPSCALING_POLICY)
        return all(any(stack.find(urn, type_) for type_ in types) for urn in sources)
    actions = [str(action) for action in alarm.values("alarm_actions")]
    changing = (":autoscaling:", ":automate:", ":ssm:")
    return bool(actions) and all(any(c in action for c in changing) for action in actions)


def _adds_up(alarm: Resource, item: Block) -> bool:
    """Tell whether a single period is bad as soon as one value in it makes it so."""
    high = str(alarm["comparison_operator"]).startswith("Greater")
    return _statistic(item) in (("Sum", "SampleCount", "Maximum") if high else ("Minimum",))


def _is_heartbeat(alarm: Resource, item: Block) -> bool:
    """Tell whether an alarm misses a count of one's own: backups, batches, nightly runs."""
    return (
        str(alarm["comparison_operator"]).startswith("Less")
        and _statistic(item) in _COUNTING
        and alarm["treat_missing_data"] == "breaching"
        and not str(item["namespace"]).startswith("AWS/")
    )


def _statistic(item: Block) -> str:
    if item.path:
        return str(item.text("stat") or "")
    return str(item.text("extended_statistic") or item.text("statistic") or "")


def _period(alarm: Resource) -> float:
    periods = [alarm.number("period") or 0]
    if alarm.raw("metric_queries"):
        for query in alarm.blocks("metric_queries"):
            periods.append(query.number("period") or 0)
            periods += [metric.number("period") or 0 for metric in query.blocks("metric")]
    return max(periods)
