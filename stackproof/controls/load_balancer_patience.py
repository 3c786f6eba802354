"""Load balancers wait for an answer for longer than one takes."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_number
from stackproof.model import Category, Framework, NotApplicable, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import LB


@control(
    "load-balancer-waits",
    title="Application load balancers wait for answers that take a while",
    severity=Severity.LOW,
    category=Category.HA,
    types=LB,
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(LB, {"load_balancer_type": "application", "idle_timeout": 60}),
        failing=(Change("idle_timeout", 1), Change("idle_timeout", 4)),
        unknown=(Hide("idle_timeout"),),
        also_passing=(Remove("idle_timeout"), Remove("load_balancer_type")),
        not_applicable=(Change("load_balancer_type", "network"),),
    ),
)
def waits(
    balancer: Resource, *, minimum_seconds: Annotated[int, Range(2, 4000, "seconds")] = 5
) -> Outcome:
    """It hangs up on what is slow once, and the client reads 504 of a service that is well.

    60 seconds by default. Source: Elastic Load Balancing, "Edit attributes for your Application
    Load Balancer", connection idle timeout.
    """
    if balancer["load_balancer_type"] not in (None, "application"):
        return NotApplicable("no application load balancer")
    return expect_number(
        balancer,
        "idle_timeout",
        lambda seconds: seconds is None or seconds >= minimum_seconds,
        f"at least {minimum_seconds} seconds",
        fix="Leave idle_timeout out, or set it to what the slowest answer takes.",
    )
