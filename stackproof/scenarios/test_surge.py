"""Whatever the stack: services may grow as far as they were told to."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from stackproof.model import Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.scaling import targets
from stackproof.types import tokens

pytestmark = pytest.mark.auto_scaling


def limits(service: Resource, live: Stack) -> tuple[int, int] | None:
    """Give how few and how many tasks a service may have by its scaling, None without one."""
    for target in targets(service, live):
        if isinstance(target, Unknown):
            raise UnresolvedError(target)
        return int(target.number("min_capacity") or 0), int(target.number("max_capacity") or 0)
    return None


@pytest.mark.types(tokens.APPSCALING_TARGET)
def test_services_start_where_scaling_leaves_them(live: Stack) -> None:
    """The number of tasks that each scaled service wants is within its scaling limits.

    A service outside of its own limits is one that somebody changed by hand.
    """
    for service in live.all(tokens.ECS_SERVICE):
        told = limits(service, live)
        if told is not None:
            wanted = service.number("desired_count") or 0
            assert told[0] <= wanted <= told[1], f"{service.name} wants {wanted} of {told}"


@pytest.mark.types(tokens.APPSCALING_TARGET)
def test_subnets_have_addresses_for_every_service_at_its_largest(live: Stack) -> None:
    """The subnets that services share have an address for each task that they may grow to.

    A task that gets no address does not start, just when it is needed.
    """
    needed: dict[frozenset[str], int] = {}
    sizes: dict[frozenset[str], int] = {}
    for service in live.all(tokens.ECS_SERVICE):
        told = limits(service, live)
        if told is None or not list(service.blocks("network_configuration")):
            continue
        subnets = live.follow(service, "network_configuration.subnets", tokens.SUBNET)
        shared = frozenset(str(subnet.id) for subnet in subnets)
        needed[shared] = needed.get(shared, 0) + told[1]
        # AWS keeps five addresses of each (Amazon VPC User Guide, "Subnet CIDR blocks").
        sizes[shared] = sum(ip_network(s["cidr_block"]).num_addresses - 5 for s in subnets)
    for shared, number in needed.items():
        assert number <= sizes[shared], f"{number} tasks, {sizes[shared]} addresses"
