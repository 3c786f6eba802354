"""Load balancers: the subnets and zones that they stand in."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.example_network import network
from stackproof.controls.support.placement import span_zones
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Ref, Remove, Without
from stackproof.model.parameter import Zones
from stackproof.reasoning.network import ROUTE_NEIGHBOURS, Tier, tier
from stackproof.types.tokens import LB, SUBNET

PUBLIC = Given(
    LB,
    {"internal": False, "subnets": [Ref("public-a"), Ref("public-b")]},
    network(),
)


@control(
    "load-balancer-spans-zones",
    title="Load balancers stand in at least two Availability Zones",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=LB,
    needs=(SUBNET,),
    frameworks={Framework.FSBP: ("ELB.13",), Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=PUBLIC,
        failing=(
            Change("subnets", [Ref("public-a")]),
            Change("availability_zone", "us-east-1a", of="public-b"),
        ),
        unknown=(Hide("subnets"), Hide("availability_zone", of="public-b")),
        absent=(Without("public-b"),),
        also_passing=(
            (
                Remove("subnets"),
                Change(
                    "subnet_mappings",
                    [{"subnet_id": Ref("public-a")}, {"subnet_id": Ref("public-b")}],
                ),
            ),
        ),
    ),
)
def spans_zones(balancer: Resource, stack: Stack, *, minimum: Zones = 2) -> Outcome:
    """AWS gives a load balancer a node in the zone of each of its subnets."""
    return span_zones("subnets", _subnets(balancer, stack), minimum)


@control(
    "load-balancer-in-public-subnets",
    title="Internet-facing load balancers stand in public subnets",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=LB,
    needs=ROUTE_NEIGHBOURS,
    frameworks={Framework.PCI: ("1.4.1",), Framework.NIST: ("SC-7",)},
    cases=Cases(
        passing=PUBLIC,
        failing=(
            Change("subnets", [Ref("public-a"), Ref("private-b")]),
            Without("public-b-out"),
            (
                Hide("route_table_id", of="public-a-joined"),
                Change("subnets", [Ref("public-a"), Ref("database-b")]),
            ),
        ),
        unknown=(Hide("subnets"), Hide("internal"), Hide("gateway_id", of="public-b-out")),
        absent=(Without("public-b"), Without("public-b-joined")),
        also_passing=(Remove("internal"),),
        not_applicable=(Change("internal", True),),
    ),
)
def in_public_subnets(balancer: Resource, stack: Stack) -> Outcome:
    """Without a route to an internet gateway nobody reaches the node in that subnet."""
    if balancer["internal"]:
        return NotApplicable("an internal load balancer")
    return each(_subnets(balancer, stack), lambda subnet: _public(subnet, stack))


def _public(subnet: Resource, stack: Stack) -> Outcome:
    found = tier(subnet, stack)
    if found is Tier.PUBLIC:
        return Pass()
    fix = "Name subnets whose default route is an internet gateway."
    return Fail("subnets", "public subnets", f"{subnet.name}, {found.value}", fix)


def _subnets(balancer: Resource, stack: Stack) -> tuple[Resource, ...]:
    mapped = stack.follow(balancer, "subnet_mappings.subnet_id", SUBNET)
    return mapped + stack.follow(balancer, "subnets", SUBNET)
