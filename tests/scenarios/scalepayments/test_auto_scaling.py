"""Black Friday: a surge of traffic comes, and the services grow with it."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from stackproof.model import Resource, Stack, Unknown, UnresolvedError
from stackproof.outputs import Outputs
from stackproof.reasoning.scaling import policies, targets
from stackproof.types import tokens
from tests.scenarios.scalepayments.expected import SERVICES, Expected

pytestmark = [pytest.mark.auto_scaling, pytest.mark.blueprint("scalepayments")]


def target_of(service: Resource, live: Stack) -> Resource:
    (found,) = targets(service, live)
    if isinstance(found, Unknown):
        raise UnresolvedError(found)
    return found


def tracking(service: Resource, live: Stack) -> dict[str, Resource]:
    """Give a service's target-tracking policies by the metric that they follow."""
    found = {}
    for policy in policies(target_of(service, live), live):
        if isinstance(policy, Unknown):
            raise UnresolvedError(policy)
        assert policy["policy_type"] == "TargetTrackingScaling"
        metric = policy.get(
            "target_tracking_scaling_policy_configuration"
            ".predefined_metric_specification.predefined_metric_type"
        )
        found[metric] = policy
    return found


@pytest.mark.requirement("3.4")
def test_service_grows_within_its_environments_limits(
    service: Resource, live: Stack, expected: Expected
) -> None:
    """Each service scales between the smallest and the largest number that its environment allows.

    Too low a limit drops payments at the peak; none at all lets a bug spend the month's budget.
    """
    target = target_of(service, live)
    assert (int(target["min_capacity"]), int(target["max_capacity"])) == expected.tasks


@pytest.mark.requirement("3.16")
@pytest.mark.parametrize(
    "metric", ["ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"]
)
def test_service_follows_its_load(metric: str, service: Resource, live: Stack) -> None:
    """Each service tracks its processors and its memory, and leaves a quarter of them free.

    New tasks take a minute to start: what is left free is what carries the surge until then.
    """
    configuration = "target_tracking_scaling_policy_configuration"
    policy = tracking(service, live)[metric]
    assert 40 <= float(policy.get(f"{configuration}.target_value")) <= 75


def test_service_grows_faster_than_it_shrinks(service: Resource, live: Stack) -> None:
    """Tasks are added after a shorter pause than they are taken away, and they are taken away.

    The second wave of a sale comes minutes after the first; the bill comes at the end of the month.
    """
    for policy in tracking(service, live).values():
        settings = next(policy.blocks("target_tracking_scaling_policy_configuration"))
        assert int(settings["scale_out_cooldown"]) <= int(settings["scale_in_cooldown"])
        assert not settings["disable_scale_in"]


def test_service_starts_where_scaling_leaves_it(service: Resource, live: Stack) -> None:
    """The number of tasks that each service wants is within its scaling limits.

    A service outside of its own limits is one that somebody changed by hand.
    """
    target = target_of(service, live)
    low, high = int(target["min_capacity"]), int(target["max_capacity"])
    assert low <= int(service["desired_count"]) <= high


def test_subnets_have_addresses_for_the_surge(
    outputs: Outputs, live: Stack, expected: Expected
) -> None:
    """The private subnets have addresses for every service's largest number of tasks, twice.

    A deployment at the peak runs old and new tasks side by side, and each takes an address.
    """
    needed = 2 * expected.tasks[1] * len(SERVICES)
    subnets = [live.look_up(id_, tokens.SUBNET) for id_ in outputs.list("private_subnet_ids")]
    # AWS keeps five addresses of each subnet (Amazon VPC User Guide, "Subnet CIDR blocks").
    free = [ip_network(s["cidr_block"]).num_addresses - 5 for s in subnets if s is not None]
    assert len(free) >= expected.zones
    # With one zone lost, the others carry it all.
    assert sum(sorted(free)[:-1]) >= needed


def test_deployment_during_a_surge_takes_no_capacity(service: Resource) -> None:
    """A deployment adds new tasks before it takes old ones away.

    A hotfix on the busiest day must not halve what carries it.
    """
    assert int(service["deployment_minimum_healthy_percent"]) >= 100
    assert int(service["deployment_maximum_percent"]) >= 200
