"""Auto Scaling groups: which zones and subnets their instances stand in."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION
from stackproof.controls.support.example_network import network
from stackproof.controls.support.placement import all_private, span_zones
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
from stackproof.reasoning.network import ROUTE_NEIGHBOURS
from stackproof.types.tokens import AUTOSCALING_GROUP, SUBNET

SUBNETS = "vpc_zone_identifiers"
PRIVATE = Given(AUTOSCALING_GROUP, {SUBNETS: [Ref("private-a"), Ref("private-b")]}, network())


@control(
    "autoscaling-group-spans-zones",
    title="Auto Scaling groups run in at least two Availability Zones",
    severity=Severity.HIGH,
    category=Category.HA,
    types=AUTOSCALING_GROUP,
    needs=(SUBNET,),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.FSBP: ("AutoScaling.2",), Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=PRIVATE,
        failing=(
            Change(SUBNETS, [Ref("private-a")]),
            Change(SUBNETS, [Ref("private-a"), Ref("public-a")]),
            Change("availability_zone", "us-east-1a", of="private-b"),
            Remove(SUBNETS),
            (Remove(SUBNETS), Change("availability_zones", ["us-east-1a"])),
        ),
        unknown=(Hide(SUBNETS), Hide("availability_zone", of="private-b")),
        absent=(Without("private-b"),),
        also_passing=(
            (Remove(SUBNETS), Change("availability_zones", ["us-east-1a", "us-east-1b"])),
        ),
        not_applicable=(Change("tags", [{"key": "Environment", "value": "dev"}]),),
    ),
)
def spans_zones(group: Resource, stack: Stack, *, minimum: Zones = 2) -> Outcome:
    """Subnets are resolved to their zones: two subnets of one zone are lost together."""
    subnets = stack.follow(group, SUBNETS, SUBNET)
    if subnets:
        return span_zones(SUBNETS, subnets, minimum)
    named = group.values("availability_zones")
    if len(set(named)) >= minimum:
        return Pass()
    return Fail(
        "availability_zones",
        f"at least {minimum} Availability Zones",
        named,
        f"Name subnets of {minimum} Availability Zones in {SUBNETS}.",
    )


@control(
    "autoscaling-group-in-private-subnets",
    title="Instances of Auto Scaling groups run in subnets that the internet cannot reach",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=AUTOSCALING_GROUP,
    needs=ROUTE_NEIGHBOURS,
    frameworks={Framework.PCI: ("1.4.4",), Framework.NIST: ("AC-4(21)", "SC-7")},
    cases=Cases(
        passing=PRIVATE,
        failing=(
            Change(SUBNETS, [Ref("private-a"), Ref("public-b")]),
            (
                Hide("route_table_id", of="private-a-joined"),
                Change(SUBNETS, [Ref("private-a"), Ref("public-b")]),
            ),
        ),
        unknown=(Hide(SUBNETS), Hide("subnet_id", of="private-a-joined")),
        absent=(Without("private-b"), Without("private-b-joined")),
        also_passing=(Change(SUBNETS, [Ref("database-a"), Ref("database-b")]),),
        not_applicable=(Remove(SUBNETS),),
    ),
)
def in_private_subnets(group: Resource, stack: Stack) -> Outcome:
    """Where customers come through a load balancer its targets need no way in of their own."""
    subnets = stack.follow(group, SUBNETS, SUBNET)
    if not subnets:
        return NotApplicable("the group names no subnets")
    return all_private(SUBNETS, subnets, stack)
