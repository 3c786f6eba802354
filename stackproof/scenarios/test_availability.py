"""Whatever the stack: what breaks takes no more with it than it must."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.probing import Probing
from stackproof.reasoning.availability import zone
from stackproof.reasoning.network import nat_gateways
from stackproof.types import tokens

pytestmark = pytest.mark.high_availability


@pytest.mark.types(tokens.NAT_GATEWAY)
def test_loss_of_a_nat_gateway_cuts_off_its_own_zone_only(live: Stack) -> None:
    """Where there is a NAT gateway in a subnet's zone, the subnet leaves through that one.

    A gateway is of one zone: with it the loss of one zone silences the other, too.
    """
    for subnet in live.all(tokens.SUBNET):
        used = {home(gateway, live) for gateway in nat_gateways(subnet, live)}
        offered = {home(gateway, live) for gateway in live.all(tokens.NAT_GATEWAY)}
        if used and zone(subnet) in offered:
            assert zone(subnet) in used, f"{subnet.name} leaves through {sorted(used)}"


def home(gateway: Resource, live: Stack) -> str:
    """Give the zone of a NAT gateway."""
    subnet = live.follow_one(gateway, "subnet_id", tokens.SUBNET)
    assert subnet is not None, f"{gateway.name} is in no subnet"
    return zone(subnet)


@pytest.mark.types(tokens.ECS_SERVICE)
def test_each_service_behind_a_load_balancer_has_a_healthy_target(
    live: Stack, aws: Callable[..., Any], probe: Probing
) -> None:
    """Of each target group that a service registers its tasks in, one target is healthy now.

    Everything may be declared right and nothing answer: only the load balancer knows.
    """
    groups = {
        (str(of["target_group_arn"]), service.region)
        for service in live.all(tokens.ECS_SERVICE)
        for of in service.blocks("load_balancers")
        if of["target_group_arn"] and (service.number("desired_count") or 0) > 0
    }
    for arn, region in sorted(groups, key=str):

        def states(arn: str = arn, region: str | None = region) -> list[str]:
            told = aws("elbv2", region).describe_target_health(TargetGroupArn=arn)
            return [target["TargetHealth"]["State"] for target in told["TargetHealthDescriptions"]]

        found = probe("target health", states, lambda found: "healthy" in found)
        assert "healthy" in found, f"{arn}: {found or 'no targets'}"
