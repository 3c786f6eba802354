"""Alarms: what is watched, when it is too much, and who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.site import Site

__all__ = ["Alarms", "Watch", "alarm"]

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
        self.alarms = [alarm(self, watch, [topic_arn], [topic_arn]) for watch in watches]
        self.register_outputs({"names": [made.name for made in self.alarms]})


def alarm(
    owner: Component,
    watch: Watch,
    actions: Sequence[pulumi.Input[str]],
    ok_actions: Sequence[pulumi.Input[str]] = (),
) -> aws.cloudwatch.MetricAlarm:
    """Make an alarm that belongs to a component; actions are ARNs of topics or policies."""
    percentile = watch.statistic.startswith("p")
    return aws.cloudwatch.MetricAlarm(
        watch.label,
        name=owner.site.name(watch.label),
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
        alarm_actions=list(actions),
        ok_actions=list(ok_actions),
        tags=owner.tagged(watch.label),
        opts=owner.child(),
    )
