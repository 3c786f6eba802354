"""Environments of the payment platform keep to their plan, and grow from dev to prod."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network
from itertools import pairwise
from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.conftest import Deployed
from tests.scenarios.scalepayments.expected import SCALEPAYMENTS, Expected

pytestmark = [pytest.mark.cross_environment, pytest.mark.blueprint("scalepayments")]


@pytest.mark.requirement("3.2")
def test_address_range_overlaps_no_other_environment(
    outputs: Outputs, aws: Callable[..., Any]
) -> None:
    """No range of this environment's VPC overlaps the planned range of another environment.

    Overlapping ranges can never be peered, and one wrong route sends test traffic to production.
    """
    (vpc,) = aws("ec2").describe_vpcs(VpcIds=[outputs["vpc_id"]])["Vpcs"]
    # A VPC may be given further ranges beside its first one.
    own = [ip_network(block["CidrBlock"]) for block in vpc["CidrBlockAssociationSet"]]
    assert own
    for environment, column in SCALEPAYMENTS.items():
        if environment != outputs["environment"]:
            planned = ip_network(column.vpc_cidr)
            assert not any(block.overlaps(planned) for block in own), environment


@pytest.mark.requirement("3.12")
def test_names_and_tags_say_the_environment(live: Stack, outputs: Outputs) -> None:
    """Services, database, cache and load balancer carry this environment in name and tags.

    Whoever deletes something at three in the morning reads the name first.
    """
    environment = outputs["environment"]
    for type_, name in (
        (tokens.ECS_SERVICE, "name"),
        (tokens.RDS_CLUSTER, "cluster_identifier"),
        (tokens.ELASTICACHE_REPLICATION_GROUP, "replication_group_id"),
        (tokens.LB, "name"),
    ):
        for resource in live.all(type_):
            assert str(resource[name]).endswith(f"-{environment}"), resource.name
            assert resource["tags"]["Environment"] == environment, resource.name


def test_roles_may_not_touch_another_environment(live: Stack, outputs: Outputs) -> None:
    """No inline policy of the stack names a resource of another environment.

    A role that may read production's secret from dev makes every dev laptop a way in.
    """
    foreign = [name for name in SCALEPAYMENTS if name != outputs["environment"]]
    for policy in live.all(tokens.IAM_ROLE_POLICY):
        for name in foreign:
            assert f"-{name}" not in policy["policy"], f"{policy.name} names {name}"


@pytest.mark.requirement("3.4", "3.5", "3.6", "3.9")
def test_environment_has_the_size_that_it_claims(
    database: Resource, redis: Resource, live: Stack, expected: Expected
) -> None:
    """Instances, nodes and tasks are those of this environment's column, no other's.

    A production of staging's size fails at the first surge; a dev of production's wastes money.
    """
    instances = live.seen_referrers(database, tokens.RDS_CLUSTER_INSTANCE, "cluster_identifier")
    assert (len(instances) >= 2) is expected.database_multi_az
    assert all(str(i["instance_class"]).startswith(expected.database_classes) for i in instances)
    nodes = int(redis["num_cache_clusters"])
    assert nodes == 1 if expected.redis_nodes == 1 else nodes >= expected.redis_nodes
    for target in live.all(tokens.APPSCALING_TARGET):
        assert (int(target["min_capacity"]), int(target["max_capacity"])) == expected.tasks


@pytest.mark.requirement("3.22")
@pytest.mark.side_by_side(same="blueprint")
def test_sizes_grow_from_dev_to_prod(environments: list[Deployed]) -> None:
    """Zones, tasks and backup days never shrink from one environment to the next.

    What was rehearsed small must be true large: the other way round hides the failure.
    """
    sizes = [
        (
            len({subnet["availability_zone"] for subnet in stack.live.all(tokens.SUBNET)}),
            max(int(target["max_capacity"]) for target in stack.live.all(tokens.APPSCALING_TARGET)),
            int(stack.live.all(tokens.RDS_CLUSTER)[0]["backup_retention_period"]),
        )
        for stack in environments
    ]
    for smaller, larger in pairwise(sizes):
        assert all(a <= b for a, b in zip(smaller, larger, strict=True)), sizes
