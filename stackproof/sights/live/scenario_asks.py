"""What scenarios may ask beyond what readers ask: numbers over time, and states of the moment."""

from __future__ import annotations

from stackproof.sights.live.ask import Ask

SCENARIO_ASKS = (
    Ask("cloudwatch", "GetMetricData", "MetricDataResults"),
    Ask("elbv2", "DescribeTargetHealth", "TargetHealthDescriptions"),
    Ask("logs", "DescribeResourcePolicies", "resourcePolicies"),
    Ask("pi", "GetResourceMetrics", "MetricList"),
)
