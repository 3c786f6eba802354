"""Alarms: what is watched, when it is too much, and who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.site import Site

__all__ = ["Alarm", "Alarms", "Watch", "alarm"]

Comparison = Literal["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"]
# Silence is normal for a count of bad things, and itself alarming for a measure of something
# that must be there.
Silence = Literal["notBreaching", "breaching"]


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing to watch: a metric, and the threshold it must not cross.

    A statistic such as `p99` is a percentile. The alarm goes off after `periods` bad periods of
    `period` seconds in a row.
    """

    label: str
    meaning: str
    namespace: str
    metric: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str
    threshold: float
    comparison: Comparison = "GreaterThanThreshold"
    period: int = 60
    periods: int = 5
    silence: Silence = "notBreaching"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm, and as JSON what it was told: when to go off, and what to do then."""

    name: str
    made: aws.cloudwatch.MetricAlarm
    settings: pulumi.Output[str]


class Alarms(Component):
    """An alarm for each thing to watch; the topic hears of trouble and of its end."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        watches: Sequence[Watch],
        topic_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Alarms", name, site, opts)
        self.alarms = [alarm(self, watch, [topic_arn], [topic_arn]) for watch in watches]
        self.register_outputs({"names": [alarm.made.name for alarm in self.alarms]})


def alarm(
    owner: Component,
    watch: Watch,
    actions: Sequence[pulumi.Input[str]],
    ok_actions: Sequence[pulumi.Input[str]] = (),
) -> Alarm:
    """Make an alarm that belongs to a component; actions are ARNs of topics or policies."""
    name, settings = owner.site.name(watch.label), _settings(watch, actions)
    made = aws.cloudwatch.MetricAlarm(
        watch.label,
        name=name,
        alarm_description=watch.meaning,
        **settings,
        ok_actions=list(ok_actions),
        tags=owner.tagged(watch.label),
        opts=owner.child(),
    )
    return Alarm(name, made, pulumi.Output.json_dumps(settings))


def _settings(watch: Watch, actions: Sequence[pulumi.Input[str]]) -> dict[str, Any]:
    percentile = watch.statistic.startswith("p")
    return {
        "namespace": watch.namespace,
        "metric_name": watch.metric,
        "dimensions": dict(watch.dimensions),
        "extended_statistic" if percentile else "statistic": watch.statistic,
        "threshold": watch.threshold,
        "comparison_operator": watch.comparison,
        "period": watch.period,
        "evaluation_periods": watch.periods,
        "datapoints_to_alarm": watch.periods,
        "treat_missing_data": watch.silence,
        "actions_enabled": True,
        "alarm_actions": list(actions),
    }
