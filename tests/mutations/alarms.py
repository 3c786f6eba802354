"""Mutations of alarms and topics that several systems have in common."""

from __future__ import annotations

from typing import Any

from tests.mutations.mutation import Aws, restated


def alarm(aws: Aws, name: str) -> dict[str, Any]:
    """Give an alarm as CloudWatch shows it."""
    (found,) = aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(found)


def alarm_on(aws: Aws, metric: str) -> str:
    """Give the name of the first alarm that reads a metric."""
    found = aws("cloudwatch").describe_alarms()["MetricAlarms"]
    return next(str(alarm["AlarmName"]) for alarm in found if alarm.get("MetricName") == metric)


def change_alarm(aws: Aws, name: str, **changes: object) -> object:
    """Say an alarm again, with changes by the names of `PutMetricAlarm`."""
    return restated(aws("cloudwatch"), "put_metric_alarm", alarm(aws, name), **changes)


def silence(aws: Aws, name: str) -> object:
    """Let an alarm tell nobody."""
    return aws("cloudwatch").disable_alarm_actions(AlarmNames=[name])


def unsubscribe_all(aws: Aws, topic: str) -> None:
    """Take every reader of a topic away."""
    found = aws("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert found
    for subscription in found:
        aws("sns").unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
