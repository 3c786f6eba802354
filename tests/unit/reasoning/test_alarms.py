"""When an alarm goes off follows from its settings, not from their names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from stackproof.model import Block, Cause, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.reasoning.alarms import (
    Signal,
    after,
    alarms_on,
    in_silence,
    rings,
    signal,
    tells,
)
from stackproof.types.tokens import METRIC_ALARM

BUSY: dict[str, Any] = {
    "namespace": "AWS/ECS",
    "metric_name": "CPUUtilization",
    "dimensions": {"ServiceName": "api"},
    "statistic": "Average",
    "threshold": 75,
    "comparison_operator": "GreaterThanThreshold",
    "period": 60,
    "evaluation_periods": 5,
    "datapoints_to_alarm": 5,
    "treat_missing_data": "missing",
    "actions_enabled": True,
    "alarm_actions": ["arn:topic"],
}
CPU = Signal("AWS/ECS", "CPUUtilization", "Average", {"ServiceName": "api"})
FIVE = timedelta(minutes=5)


def alarm(**changed: Any) -> Block:
    return Block({**BUSY, **changed}, "busy")


@pytest.mark.parametrize(
    ("comparison", "under", "at", "over"),
    [
        ("GreaterThanThreshold", None, None, FIVE),
        ("GreaterThanOrEqualToThreshold", None, FIVE, FIVE),
        ("LessThanThreshold", FIVE, None, None),
        ("LessThanOrEqualToThreshold", FIVE, FIVE, None),
    ],
)
def test_direction_decides(
    comparison: str, under: timedelta | None, at: timedelta | None, over: timedelta | None
) -> None:
    judged = alarm(comparison_operator=comparison)
    assert (after(judged, 74.9), after(judged, 75), after(judged, 75.1)) == (under, at, over)


@pytest.mark.parametrize(
    ("settings", "minutes"),
    [
        ({}, 5),
        ({"period": 300, "evaluation_periods": 1, "datapoints_to_alarm": 1}, 5),
        ({"period": "86400", "evaluation_periods": 1, "datapoints_to_alarm": 1}, 1440),
        ({"evaluation_periods": 10, "datapoints_to_alarm": 3}, 3),
        ({"evaluation_periods": 15, "datapoints_to_alarm": None}, 15),
    ],
)
def test_delay_is_that_of_the_bad_datapoints(settings: dict[str, Any], minutes: int) -> None:
    assert after(alarm(**settings), 100) == timedelta(minutes=minutes)


def test_threshold_that_is_never_reached_never_rings() -> None:
    assert after(alarm(threshold="1000"), 100) is None


@pytest.mark.parametrize(
    ("treated", "expected"),
    [("breaching", FIVE), ("notBreaching", None), ("missing", None), ("ignore", None)],
)
def test_silence_rings_only_where_it_is_bad(treated: str, expected: timedelta | None) -> None:
    assert in_silence(alarm(treat_missing_data=treated)) == expected


def test_alarm_on_an_anomaly_has_no_threshold_to_judge() -> None:
    band = alarm(comparison_operator="GreaterThanUpperThreshold", threshold=None)
    with pytest.raises(UnresolvedError):
        after(band, 100)


def test_alarm_tells_nobody_with_its_actions_off() -> None:
    assert tells(alarm()) == {"arn:topic"}
    assert tells(alarm(actions_enabled=None)) == {"arn:topic"}
    assert tells(alarm(actions_enabled=False)) == frozenset()
    assert tells(alarm(alarm_actions=None)) == frozenset()


@pytest.mark.parametrize(
    "changed",
    [
        {"namespace": "AWS/EC2"},
        {"metric_name": "MemoryUtilization"},
        {"statistic": "Minimum"},
        {"statistic": None, "extended_statistic": "p10"},
        {"dimensions": {"ServiceName": "api", "ClusterName": "c"}},
        {"dimensions": None},
        {"metric_queries": [{"id": "e1", "expression": "m1 / m2"}]},
    ],
)
def test_alarm_on_anything_else_is_another_alarm(changed: dict[str, Any]) -> None:
    assert signal(alarm()) == CPU
    assert signal(alarm(**changed)) != CPU


def test_alarms_are_found_by_what_they_read() -> None:
    right, wrong = (
        Resource({**BUSY, "metric_name": metric}, type=METRIC_ALARM, name=metric)
        for metric in ("CPUUtilization", "MemoryUtilization")
    )
    assert alarms_on(Stack([right, wrong], Sight.LIVE), CPU) == (right,)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"evaluation_periods": 4, "datapoints_to_alarm": 4}, True),
        ({"evaluation_periods": 6, "datapoints_to_alarm": 6}, False),
        ({"threshold": 1000}, False),
        ({"threshold": 40}, False),
        ({"comparison_operator": "LessThanThreshold"}, False),
        ({"namespace": "AWS/EC2"}, False),
        ({"statistic": "SampleCount"}, False),
        ({"actions_enabled": False}, False),
        ({"alarm_actions": ["arn:another"]}, False),
    ],
)
def test_alarm_rings_in_time_where_it_is_heard(changed: dict[str, Any], expected: bool) -> None:
    one = Resource({**BUSY, **changed}, type=METRIC_ALARM, name="busy")
    stack = Stack([one], Sight.LIVE)
    assert rings(stack, CPU, at=76, quiet_at=50, deadline=FIVE, telling="arn:topic") is expected


def test_alarms_that_cannot_be_seen_are_unknown() -> None:
    hidden = Unknown(Cause.ACCESS_DENIED)
    with pytest.raises(UnresolvedError):
        alarms_on(Stack([], Sight.LIVE, gaps={METRIC_ALARM: hidden}), CPU)
    with pytest.raises(UnresolvedError):
        signal(alarm(dimensions={"ServiceName": hidden}))
