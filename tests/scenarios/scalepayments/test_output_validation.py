"""The outputs that the payment platform promises are there and true."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.conftest import Named
from tests.scenarios.scalepayments.expected import SERVICES, Expected

pytestmark = [pytest.mark.output_validation, pytest.mark.blueprint("scalepayments")]

_NEEDED = (
    "account_id",
    "alarm_names",
    "alb_arn",
    "alb_dns_name",
    "alerts_topic_arn",
    "database_cluster_identifier",
    "database_endpoint",
    "database_reader_endpoint",
    "database_secret_arn",
    "database_subnet_ids",
    "ecs_cluster_name",
    "private_subnet_ids",
    "public_subnet_ids",
    "redis_primary_endpoint",
    "redis_replication_group_id",
    "redis_secret_arn",
    "region",
    "service_url",
    "vpc_id",
    *(f"{service}_service_name" for service in SERVICES),
)


@pytest.mark.parametrize("name", _NEEDED)
def test_output_is_there(name: str, outputs: Outputs) -> None:
    """Every output that other stacks and on-call engineers rely on is exported and not empty.

    Whoever is called at night starts from these names.
    """
    assert outputs[name] not in (None, "", [])


def test_vpc_is_the_one_the_environment_plans(
    named: Named, outputs: Outputs, expected: Expected
) -> None:
    """The VPC has the address range that the stack was told, else the one planned for it.

    The table of address ranges is what peering and VPN are planned from.
    """
    planned = outputs.settings.get("vpc_cidr", expected.vpc_cidr)
    assert named("vpc_id", tokens.VPC)["cidr_block"] == planned


@pytest.mark.requirement("3.3")
@pytest.mark.parametrize("tier", ["public", "private", "database"])
def test_subnet_outputs_name_one_subnet_per_zone(
    tier: str, outputs: Outputs, live: Stack, expected: Expected
) -> None:
    """Each tier's output names as many subnets as there are zones, all in the stack's VPC.

    A later stack that takes its subnets from here inherits its availability from this list.
    """
    ids = outputs.list(f"{tier}_subnet_ids")
    subnets = [live.look_up(id_, tokens.SUBNET) for id_ in ids]
    found = [subnet for subnet in subnets if subnet is not None]
    assert len(found) == len(ids) >= expected.zones
    assert {subnet["vpc_id"] for subnet in found} == {outputs["vpc_id"]}
    assert len({subnet["availability_zone"] for subnet in found}) >= expected.zones


def test_database_endpoints_are_the_clusters(outputs: Outputs, database: Resource) -> None:
    """The exported writer and reader endpoints are those of the running cluster.

    After a restore the endpoint changes; services that keep the old one write into nothing.
    """
    assert database["endpoint"] == outputs["database_endpoint"]
    assert database["reader_endpoint"] == outputs["database_reader_endpoint"]
    assert int(database["port"]) == int(outputs["database_port"])


def test_redis_endpoint_is_the_groups(outputs: Outputs, redis: Resource) -> None:
    """The exported Redis endpoint is that of the running replication group.

    The primary's own name follows a failover; a node's name does not.
    """
    assert redis["primary_endpoint_address"] == outputs["redis_primary_endpoint"]
