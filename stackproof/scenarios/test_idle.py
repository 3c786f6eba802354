"""Whatever the stack: what is paid for by the hour is used."""

from __future__ import annotations

import pytest

from stackproof.model import Stack
from stackproof.reasoning.network import nat_gateways
from stackproof.types import tokens

pytestmark = pytest.mark.cost


@pytest.mark.types(tokens.NAT_GATEWAY)
def test_no_nat_gateway_stands_idle(live: Stack) -> None:
    """Some subnet leaves through each NAT gateway.

    An idle gateway costs as much as a small database.
    """
    used = {g.id for subnet in live.around(tokens.SUBNET) for g in nat_gateways(subnet, live)}
    for gateway in live.all(tokens.NAT_GATEWAY):
        assert gateway.id in used, f"no route leads through {gateway.name}"


@pytest.mark.types(tokens.LB)
def test_no_load_balancer_stands_idle(live: Stack) -> None:
    """Each load balancer has a listener.

    One that listens to nothing is paid for like one that does.
    """
    for balancer in live.all(tokens.LB):
        listeners = live.seen_referrers(balancer, tokens.LB_LISTENER, "load_balancer_arn")
        assert listeners, f"{balancer.name} has no listener"
