"""Whether an alarm goes off in time, and looks at long enough a time to see its metric."""

from __future__ import annotations

import re
from typing import Final

from stackproof.controls.support.metric_bounds import counts, is_share, statistic_of
from stackproof.controls.support.reported_metrics import metrics_of
from stackproof.controls.support.thresholds import scales, watched
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
from stackproof.types.metrics import Bad

_HOUR: Final = 3600
# Source: Amazon CloudWatch API Reference, PutMetricAlarm, AlarmActions.
_STOPS: Final = re.compile(r".*(?::ec2:(?:stop|terminate)|\.InstanceId\.(?:Stop|Terminate)/.*)")


def sees_datapoints(alarm: Resource, item: Block) -> Outcome:
    """Pass when there is a datapoint among what the alarm looks at.

    It looks at its last periods alone, and has no data when the metric came before them. What is
    missing counts as good where the alarm says so, and then each bad period needs a datapoint.
    Source: Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
    """
    interval = max((row.interval for row in metrics_of(item)), default=0)
    if not interval:
        return NotApplicable("the metric is reported each minute or few")
    period, evaluated = _period(alarm), alarm.number("evaluation_periods") or 1
    needed = alarm.number("datapoints_to_alarm") or evaluated
    each_counts = alarm["treat_missing_data"] == "notBreaching" and period < interval
    wanted, seen = interval * (needed if each_counts else 1), period * evaluated
    if seen >= wanted:
        return Pass()
    return Fail(
        "evaluation_periods",
        f"periods that add up to {_spell(wanted)}, as {item['metric_name']} is reported once in "
        f"{_spell(interval)}",
        _spell(seen),
        f"Set period to {interval} and evaluation_periods to 1.",
    )


def in_time(alarm: Resource, stack: Stack, maximum_minutes: int) -> Outcome:
    """Pass when an alarm goes off soon enough after its metric has turned bad."""
    used = _used(alarm)
    if any(row.slow for item in used for row in metrics_of(item)):
        return NotApplicable("a metric of it is reported a few times a day")
    evaluated = alarm.number("evaluation_periods") or 1
    points = alarm.number("datapoints_to_alarm") or evaluated
    if points > evaluated:
        return Fail(
            "datapoints_to_alarm",
            f"at most evaluation_periods ({evaluated:g})",
            points,
            "Ask for no more bad periods than are looked at.",
        )
    item = watched(alarm)
    if item is not None and points == 1 and _adds_up(alarm, item):
        return Pass()
    seconds = _period(alarm) * points
    if seconds <= maximum_minutes * 60:
        return Pass()
    if used and _waits_for_little(alarm) and all(_may_wait(alarm, item) for item in used):
        return _missed(alarm, used)
    if _stops(alarm) or (_looks_down(alarm) and scales(alarm, stack)):
        return NotApplicable("it saves what is idle, and nothing is bad while it waits")
    return Fail(
        "evaluation_periods",
        f"at most {_spell(maximum_minutes * 60)} until it goes off",
        _spell(seconds),
        "Ask for fewer or shorter periods.",
    )


def _missed(alarm: Resource, used: tuple[Block, ...]) -> Outcome:
    """Judge an alarm on too little of something, which is due as often as its owner knows.

    Where nothing is reported while there is none, it goes off for what is missing alone.
    """
    reported = [row for item in used for row in metrics_of(item) if not row.sparse]
    filled = any("FILL(" in expression for expression in _expressions(alarm))
    if alarm["treat_missing_data"] == "breaching" or filled or len(reported) >= len(used):
        return NotApplicable("it waits for too little, and how often that comes is not known")
    name = used[0]["metric_name"]
    detail = (
        f"whether {name} is reported while there is none is not known: where it isn't, the alarm "
        "goes off only if it treats missing data as breaching"
    )
    return Unknown(Cause.UNREADABLE, "treat_missing_data", detail)


def _used(alarm: Resource) -> tuple[Block, ...]:
    """Give the metrics that an alarm compares, or computes what it compares from."""
    if (item := watched(alarm)) is not None:
        return (item,)
    queries = alarm.blocks("metric_queries")
    return tuple(metric for query in queries for metric in query.blocks("metric"))


def _expressions(alarm: Resource) -> list[str]:
    if not alarm.raw("metric_queries"):
        return []
    return [str(query["expression"] or "") for query in alarm.blocks("metric_queries")]


def _looks_down(alarm: Resource) -> bool:
    operator = str(alarm["comparison_operator"])
    return operator.startswith("Less") and "Greater" not in operator


def _waits_for_little(alarm: Resource) -> bool:
    """Tell whether an alarm may be on too little of something; a share of it isn't an amount."""
    return _looks_down(alarm) and not any("/" in written for written in _expressions(alarm))


def _may_wait(alarm: Resource, item: Block) -> bool:
    """Tell whether little of a metric is idleness or a sign of life that is missed.

    Runs, backups and requests are added up. A maximum below 1 is of what never was there.
    """
    rows, statistic = metrics_of(item), statistic_of(item)
    if is_share(statistic) or any(row.bad is Bad.LOW for row in rows):
        return False
    if rows and all(row.bad is Bad.HIGH for row in rows):
        return True
    threshold = alarm.number("threshold")
    none_at_all = statistic == "Maximum" and threshold is not None and threshold <= 1
    return counts(statistic) or none_at_all


def _stops(alarm: Resource) -> bool:
    """Tell whether an alarm stops or terminates a machine, whatever else it does."""
    actions = alarm.raw("alarm_actions")
    if not isinstance(actions, (list, tuple)) or not alarm.references.get("alarm_actions"):
        actions = alarm.values("alarm_actions")
    return any(isinstance(action, str) and _STOPS.fullmatch(action) for action in actions)


def _adds_up(alarm: Resource, item: Block) -> bool:
    """Tell whether a single period is bad as soon as one value in it makes it so."""
    if str(alarm["comparison_operator"]).startswith("Greater"):
        return counts(statistic_of(item)) or statistic_of(item) == "Maximum"
    return statistic_of(item) == "Minimum"


def _period(alarm: Resource) -> float:
    periods = [alarm.number("period") or 0]
    if alarm.raw("metric_queries"):
        for query in alarm.blocks("metric_queries"):
            periods.append(query.number("period") or 0)
            periods += [metric.number("period") or 0 for metric in query.blocks("metric")]
    return max(periods)


def _spell(seconds: float) -> str:
    """Write a time in the largest unit of which it is several: "24 hours", "1 minute"."""
    if seconds > _HOUR and seconds % _HOUR == 0:
        return f"{seconds / _HOUR:g} hours"
    minutes = seconds / 60
    if minutes < 1:
        return f"{seconds:g} seconds"
    return f"{minutes:g} minute{'' if minutes == 1 else 's'}"
