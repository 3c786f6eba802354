"""What controls of placement have in common: zones, hosts, and whether the internet comes in."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.controls.support.checks import each
from stackproof.model import Fail, Outcome, Pass, Resource, Stack
from stackproof.reasoning.availability import zones
from stackproof.reasoning.network import Tier, tier


def span_zones(path: str, subnets: Iterable[Resource], minimum: int) -> Outcome:
    """Pass when the subnets that a property names are in enough Availability Zones."""
    seen = zones(subnets, enough=minimum)
    if len(seen) >= minimum:
        return Pass()
    return Fail(
        path,
        f"subnets in at least {minimum} Availability Zones",
        sorted(seen),
        f"Add a subnet of another Availability Zone to {path}.",
    )


def all_private(path: str, subnets: Iterable[Resource], stack: Stack) -> Outcome:
    """Pass when none of the subnets that a property names has a route to an internet gateway."""

    def private(subnet: Resource) -> Outcome:
        if tier(subnet, stack) is not Tier.PUBLIC:
            return Pass()
        fix = f"Name private subnets in {path}."
        return Fail(path, "private subnets", f"{subnet.name}, public", fix)

    return each(subnets, private)


def on_fargate(service: Resource) -> bool:
    """Tell whether AWS keeps the hosts of a service's tasks; UnresolvedError when unknown."""
    strategies = service.blocks("capacity_provider_strategies")
    providers = [str(strategy["capacity_provider"]) for strategy in strategies]
    return service["launch_type"] == "FARGATE" or any(p.startswith("FARGATE") for p in providers)
