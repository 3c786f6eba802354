"""Alarms: what is watched, when it is too much, and who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.site import Site

__all__ = ["Alarms", "Watch"]

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
        self.alarms = [self._alarm(watch, topic_arn) for watch in watches]
        self.register_outputs({"names": [alarm.name for alarm in self.alarms]})

    def _alarm(self, watch: Watch, topic_arn: pulumi.Input[str]) -> aws.cloudwatch.MetricAlarm:
        percentile = watch.statistic.startswith("p")
        return aws.cloudwatch.MetricAlarm(
            watch.label,
            name=self.site.name(watch.label),
            alarm_description=watch.meaning,
            namespace=watch.namespace,
            metric_name=watch.metric,
            dimensions=dict(watch.dimensions),
            statistic=None if percentile else watch.statistic,
            extended_statistic=watch.statistic if percentile else None,
            threshold=watch.threshold,
            comparison_operator=watch.comparison,
            period=watch.period,
            evaluation_periods=watch.periods,
            datapoints_to_alarm=watch.periods,
            treat_missing_data=watch.silence,
            actions_enabled=True,
            alarm_actions=[topic_arn],
            ok_actions=[topic_arn],
            tags=self.tagged(watch.label),
            opts=self.child(),
        )
