"""Whether the settings of an alarm let it go off: threshold, direction, statistic and unit."""

from __future__ import annotations

import re
from math import inf
from typing import Final

from stackproof.controls.support.metric_bounds import (
    NEARLY_ALL,
    counts,
    highest_of,
    how_many,
    is_share,
    of_a_part,
    of_agent,
    statistic_of,
)
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
)
from stackproof.reasoning.log_metrics import highest
from stackproof.types.metric_units import units_of
from stackproof.types.metrics import Bad, Metric, Range
from stackproof.types.tokens import APPSCALING_POLICY, AUTOSCALING_POLICY

_PERCENTILE: Final = re.compile(r"(?:p|tm|wm)(\d+(?:\.\d+)?)")
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
_NO_UNIT: Final = "Leave unit out."
_UNITS: Final = {Range.PERCENT: "Percent", Range.ABOVE: "Percent", Range.BYTES: "Bytes"}


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
    if is_share(statistic := statistic_of(item)):
        return _of_a_share(threshold, statistic)
    rows = metrics_of(item) or of_agent(item)
    equal, high = "OrEqual" in operator, operator.startswith("Greater")
    if not rows:
        return _counted(item, operator, threshold, stack)
    lowest = 0.0 if rows[0].range is not Range.BYTES or high else float(_LEAST_BYTES)
    highest = highest_of(alarm, item, rows[0], threshold, stack)
    never = threshold > highest if high else threshold < lowest
    never = never or (not equal and threshold == (highest if high else lowest))
    never = never or (high and not equal and highest == 100 and threshold >= NEARLY_ALL)
    always = threshold < 0 if high else threshold > highest
    always = always or (equal and threshold == (0 if high else highest) and not rows[0].sparse)
    if not never and not always:
        return Pass()
    crossing = "never crosses" if never else "is always across"
    return Fail(
        "threshold",
        f"a threshold {_span(operator, lowest, highest, rows[0])}",
        f"{operator} {threshold:g}, which the metric {crossing}",
        "Set a threshold that the metric crosses when something is wrong.",
    )


def _span(operator: str, lowest: float, highest: float, row: Metric) -> str:
    """Say between what a threshold has the metric on both sides, and why."""
    equal, high = "OrEqual" in operator, operator.startswith("Greater")
    above = equal == high and not (high and equal and row.sparse)
    span = f"above {lowest:,g}" if above else f"of at least {lowest:,g}"
    if row.range is Range.BYTES:
        return f"{span}, as {row.name} is in bytes"
    if highest == inf:
        return f"{span}, as {row.name} is never below {lowest:,g}"
    below = equal != high and not (equal and row.sparse)
    most = NEARLY_ALL if below and high and highest == 100 else highest
    span += f" and {'below' if below else 'of at most'} {most:,g}"
    return f"{span}, as {row.name} goes from {lowest:,g} to {highest:,g} in its unit"


def _of_a_share(threshold: float, statistic: str) -> Outcome:
    """Judge a threshold of a percentile rank: how many in a hundred values lie in a range."""
    if 0 < threshold < 100:
        return Pass()
    detail = f"whether {statistic}, from 0 to 100, gets across {threshold:g} is not known here"
    return Unknown(Cause.UNREADABLE, "threshold", detail)


def _counted(item: Block, operator: str, threshold: float, stack: Stack) -> Outcome:
    """Judge the height of what metric filters report for lines of logs."""
    namespace, name = item["namespace"], item["metric_name"]
    added_up = counts(statistic_of(item))
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


def bad_direction(alarm: Resource, item: Block, stack: Stack) -> Outcome:
    """Pass when the alarm goes off on the side where values of the metric are bad."""
    rows = metrics_of(item)
    if not rows or rows[0].bad is Bad.EITHER:
        return NotApplicable("either side may be bad")
    if of_a_part(statistic := statistic_of(item)):
        return NotApplicable(f"many or few of the values that {statistic} looks at may be bad")
    operator = str(alarm["comparison_operator"])
    high = rows[0].bad is Bad.HIGH
    if operator.startswith("Greater" if high else "Less") or "GreaterThanUpper" in operator:
        return Pass()
    shares = rows[0].range in (Range.PERCENT, Range.ABOVE)
    if shares and high and (alarm.number("threshold") or inf) <= _IDLE:
        return Pass()
    if scales(alarm, stack):
        return Pass()
    return Fail(
        "comparison_operator",
        f"{'Greater' if high else 'Less'}Than…, as {item['metric_name']} is bad when it is "
        f"{rows[0].bad.value}",
        operator,
        "Turn the comparison round.",
    )


def sums_up(alarm: Resource, item: Block) -> Outcome:
    """Pass when the statistic says something of the metric."""
    statistic, rows = statistic_of(item), metrics_of(item)
    if not rows:
        return NotApplicable("its range is not known")
    gauge = rows[0].range in (Range.PERCENT, Range.ABOVE, Range.BYTES, Range.HOSTS)
    if gauge and counts(statistic) and not how_many(statistic):
        path = "stat" if item.path else "statistic"
        expected = "Average, Minimum, Maximum or a percentile: what the metric shows is no count"
        return Fail(item.at(path), expected, statistic, "Set the statistic to Average or Maximum.")
    if failure := _of_the_best(alarm, item, rows[0], statistic):
        return failure
    return Pass()


def in_published_unit(item: Block) -> Outcome:
    """Pass when the metric is published in the unit that the alarm asks for.

    "We recommend omitting Unit": with one that isn't published "the alarm [is] stuck in the
    INSUFFICIENT DATA state". Source: Amazon CloudWatch API Reference, PutMetricAlarm, Unit.
    """
    unit, rows = item["unit"], metrics_of(item)
    if unit in (None, ""):
        return NotApplicable("asks for no unit")
    if not rows:
        return NotApplicable("its units are not known")
    namespace, name = str(item["namespace"]), rows[0].name
    by_range = _UNITS.get(rows[0].range)
    published = {by_range} if by_range else units_of(namespace, name)
    if unit in published:
        return Pass()
    if not published:
        detail = f"in which unit {name} of {namespace} is published is not known here"
        return Unknown(Cause.UNREADABLE, item.at("unit"), detail)
    return Fail(item.at("unit"), f"{' or '.join(sorted(published))}, or none", unit, _NO_UNIT)


def _of_the_best(alarm: Resource, item: Block, row: Metric, statistic: str) -> Fail | None:
    """Fail for a statistic that tells of the best of what an alarm asks for the bad."""
    high = str(alarm["comparison_operator"]).startswith("Greater")
    shares = row.range in (Range.PERCENT, Range.ABOVE)
    found = _PERCENTILE.fullmatch(statistic)
    part = float(found[1]) if found else 50
    best = part < 50 if high else part > 50
    least = high and shares and statistic == "Minimum"
    if not least and (not best or row.bad is Bad.EITHER):
        return None
    path = item.at("stat" if item.path else "extended_statistic" if found else "statistic")
    expected = f"Average, {'Maximum or a percentile above' if high else 'Minimum or one below'} p50"
    fix = "Set it to Average: what is best in a period tells of nothing that is wrong."
    return Fail(path, expected, statistic, fix)


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


def scales(alarm: Resource, stack: Stack) -> bool:
    """Tell whether all that an alarm does is to change a capacity or to stop a machine."""
    sources = alarm.references.get("alarm_actions", ())
    if isinstance(alarm.raw("alarm_actions"), (list, tuple)) and sources:
        types = (AUTOSCALING_POLICY, APPSCALING_POLICY)
        return all(any(stack.find(urn, type_) for type_ in types) for urn in sources)
    actions = [str(action) for action in alarm.values("alarm_actions")]
    changing = (":autoscaling:", ":automate:", ":ssm:", ":swf:")
    return bool(actions) and all(any(c in action for c in changing) for action in actions)
