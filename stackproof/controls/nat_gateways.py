"""NAT gateways: the loss of one zone must not cut the others off."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each
from stackproof.controls.support.example_network import judged
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
from stackproof.model.cases import Cases, Change, Hide, Ref, Remove, Without
from stackproof.reasoning.availability import zone, zones
from stackproof.reasoning.network import (
    ROUTE_NEIGHBOURS,
    Exit,
    Tier,
    exits,
    nat_gateways,
    tier,
    tiers,
)
from stackproof.types.tokens import NAT_GATEWAY, SUBNET, VPC

FRAMEWORKS = {Framework.NIST: ("CP-10", "SC-36")}
DEVELOPMENT = Change("tags", {"Environment": "dev"})


@control(
    "subnet-nat-in-same-zone",
    title="Private subnets use a NAT gateway of their own Availability Zone",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=SUBNET,
    needs=(NAT_GATEWAY, *ROUTE_NEIGHBOURS),
    tolerated_in=NON_PRODUCTION,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=judged("private-a"),
        failing=(
            Change("nat_gateway_id", Ref("nat-b"), of="private-a-out"),
            Change("subnet_id", Ref("public-b"), of="nat-a"),
        ),
        unknown=(
            Hide("nat_gateway_id", of="private-a-out"),
            Hide("subnet_id", of="nat-a"),
            Hide("availability_zone"),
        ),
        absent=(Without("nat-a"), Without("public-a"), Without("private-a-joined")),
        also_passing=(
            (Remove("subnet_id", of="nat-a"), Change("availability_mode", "regional", of="nat-a")),
        ),
        not_applicable=(DEVELOPMENT, Without("private-a-out")),
    ),
)
def nat_in_same_zone(subnet: Resource, stack: Stack) -> Outcome:
    """Otherwise the loss of the gateway's zone cuts this one off, and traffic pays its way over."""
    if Exit.NAT not in exits(subnet, stack):
        return NotApplicable("no route through a NAT gateway")
    return each(nat_gateways(subnet, stack), lambda nat: _same_zone(subnet, nat, stack))


def _same_zone(subnet: Resource, nat: Resource, stack: Stack) -> Outcome:
    if _regional(nat):
        return Pass()
    there = zones(stack.follow(nat, "subnet_id", SUBNET))
    if there == {zone(subnet)}:
        return Pass()
    return Fail(
        "availability_zone",
        f"a NAT gateway in {zone(subnet)}",
        f"{nat.name} in {', '.join(sorted(there))}",
        "Give each zone a NAT gateway, and each private subnet a route through its own.",
    )


@control(
    "vpc-nat-in-every-zone",
    title="VPCs have a NAT gateway in each Availability Zone that holds private subnets",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=VPC,
    needs=(NAT_GATEWAY, *ROUTE_NEIGHBOURS),
    tolerated_in=NON_PRODUCTION,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=judged("vpc"),
        failing=(
            (Without("nat-b"), Change("nat_gateway_id", Ref("nat-a"), of="private-b-out")),
            Change("subnet_id", Ref("public-a"), of="nat-b"),
        ),
        unknown=(
            Hide("subnet_id", of="nat-b"),
            Hide("availability_zone", of="private-b"),
        ),
        absent=(Without("nat-b"), Without("public-b")),
        also_passing=(
            (
                Without("nat-b"),
                Change("nat_gateway_id", Ref("nat-a"), of="private-b-out"),
                Remove("subnet_id", of="nat-a"),
                Change("availability_mode", "regional", of="nat-a"),
            ),
        ),
        not_applicable=(DEVELOPMENT, (Without("private-a-out"), Without("private-b-out"))),
    ),
)
def nat_in_every_zone(vpc: Resource, stack: Stack) -> Outcome:
    """Count the gateways that the private subnets' routes really use."""
    private = tiers(vpc, stack).get(Tier.PRIVATE, ())
    used = {id(nat): nat for subnet in private for nat in nat_gateways(subnet, stack)}.values()
    if not used:
        return NotApplicable("no subnet uses a NAT gateway")
    if any(_regional(nat) for nat in used):
        return Pass()
    served = zones(home for nat in used for home in stack.follow(nat, "subnet_id", SUBNET))
    missing = zones(private) - served
    if not missing:
        return Pass()
    return Fail(
        "id",
        "a NAT gateway in each zone with private subnets",
        f"none in {', '.join(sorted(missing))}",
        "Add an aws.ec2.NatGateway in a public subnet of that zone and route through it.",
    )


@control(
    "nat-gateway-in-public-subnet",
    title="Public NAT gateways stand in subnets that an internet gateway serves",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=NAT_GATEWAY,
    needs=ROUTE_NEIGHBOURS,
    frameworks={Framework.NIST: ("SC-7",)},
    cases=Cases(
        passing=judged("nat-a"),
        failing=(
            Change("subnet_id", Ref("private-a")),
            Change("subnet_id", Ref("database-a")),
            Without("public-a-out"),
        ),
        unknown=(Hide("subnet_id"), Hide("gateway_id", of="public-a-out")),
        absent=(Without("public-a"), Without("public-a-joined")),
        also_passing=(Remove("connectivity_type"),),
        not_applicable=(
            Change("connectivity_type", "private"),
            (Remove("subnet_id"), Change("availability_mode", "regional")),
        ),
    ),
)
def nat_in_public_subnet(nat: Resource, stack: Stack) -> Outcome:
    """A gateway without a way to the internet takes packets and drops them."""
    if nat["connectivity_type"] == "private":
        return NotApplicable("a private NAT gateway")
    if _regional(nat):
        return NotApplicable("a regional NAT gateway")
    return each(stack.follow(nat, "subnet_id", SUBNET), lambda home: _public(home, stack))


def _public(home: Resource, stack: Stack) -> Outcome:
    found = tier(home, stack)
    if found is Tier.PUBLIC:
        return Pass()
    fix = "Set subnet_id to a subnet whose default route is an internet gateway."
    return Fail("subnet_id", "a public subnet", f"{home.name}, {found.value}", fix)


def _regional(nat: Resource) -> bool:
    return bool(nat["availability_mode"] == "regional")
