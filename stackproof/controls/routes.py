"""Routes: that they still lead somewhere."""

from __future__ import annotations

from stackproof.controls.registry import control
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
from stackproof.types.tokens import ROUTE


@control(
    "route-leads-somewhere",
    title="Routes lead to a target that exists",
    severity=Severity.HIGH,
    category=Category.HA,
    types=ROUTE,
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            ROUTE,
            {
                "route_table_id": "rtb-0123",
                "destination_cidr_block": "0.0.0.0/0",
                "nat_gateway_id": "nat-0123",
                "state": "active",
            },
        ),
        failing=(Change("state", "blackhole"),),
        unknown=(Hide("state"),),
        not_applicable=(Remove("state"),),
    ),
)
def leads_somewhere(route: Resource) -> Outcome:
    """EC2 calls a route a black hole when its gateway was deleted behind it."""
    if route["state"] is None:
        return NotApplicable("known only where the route is deployed")
    if route["state"] == "active":
        return Pass()
    fix = "Make the target again, or point the route to one that exists."
    return Fail("state", "active", route["state"], fix)
