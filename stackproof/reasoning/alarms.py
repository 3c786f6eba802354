"""When an alarm goes off, and whom it tells then."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from stackproof.model import Block, Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.types.tokens import METRIC_ALARM

# Amazon CloudWatch API Reference, PutMetricAlarm, ComparisonOperator: those with a threshold.
_BAD: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True, slots=True)
class Signal:
    """The one metric that an alarm reads: with all its dimensions, and by which statistic."""

    namespace: str
    metric: str
    statistic: str
    dimensions: Mapping[str, str] = field(default_factory=dict)


def signal(alarm: Block) -> Signal | None:
    """Give what an alarm reads, `None` when it computes that from several metrics.

    Raises UnresolvedError when a part of it is unknown.
    """
    if alarm["metric_queries"]:
        return None
    return Signal(
        str(alarm.text("namespace") or ""),
        str(alarm.text("metric_name") or ""),
        str(alarm.text("extended_statistic") or alarm.text("statistic") or ""),
        {name: _known(value) for name, value in alarm.mapping("dimensions").items()},
    )


def alarms_on(stack: Stack, wanted: Signal) -> tuple[Resource, ...]:
    """Give the stack's alarms that read exactly this.

    Raises UnresolvedError when the alarms, or what one of them reads, can't be seen.
    """
    return tuple(alarm for alarm in stack.all(METRIC_ALARM) if signal(alarm) == wanted)


def rings(
    stack: Stack, wanted: Signal, *, at: float, quiet_at: float, deadline: timedelta, telling: str
) -> bool:
    """Tell whether an alarm goes off at one value of a signal, in time, and not at another one.

    It must tell the one with the ARN `telling`. Raises UnresolvedError when that can't be seen.
    """
    return any(
        (delay := after(alarm, at)) is not None
        and delay <= deadline
        and after(alarm, quiet_at) is None
        and telling in tells(alarm)
        for alarm in alarms_on(stack, wanted)
    )


def after(alarm: Block, value: float) -> timedelta | None:
    """Tell how long its metric has to have a value until an alarm goes off, `None` for ever.

    The value is that of the statistic in each period. Source: Amazon CloudWatch User Guide,
    "Alarm evaluation": as many of the evaluated periods as datapoints to alarm have to be bad.
    Raises UnresolvedError for alarms on anomalies, which have no threshold.
    """
    compared, threshold = str(alarm["comparison_operator"]), alarm.number("threshold")
    if compared not in _BAD or threshold is None:
        detail = f"{compared} needs no threshold, but a band that CloudWatch learns"
        raise UnresolvedError(Unknown(Cause.UNREADABLE, alarm.at("comparison_operator"), detail))
    return _delay(alarm) if _BAD[compared](value, threshold) else None


def in_silence(alarm: Block) -> timedelta | None:
    """Tell how long its metric has to be missing until an alarm goes off, `None` for ever.

    Source: Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
    """
    return _delay(alarm) if alarm["treat_missing_data"] == "breaching" else None


def tells(alarm: Block) -> frozenset[str]:
    """Give the ARNs of what an alarm acts on when it goes off: none when its actions are off."""
    if alarm["actions_enabled"] is False:
        return frozenset()
    return frozenset(map(str, alarm.values("alarm_actions")))


def _delay(alarm: Block) -> timedelta:
    period = alarm.number("period") or 0
    points = alarm.number("datapoints_to_alarm") or alarm.number("evaluation_periods") or 1
    return timedelta(seconds=period * points)


def _known(value: object) -> str:
    if isinstance(value, Unknown):
        raise UnresolvedError(value.at("dimensions"))
    return str(value)
