"""A small network that cases of controls are built on: three tiers over two zones."""

from __future__ import annotations

from typing import Any

from stackproof.model.cases import SUBJECT, Given, Neighbour, Ref
from stackproof.types.tokens import (
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    VPC,
)

ZONES = {"a": "us-east-1a", "b": "us-east-1b"}
# The tiers, and the third number of their addresses in the first zone.
TIERS = {"public": 0, "private": 10, "database": 20}


def network(subject: str = "") -> tuple[Neighbour, ...]:
    """Give the network without the resource that is judged, whose name the others then use.

    Names: `vpc`, `gateway`, and per zone (a, b) `public-a`, `private-a`, `database-a` (subnets),
    `nat-a`, and for each subnet `<subnet>-table`, `<subnet>-joined` and, save for the database
    tier, `<subnet>-out` (its default route).
    """

    def ref(name: str) -> Ref:
        return Ref(SUBJECT if name == subject else name)

    made = [
        Neighbour("vpc", VPC, {"cidr_block": "10.0.0.0/16"}),
        Neighbour("gateway", INTERNET_GATEWAY, {"vpc_id": ref("vpc")}),
    ]
    for position, (letter, zone) in enumerate(ZONES.items()):
        nat = {"subnet_id": ref(f"public-{letter}"), "connectivity_type": "public"}
        made.append(Neighbour(f"nat-{letter}", NAT_GATEWAY, nat))
        for tier, number in TIERS.items():
            subnet, table = f"{tier}-{letter}", f"{tier}-{letter}-table"
            facts: dict[str, Any] = {
                "vpc_id": ref("vpc"),
                "cidr_block": f"10.0.{number + position}.0/24",
                "availability_zone": zone,
            }
            joined = {"subnet_id": ref(subnet), "route_table_id": ref(table)}
            made.append(Neighbour(subnet, SUBNET, facts))
            made.append(Neighbour(table, ROUTE_TABLE, {"vpc_id": ref("vpc")}))
            made.append(Neighbour(f"{subnet}-joined", ROUTE_TABLE_ASSOCIATION, joined))
            out = {"route_table_id": ref(table), "destination_cidr_block": "0.0.0.0/0"}
            if tier == "public":
                out |= {"gateway_id": ref("gateway")}
            elif tier == "private":
                out |= {"nat_gateway_id": ref(f"nat-{letter}")}
            if tier != "database":
                made.append(Neighbour(f"{subnet}-out", ROUTE, out))
    return tuple(neighbour for neighbour in made if neighbour.name != subject)


def judged(name: str, **more: Any) -> Given:
    """Give the network with one of its resources as the judged one, with more properties."""
    whole = {neighbour.name: neighbour for neighbour in network()}
    return Given(whole[name].type, {**whole[name].properties, **more}, network(name))
