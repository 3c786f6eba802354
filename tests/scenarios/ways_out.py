"""The way by which private subnets reach the internet."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.model import Resource, Stack
from stackproof.reasoning.availability import zone
from stackproof.reasoning.network import nat_gateways
from stackproof.types import tokens


def own_zones_gateways(subnets: Iterable[Resource], live: Stack) -> set[str | None]:
    """Give the ids of the NAT gateways that subnets leave through, each in its subnet's zone."""
    used = set()
    for subnet in subnets:
        gateways = nat_gateways(subnet, live)
        assert gateways, f"{subnet.id} has no NAT gateway"
        for gateway in gateways:
            home = live.follow_one(gateway, "subnet_id", tokens.SUBNET)
            assert home is not None
            assert zone(home) == zone(subnet), f"{subnet.id} leaves through {gateway.id}"
            used.add(gateway.id)
    return used
