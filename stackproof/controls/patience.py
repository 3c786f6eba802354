"""How long something new may be broken before anybody looks."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, expect_number
from stackproof.model import Category, Framework, Outcome, Resource, Severity, worst
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import AUTOSCALING_GROUP, ECS_SERVICE

_WAITS = {
    ECS_SERVICE: ("health_check_grace_period_seconds",),
    AUTOSCALING_GROUP: ("health_check_grace_period", "default_cooldown", "default_instance_warmup"),
}


@control(
    "health-checks-begin-soon",
    title="Services and groups do not look away from what they start for long",
    severity=Severity.LOW,
    category=Category.HA,
    types=(ECS_SERVICE, AUTOSCALING_GROUP),
    frameworks={Framework.NIST: ("CP-10", "SI-13(5)")},
    cases=Cases(
        passing=Given(ECS_SERVICE, {"health_check_grace_period_seconds": 60}),
        failing=(
            Change("health_check_grace_period_seconds", 864000),
            Change("health_check_grace_period_seconds", 3601),
        ),
        unknown=(Hide("health_check_grace_period_seconds"),),
        also_passing=(Remove("health_check_grace_period_seconds"),),
    ),
)
def begin_soon(
    holder: Resource, *, maximum_seconds: Annotated[int, Range(60, 86400, "seconds")] = 3600
) -> Outcome:
    """What is broken is left alone until then, and a group that cools down meets no surge.

    Sources: Amazon ECS API Reference, CreateService, healthCheckGracePeriodSeconds; Amazon EC2
    Auto Scaling User Guide, "Health check grace period", "Cooldowns".
    """

    def soon(name: str) -> Outcome:
        return expect_number(
            holder,
            name,
            lambda value: value is None or value <= maximum_seconds,
            f"at most {maximum_seconds} seconds",
            fix=f"Set {name} to the time that a start takes.",
        )

    return worst(*(attempt(soon, name) for name in _WAITS[holder.type]))
