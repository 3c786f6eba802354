"""A zone or a task is lost, and the application goes on."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.availability import zones
from stackproof.reasoning.network import Tier, tier
from stackproof.reasoning.scaling import policies, targets
from stackproof.types import tokens
from tests.scenarios.cicd.expected import ZONES, Expected
from tests.scenarios.conftest import Health, Named, Subnets
from tests.scenarios.ways_out import own_zones_gateways

pytestmark = [pytest.mark.high_availability, pytest.mark.blueprint("cicd")]


@pytest.mark.requirement("5.1")
@pytest.mark.parametrize(("name", "wanted"), [("public", Tier.PUBLIC), ("private", Tier.PRIVATE)])
def test_each_tier_has_a_subnet_in_two_zones(
    name: str, wanted: Tier, subnets: Subnets, live: Stack
) -> None:
    """The VPC's two public and two private subnets lie in two zones, with their own way out.

    Capacity can only be moved out of a failing zone into zones that the tier reaches.
    """
    found = subnets(name)
    assert len(found) == len(zones(found)) >= ZONES
    assert {tier(subnet, live) for subnet in found} == {wanted}


@pytest.mark.requirement("5.3")
def test_the_load_balancer_stands_in_both_zones(alb: Resource, live: Stack) -> None:
    """The load balancer is public and has an address in each of the two zones.

    Clients keep the address of a lost zone for as long as DNS lets them.
    """
    subnets = live.follow(alb, "subnets", tokens.SUBNET)
    assert alb["internal"] is False
    assert {tier(subnet, live) for subnet in subnets} == {Tier.PUBLIC}
    assert len(zones(subnets)) >= ZONES


def test_tasks_may_run_in_both_zones_and_have_no_public_address(
    service: Resource, outputs: Outputs, live: Stack
) -> None:
    """The service starts tasks in the private subnets of both zones.

    ECS replaces the tasks of a lost zone only where it was told it may.
    """
    network = next(service.blocks("network_configuration"))
    assert network["assign_public_ip"] is False
    assert set(network.values("subnets")) == set(outputs.list("private_subnet_ids"))
    subnets = live.follow(service, "network_configuration.subnets", tokens.SUBNET)
    assert len(zones(subnets)) >= ZONES


@pytest.mark.requirement("5.3")
def test_the_colour_in_use_has_a_healthy_target(listener: Resource, health: Health) -> None:
    """The target group that the listener sends requests to has a healthy task at this moment.

    Everything may be configured right and the tasks still die on start.
    """
    (action,) = listener.blocks("default_actions")
    states = health(action["target_group_arn"])
    assert "healthy" in states, states


@pytest.mark.environments("staging", "prod")
def test_the_loss_of_a_task_is_survived(service: Resource) -> None:
    """The service wants at least two tasks.

    With one task every restart, of whatever cause, is an outage.
    """
    assert int(service["desired_count"]) >= 2


def test_tasks_are_added_when_they_are_busy(
    service: Resource, live: Stack, expected: Expected
) -> None:
    """The service has this environment's range of tasks, and CPU and memory move it.

    A delivery is no moment to find out that nothing scales.
    """
    (target,) = targets(service, live)
    assert isinstance(target, Resource)
    assert (int(target["min_capacity"]), int(target["max_capacity"])) == expected.tasks
    metrics = set()
    for policy in policies(target, live):
        assert isinstance(policy, Resource)
        tracking = policy["target_tracking_scaling_policy_configuration"]
        metrics.add(tracking["predefined_metric_specification"]["predefined_metric_type"])
    assert metrics >= {"ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"}


@pytest.mark.environments("staging", "prod")
def test_the_loss_of_one_nat_gateway_cuts_off_one_zone_only(subnets: Subnets, live: Stack) -> None:
    """Each private subnet leaves through a NAT gateway of its own zone.

    Without a way out a zone's tasks can't pull the image that is to replace them.
    """
    private = subnets("private")
    assert len(own_zones_gateways(private, live)) == len(private)


def test_production_cannot_be_deleted_by_mistake(named: Named, expected: Expected) -> None:
    """The load balancer is protected from deletion where the environment is worth it.

    In production a mistaken click must not end the service; elsewhere experiments must be free.
    """
    alb = named("alb_arn", tokens.LB)
    assert bool(alb["enable_deletion_protection"]) is expected.deletion_protection
