"""An Availability Zone or a task is lost, and payments go on."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.reasoning.availability import zones
from stackproof.reasoning.network import Tier, tier
from stackproof.types import tokens
from tests.scenarios.conftest import Named, Subnets
from tests.scenarios.scalepayments.expected import Expected
from tests.scenarios.ways_out import own_zones_gateways

pytestmark = [pytest.mark.high_availability, pytest.mark.blueprint("scalepayments")]


@pytest.mark.requirement("3.3")
@pytest.mark.parametrize(
    ("name", "wanted"),
    [("public", Tier.PUBLIC), ("private", Tier.PRIVATE), ("database", Tier.ISOLATED)],
)
def test_tier_survives_the_loss_of_a_zone(
    name: str, wanted: Tier, subnets: Subnets, live: Stack, expected: Expected
) -> None:
    """Each tier has a subnet in every zone of its environment, with the tier's own way out.

    Capacity can only be moved out of a failing zone into zones that the tier reaches.
    """
    found = subnets(name)
    assert len(zones(found)) >= expected.zones
    assert {tier(subnet, live) for subnet in found} == {wanted}


@pytest.mark.requirement("3.6")
@pytest.mark.environments("staging", "prod")
def test_database_survives_the_loss_of_its_writers_zone(instances: tuple[Resource, ...]) -> None:
    """A second Aurora instance runs in another Availability Zone than the first.

    Without one, a zone outage stops every payment until AWS has made a new writer: ten minutes
    or more instead of one.
    """
    assert len({instance["availability_zone"] for instance in instances}) >= 2


@pytest.mark.environments("staging", "prod")
def test_failover_promotes_a_reader_that_is_ready(instances: tuple[Resource, ...]) -> None:
    """Aurora has a first choice and a second for the writer, of the same size.

    A smaller reader that becomes the writer fails under the load that its predecessor bore.
    """
    assert len({instance["promotion_tier"] for instance in instances}) >= 2
    assert len({instance["instance_class"] for instance in instances}) == 1


@pytest.mark.requirement("3.9")
@pytest.mark.environments("staging", "prod")
def test_redis_fails_over_by_itself(redis: Resource, expected: Expected) -> None:
    """Redis has replicas in several zones and promotes one without help.

    Sessions and idempotency keys live here: without them payments are asked for twice.
    """
    assert redis["automatic_failover_enabled"] is True
    assert redis["multi_az_enabled"] is True
    assert int(redis["num_cache_clusters"]) >= expected.redis_nodes


@pytest.mark.requirement("3.3")
def test_load_balancer_stands_in_every_zone(alb: Resource, live: Stack, expected: Expected) -> None:
    """The load balancer has an address in every zone of the environment.

    Clients keep the address of a lost zone for as long as DNS lets them.
    """
    assert len(zones(live.follow(alb, "subnets", tokens.SUBNET))) >= expected.zones


@pytest.mark.requirement("3.3")
def test_service_may_run_in_every_zone(service: Resource, live: Stack, expected: Expected) -> None:
    """Each service may start tasks in every zone of the environment.

    ECS replaces the tasks of a lost zone only where it was told it may.
    """
    subnets = live.follow(service, "network_configuration.subnets", tokens.SUBNET)
    assert len(zones(subnets)) >= expected.zones


@pytest.mark.environments("staging", "prod")
def test_service_survives_the_loss_of_a_task(service: Resource) -> None:
    """Each service wants at least two tasks.

    With one task every restart, of whatever cause, is an outage.
    """
    assert int(service["desired_count"]) >= 2


@pytest.mark.environments("staging", "prod")
def test_loss_of_one_nat_gateway_cuts_off_one_zone_only(
    subnets: Subnets, live: Stack, expected: Expected
) -> None:
    """Each private subnet leaves through a NAT gateway of its own zone.

    A shared gateway makes the loss of its zone the loss of all: no card network, no images.
    """
    assert len(own_zones_gateways(subnets("private"), live)) >= expected.zones


@pytest.mark.requirement("3.16")
def test_failed_deployment_goes_back_by_itself(service: Resource) -> None:
    """A deployment whose tasks do not become healthy is rolled back, old tasks running on.

    A bad image must cost a failed deployment, not an evening of failed payments.
    """
    breaker = next(service.blocks("deployment_circuit_breaker"))
    assert breaker["enable"] is True
    assert breaker["rollback"] is True
    assert int(service["deployment_minimum_healthy_percent"]) >= 100


def test_targets_of_every_zone_are_used(named: Named, alb: Resource, service_name: str) -> None:
    """Requests go to healthy tasks of any zone, not only of the one they arrived in.

    After a zone's tasks are gone its load balancer node would otherwise answer errors.
    """
    group = named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)
    setting = group["load_balancing_cross_zone_enabled"]
    assert setting in ("true", True, "use_load_balancer_configuration", None)
    assert alb["enable_cross_zone_load_balancing"] in (True, None)
