"""Subnets: which of them the internet reaches, by their routes and not by their names."""

from __future__ import annotations

from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect
from stackproof.controls.support.example_network import judged, network
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, With, Without
from stackproof.model.parameter import Zones
from stackproof.reasoning.availability import zones
from stackproof.reasoning.network import ROUTE_NEIGHBOURS, Tier, exits, tier, tiers
from stackproof.types.tokens import ELASTICACHE_SUBNET_GROUP, RDS_SUBNET_GROUP, ROUTE, SUBNET, VPC

UNKNOWN_ID = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
DATABASE_SUBNETS = [Ref("database-a"), Ref("database-b")]


def _exit_route(**target: object) -> With:
    facts = {"route_table_id": Ref("database-b-table"), **target}
    return With(Neighbour("way-out", ROUTE, facts))


@control(
    "data-subnets-isolated",
    title="Subnets of databases and caches have no route to the internet",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    types=(RDS_SUBNET_GROUP, ELASTICACHE_SUBNET_GROUP),
    needs=ROUTE_NEIGHBOURS,
    frameworks={
        Framework.FSBP: ("RDS.46",),
        Framework.PCI: ("1.3.1", "1.3.2", "1.4.4"),
        Framework.NIST: ("AC-4(21)", "SC-7"),
    },
    cases=Cases(
        passing=Given(RDS_SUBNET_GROUP, {"subnet_ids": DATABASE_SUBNETS}, network()),
        failing=(
            _exit_route(destination_cidr_block="0.0.0.0/0", gateway_id=Ref("gateway")),
            _exit_route(destination_cidr_block="0.0.0.0/0", nat_gateway_id=Ref("nat-a")),
            _exit_route(destination_ipv6_cidr_block="::/0", egress_only_gateway_id="eigw-1"),
            _exit_route(destination_cidr_block="128.0.0.0/1", transit_gateway_id="tgw-1"),
            Change("subnet_ids", [Ref("database-a"), Ref("private-b")]),
            Change("subnet_ids", [Ref("database-a"), Ref("public-b")]),
            (
                Hide("route_table_id", of="database-a-joined"),
                Change("subnet_ids", [Ref("database-a"), Ref("public-b")]),
            ),
            Change(
                "routes",
                [{"cidr_block": "0.0.0.0/0", "nat_gateway_id": Ref("nat-a")}],
                of="database-a-table",
            ),
        ),
        unknown=(
            Hide("subnet_ids"),
            Hide("subnet_id", of="database-a-joined"),
            _exit_route(destination_cidr_block="0.0.0.0/0", gateway_id=UNKNOWN_ID),
        ),
        absent=(Without("database-a"), Without("database-a-joined"), Without("database-a-table")),
    ),
)
def data_subnets_isolated(group: Resource, stack: Stack) -> Outcome:
    """No default route, through any target: a NAT gateway carries stolen data out as well."""
    return each(stack.follow(group, "subnet_ids", SUBNET), partial(_isolated, stack))


def _isolated(stack: Stack, subnet: Resource) -> Outcome:
    for exit_, route in exits(subnet, stack).items():
        fix = "Give the subnet a route table of its own with local routes only."
        actual = f"{subnet.name} has a route through {exit_.value}"
        return Fail(route.place, "no route to the internet", actual, fix)
    return Pass()


@control(
    "subnet-no-public-addresses",
    title="Subnets without a route to an internet gateway give no public addresses",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=SUBNET,
    needs=ROUTE_NEIGHBOURS,
    frameworks={Framework.NIST: ("AC-4(21)", "SC-7")},
    in_part={Framework.FSBP: ("EC2.15",)},
    cases=Cases(
        passing=judged("private-a", map_public_ip_on_launch=False),
        failing=(Change("map_public_ip_on_launch", True),),
        unknown=(
            Hide("map_public_ip_on_launch"),
            (Change("map_public_ip_on_launch", True), Hide("route_table_id", of="private-a-out")),
        ),
        absent=((Change("map_public_ip_on_launch", True), Without("private-a-joined")),),
        also_passing=(Change("assign_ipv6_address_on_creation", False),),
    ),
)
def no_public_addresses(subnet: Resource, stack: Stack) -> Outcome:
    """An address on the internet in a private subnet waits for one wrong route.

    Security Hub asks it of public subnets, too; there it is a choice (NAT gateways and load
    balancers bring addresses of their own), and is left to the program.
    """
    if not subnet["map_public_ip_on_launch"]:
        return Pass()
    if tier(subnet, stack) is Tier.PUBLIC:
        return NotApplicable("a public subnet")
    return expect(
        subnet, "map_public_ip_on_launch", False, fix="Set map_public_ip_on_launch to false."
    )


@control(
    "vpc-tiers-span-zones",
    title="Every tier of a VPC's subnets spans at least two Availability Zones",
    severity=Severity.HIGH,
    category=Category.HA,
    types=VPC,
    needs=ROUTE_NEIGHBOURS,
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=judged("vpc"),
        failing=(
            Change("availability_zone", "us-east-1a", of="private-b"),
            Change("availability_zone", "us-east-1a", of="public-b"),
            (Hide("availability_zone", of="public-b"), Without("database-b")),
        ),
        unknown=(
            Hide("availability_zone", of="database-b"),
            Hide("vpc_id", of="database-b"),
        ),
        absent=(Without("private-b"), Without("private-b-joined")),
    ),
)
def tiers_span_zones(vpc: Resource, stack: Stack, *, minimum: Zones = 2) -> Outcome:
    """A tier is what its routes make it: public, private (through NAT) or isolated."""
    known = tiers(vpc, stack)
    if not known:
        return NotApplicable("a VPC without subnets")
    return each(known.items(), lambda item: _spans(item[0].value, item[1], minimum))


@control(
    "data-subnets-span-zones",
    title="Subnets of databases and caches span at least two Availability Zones",
    severity=Severity.HIGH,
    category=Category.HA,
    types=(RDS_SUBNET_GROUP, ELASTICACHE_SUBNET_GROUP),
    needs=(SUBNET,),
    frameworks={Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(RDS_SUBNET_GROUP, {"subnet_ids": DATABASE_SUBNETS}, network()),
        failing=(
            Change("subnet_ids", [Ref("database-a")]),
            Change("availability_zone", "us-east-1a", of="database-b"),
        ),
        unknown=(Hide("availability_zone", of="database-b"), Hide("subnet_ids")),
        absent=(Without("database-b"),),
    ),
)
def data_subnets_span_zones(group: Resource, stack: Stack, *, minimum: Zones = 2) -> Outcome:
    """A failover needs a subnet in a zone that the outage does not reach."""
    return _spans("data", stack.follow(group, "subnet_ids", SUBNET), minimum)


def _spans(name: str, subnets: tuple[Resource, ...], minimum: int) -> Outcome:
    seen = zones(subnets, enough=minimum)
    if len(seen) >= minimum:
        return Pass()
    return Fail(
        "availability_zone",
        f"{name} subnets in at least {minimum} Availability Zones",
        sorted(seen),
        "Add a subnet of this tier in another availability_zone.",
    )
