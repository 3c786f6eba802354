"""An Availability Zone, an instance or a task is lost, and the site stays up."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.availability import zones
from stackproof.reasoning.network import Tier, route_table, tier
from stackproof.types import tokens
from tests.scenarios.conftest import Health, Named, Subnets
from tests.scenarios.nova.expected import FEWEST_ZONES, INSTANCE_FAMILY, VPC_CIDR
from tests.scenarios.ways_out import own_zones_gateways

pytestmark = [pytest.mark.high_availability, pytest.mark.blueprint("nova")]

TIERS = {"public": Tier.PUBLIC, "private": Tier.PRIVATE, "isolated": Tier.ISOLATED}


@pytest.mark.requirement("1.3")
def test_the_network_is_where_and_what_it_should_be(outputs: Outputs, named: Named) -> None:
    """The VPC is in the stack's region, has its agreed addresses, and resolves names.

    Peers route to these addresses; without DNS nothing finds its database.
    """
    vpc = named("vpc_id", tokens.VPC)
    assert outputs["region"] == vpc.region == outputs.settings["aws:region"]
    assert vpc["cidr_block"] == VPC_CIDR
    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True


@pytest.mark.requirement("1.3")
@pytest.mark.parametrize("name", TIERS)
def test_tier_survives_the_loss_of_a_zone(name: str, subnets: Subnets, live: Stack) -> None:
    """Each tier has subnets in at least two zones, with the tier's own way out.

    Capacity can only be moved out of a failing zone into zones that the tier reaches.
    """
    found = subnets(name)
    assert len(zones(found)) == len(found) >= FEWEST_ZONES
    assert {tier(subnet, live) for subnet in found} == {TIERS[name]}


@pytest.mark.requirement("1.3")
def test_no_two_tiers_share_a_route_table(subnets: Subnets, live: Stack) -> None:
    """Public, private and isolated subnets have route tables of their own.

    A route added for one tier would otherwise open another one without anybody noticing.
    """
    tables = [{route_table(subnet, live).id for subnet in subnets(name)} for name in TIERS]
    assert all(tables)
    assert sum(map(len, tables)) == len(set().union(*tables))


@pytest.mark.requirement("1.3")
def test_no_route_leads_out_of_the_isolated_subnets(outputs: Outputs, live: Stack) -> None:
    """The route tables of the isolated subnets know the way to the VPC itself, and no other.

    A route to any address outside is a way out for the data, whatever stands at its end.
    """
    tables = outputs.list("isolated_route_table_ids")
    assert tables
    for route in live.all(tokens.ROUTE):
        if route["route_table_id"] in tables:
            assert route["gateway_id"] == "local", route.name


def test_loss_of_a_nat_gateway_cuts_off_one_zone_only(subnets: Subnets, live: Stack) -> None:
    """Each private subnet leaves through a NAT gateway of its own zone.

    A shared gateway makes the loss of its zone the loss of all.
    """
    private = subnets("private")
    assert len(own_zones_gateways(private, live)) == len(private)


@pytest.mark.requirement("1.5")
def test_instances_are_c5_and_spread_over_zones(
    group: Resource, template: Resource, subnets: Subnets, live: Stack
) -> None:
    """The group starts C5 instances in private subnets of every zone, more than one of them.

    Instances in one zone, or a single one, make every failure an outage. The template's latest
    version is judged, so it must be the one that the group uses.
    """
    assert str(group.get("launch_template.version")) == str(template["latest_version"])
    assert str(template["instance_type"]).startswith(INSTANCE_FAMILY)
    stands_in = live.follow(group, "vpc_zone_identifiers", tokens.SUBNET)
    assert {subnet.id for subnet in stands_in} == {subnet.id for subnet in subnets("private")}
    assert len(zones(stands_in)) >= FEWEST_ZONES
    assert int(group["min_size"]) >= FEWEST_ZONES
    assert int(group["desired_capacity"]) >= int(group["min_size"])


def test_a_broken_instance_is_replaced(group: Resource, named: Named) -> None:
    """The group believes the load balancer's health check, and takes part in no other.

    An instance whose web server hangs looks well to EC2, and is kept for ever.
    """
    assert group["health_check_type"] == "ELB"
    target = named("web_target_group_arn", tokens.LB_TARGET_GROUP)
    assert group.values("target_group_arns") == [target.arn]
    assert next(target.blocks("health_check"))["enabled"] is not False
    assert not group.values("suspended_processes")


@pytest.mark.requirement("1.3")
def test_load_balancer_stands_in_public_subnets_of_every_zone(
    alb: Resource, subnets: Subnets, live: Stack
) -> None:
    """The load balancer is public and has an address in each zone's public subnet.

    Clients keep the address of a lost zone for as long as DNS lets them.
    """
    assert alb["internal"] is False
    stands_in = live.follow(alb, "subnets", tokens.SUBNET)
    assert {subnet.id for subnet in stands_in} == {subnet.id for subnet in subnets("public")}
    assert {tier(subnet, live) for subnet in stands_in} == {Tier.PUBLIC}


@pytest.mark.requirement("1.6")
def test_tasks_run_in_private_subnets_of_every_zone(
    service: Resource, subnets: Subnets, live: Stack
) -> None:
    """The Fargate service runs several tasks, in private subnets only, with no public address.

    A task with a public address is talked to around load balancer and web ACL.
    """
    network = next(service.blocks("network_configuration"))
    assert service["launch_type"] == "FARGATE"
    assert network["assign_public_ip"] is False
    stands_in = live.follow(service, "network_configuration.subnets", tokens.SUBNET)
    assert {subnet.id for subnet in stands_in} == {subnet.id for subnet in subnets("private")}
    assert {tier(subnet, live) for subnet in stands_in} == {Tier.PRIVATE}
    assert int(service["desired_count"]) >= FEWEST_ZONES


@pytest.mark.requirement("1.8")
def test_database_has_a_standby_in_another_zone(
    database: Resource, subnets: Subnets, live: Stack
) -> None:
    """MySQL is Multi-AZ, and its subnet group is that of the isolated subnets of several zones.

    Without a standby the loss of one zone is a restore from last night's backup.
    """
    assert database["engine"] == "mysql"
    assert database["multi_az"] is True
    (place,) = live.follow(database, "db_subnet_group_name", tokens.RDS_SUBNET_GROUP)
    stands_in = live.follow(place, "subnet_ids", tokens.SUBNET)
    assert {subnet.id for subnet in stands_in} == {subnet.id for subnet in subnets("isolated")}
    assert {tier(subnet, live) for subnet in stands_in} == {Tier.ISOLATED}
    assert len(zones(stands_in)) >= FEWEST_ZONES


def test_failed_task_deployment_goes_back_by_itself(service: Resource) -> None:
    """A deployment whose tasks do not become healthy is rolled back, old tasks running on.

    A bad image must cost a failed deployment, not an outage.
    """
    breaker = next(service.blocks("deployment_circuit_breaker"))
    assert breaker["enable"] is True
    assert breaker["rollback"] is True
    assert int(service["deployment_minimum_healthy_percent"]) >= 100


@pytest.mark.requirement("1.5", "1.6")
@pytest.mark.parametrize("name", ["web", "api"])
def test_both_tiers_have_a_healthy_target(name: str, outputs: Outputs, health: Health) -> None:
    """The load balancer has a healthy instance and a healthy task at this moment.

    Everything may be configured right, and what is to answer still dies on start.
    """
    states = health(outputs[f"{name}_target_group_arn"])
    assert "healthy" in states, states
