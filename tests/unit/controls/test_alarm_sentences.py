"""What an alarm that can't go off is told reads right, whichever side and however short a time."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.model import Cause, Fail, Resource, Sight, Stack, Unknown
from stackproof.types.tokens import METRIC_ALARM

CONTROL = catalogue()["cloudwatch-alarm-can-go-off"]
MORE, MORE_OR_SAME = "GreaterThanThreshold", "GreaterThanOrEqualToThreshold"
LESS, LESS_OR_SAME = "LessThanThreshold", "LessThanOrEqualToThreshold"
NEVER_BELOW = "as ApproximateNumberOfMessagesVisible is never below 0"
SHARE = "as CPUUtilization goes from 0 to 100 in its unit"


def failures(
    namespace: str, metric: str, points_to: tuple[str, ...] = (), **more: Any
) -> dict[str, tuple[Any, Any]]:
    data = {
        "namespace": namespace,
        "metric_name": metric,
        "statistic": "Maximum",
        "comparison_operator": MORE,
        "threshold": 50,
        "period": 60,
        "evaluation_periods": 1,
        "alarm_actions": ["arn:aws:sns:eu-west-1:123456789012:alerts"],
        **more,
    }
    references = {"alarm_actions": points_to} if points_to else {}
    alarm = Resource(data, type=METRIC_ALARM, name="alarm", references=references)
    outcomes = CONTROL.outcomes(alarm, Stack([alarm], Sight.LIVE)).values()
    return {o.property: (o.expected, o.actual) for o in outcomes if isinstance(o, Fail)}


@pytest.mark.parametrize(
    ("operator", "threshold", "span"),
    [
        (MORE_OR_SAME, 0, "above 0"),
        (MORE, -1, "of at least 0"),
        (LESS, 0, "above 0"),
        (LESS_OR_SAME, -1, "of at least 0"),
    ],
)
def test_threshold_that_is_never_undercut(operator: str, threshold: float, span: str) -> None:
    metric = "ApproximateNumberOfMessagesVisible"
    found = failures("AWS/SQS", metric, comparison_operator=operator, threshold=threshold)
    assert found["threshold"][0] == f"a threshold {span}, {NEVER_BELOW}"


@pytest.mark.parametrize(
    ("operator", "threshold", "span"),
    [
        (MORE, 150, "of at least 0 and below 99.9"),
        (MORE_OR_SAME, 150, "above 0 and of at most 100"),
        (LESS, 150, "above 0 and of at most 100"),
        (LESS_OR_SAME, 100, "of at least 0 and below 100"),
    ],
)
def test_threshold_beside_a_percentage(operator: str, threshold: float, span: str) -> None:
    found = failures("AWS/EC2", "CPUUtilization", comparison_operator=operator, threshold=threshold)
    assert found["threshold"][0] == f"a threshold {span}, {SHARE}"


@pytest.mark.parametrize(
    ("namespace", "metric", "more", "told"),
    [
        (
            "AWS/S3",
            "BucketSizeBytes",
            {},
            (
                "periods that add up to 24 hours, as BucketSizeBytes is reported once in 24 hours",
                "1 minute",
            ),
        ),
        (
            "AWS/EFS",
            "StorageBytes",
            {"period": 30},
            (
                "periods that add up to 15 minutes, as StorageBytes is reported once in 15 minutes",
                "30 seconds",
            ),
        ),
        (
            "AWS/EC2",
            "CPUUtilization",
            {"statistic": "Average", "evaluation_periods": 90},
            ("at most 60 minutes until it goes off", "90 minutes"),
        ),
    ],
)
def test_times(namespace: str, metric: str, more: dict[str, Any], told: tuple[str, str]) -> None:
    assert failures(namespace, metric, **more)["evaluation_periods"] == told


def test_topic_that_is_yet_to_be_made_stops_nothing() -> None:
    found = failures(
        "AWS/EC2",
        "CPUUtilization",
        points_to=("urn:alerts",),
        alarm_actions=[Unknown(Cause.NOT_KNOWN_AT_PREVIEW)],
        period=3600,
        evaluation_periods=24,
    )
    assert found["evaluation_periods"] == ("at most 60 minutes until it goes off", "24 hours")
