"""What must be heard of, whatever the system: a metric, a bad value of it, and a harmless one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """A metric, read by a statistic, and the values at which somebody is told and nobody is."""

    namespace: str
    metric: str
    statistic: str
    bad: float
    good: float

    def __str__(self) -> str:
        return self.metric


# What callers feel of the targets of a load balancer.
FELT = (
    Trouble("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", 20, 0),
    Trouble("AWS/ApplicationELB", "TargetResponseTime", "p99", 2, 0.5),
    Trouble("AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", 1, 0),
)
# A service of ECS at its limits.
HOT = (
    Trouble("AWS/ECS", "CPUUtilization", "Average", 90, 50),
    Trouble("AWS/ECS", "MemoryUtilization", "Average", 90, 50),
)
