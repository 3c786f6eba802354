"""Target groups: broken targets are found soon, and every zone's targets are used."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_that
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import LB_TARGET_GROUP

SECONDS = 30
CHECKS = 3


@control(
    "target-group-health-check",
    title="Target groups find a broken target soon",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=LB_TARGET_GROUP,
    frameworks={Framework.NIST: ("CP-10", "SI-13(5)")},
    cases=Cases(
        passing=Given(
            LB_TARGET_GROUP,
            {
                "target_type": "ip",
                "protocol": "HTTP",
                "health_check": {
                    "enabled": True,
                    "path": "/health",
                    "interval": 15,
                    "unhealthy_threshold": 3,
                },
            },
        ),
        failing=(
            Change("health_check.enabled", False),
            Change("health_check.interval", 60),
            Change("health_check.unhealthy_threshold", 10),
            (Change("health_check.enabled", False), Hide("health_check.interval")),
        ),
        unknown=(
            Hide("health_check"),
            Hide("health_check.interval"),
            Hide("health_check.unhealthy_threshold"),
        ),
        also_passing=(Remove("health_check"), Remove("health_check.enabled")),
        not_applicable=(Change("target_type", "lambda"),),
    ),
)
def health_check(
    group: Resource, *, maximum_seconds: Annotated[int, Range(5, 600, "seconds")] = 90
) -> Outcome:
    """The time to find out is the interval times the number of failed checks.

    Without a word in the program it is three checks, one each 30 s.
    """
    if group["target_type"] == "lambda":
        return NotApplicable("a function has no health to check")
    if group.get("health_check.enabled") is False:
        fix = "Set health_check.enabled to true."
        return Fail("health_check.enabled", "true", False, fix)
    interval = group.number("health_check.interval") or SECONDS
    checks = group.number("health_check.unhealthy_threshold") or CHECKS
    if interval * checks <= maximum_seconds:
        return Pass()
    return Fail(
        "health_check.interval",
        f"interval x unhealthy_threshold of at most {maximum_seconds} s",
        f"{interval} s x {checks}",
        "Lower health_check.interval or health_check.unhealthy_threshold.",
    )


@control(
    "target-group-cross-zone",
    title="Target groups do not switch balancing across Availability Zones off",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=LB_TARGET_GROUP,
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(LB_TARGET_GROUP, {"load_balancing_cross_zone_enabled": "true"}),
        failing=(Change("load_balancing_cross_zone_enabled", "false"),),
        unknown=(Hide("load_balancing_cross_zone_enabled"),),
        also_passing=(
            Remove("load_balancing_cross_zone_enabled"),
            Change("load_balancing_cross_zone_enabled", "use_load_balancer_configuration"),
        ),
    ),
)
def cross_zone(group: Resource) -> Outcome:
    """By default a group follows its load balancer."""
    return expect_that(
        group,
        "load_balancing_cross_zone_enabled",
        lambda value: str(value).lower() != "false",
        expected="true, or as the load balancer says",
        fix="Remove load_balancing_cross_zone_enabled or set it to 'true'.",
    )
