"""Environments are isolated from each other, and grow from dev to prod."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import combinations, pairwise

import pytest

from stackproof.model import Resource, Stack, types
from stackproof.outputs import Outputs
from tests.scenarios.conftest import Named
from tests.scenarios.scalepayments.expected import SCALEPAYMENTS, Expected

pytestmark = [pytest.mark.cross_environment, pytest.mark.blueprint("scalepayments")]

_ORDER = ("dev", "staging", "prod")


def everything(
    outputs: Outputs, live: Stack, others: list[tuple[Outputs, Stack]]
) -> list[tuple[Outputs, Stack]]:
    found = [(outputs, live), *others]
    return sorted(found, key=lambda pair: _ORDER.index(pair[0]["environment"]))


def test_address_range_overlaps_no_other_environment(outputs: Outputs, named: Named) -> None:
    """This environment's VPC overlaps the planned range of no other one.

    Overlapping ranges can never be peered, and one wrong route sends test traffic to production.
    """
    own = ip_network(named("vpc_id", types.VPC)["cidr_block"])
    for environment, column in SCALEPAYMENTS.items():
        if environment != outputs["environment"]:
            assert not own.overlaps(ip_network(column.vpc_cidr)), environment


def test_network_leads_into_no_other_vpc(live: Stack) -> None:
    """No route of the stack goes through a peering connection or a transit gateway.

    What can be reached from dev can be broken from dev.
    """
    for route in live.all(types.ROUTE):
        assert not route["vpc_peering_connection_id"], route.name
        assert not route["transit_gateway_id"], route.name


def test_security_groups_trust_only_their_own_environment(live: Stack, outputs: Outputs) -> None:
    """Every security group that a rule names belongs to this stack's VPC.

    A reference into another VPC is a door between environments.
    """
    for rule in live.all(types.SECURITY_GROUP_INGRESS_RULE):
        if rule["referenced_security_group_id"]:
            (group,) = live.follow(rule, "referenced_security_group_id", types.SECURITY_GROUP)
            assert group["vpc_id"] == outputs["vpc_id"]


def test_names_and_tags_say_the_environment(live: Stack, outputs: Outputs) -> None:
    """Services, database, cache and load balancer carry this environment in name and tags.

    Whoever deletes something at three in the morning reads the name first.
    """
    environment = outputs["environment"]
    for type_, name in (
        (types.ECS_SERVICE, "name"),
        (types.RDS_CLUSTER, "cluster_identifier"),
        (types.ELASTICACHE_REPLICATION_GROUP, "replication_group_id"),
        (types.LB, "name"),
    ):
        for resource in live.all(type_):
            assert str(resource[name]).endswith(f"-{environment}"), resource.name
            assert resource["tags"]["Environment"] == environment, resource.name


def test_roles_may_not_touch_another_environment(live: Stack, outputs: Outputs) -> None:
    """No inline policy of the stack names a resource of another environment.

    A role that may read production's secret from dev makes every dev laptop a way in.
    """
    foreign = [name for name in _ORDER if name != outputs["environment"]]
    for policy in live.all(types.IAM_ROLE_POLICY):
        for name in foreign:
            assert f"scalepayments-{name}" not in policy["policy"]
            assert f"-{name}" not in policy["policy"], f"{policy.name} names {name}"


def test_environment_has_the_size_that_it_claims(
    database: Resource, redis: Resource, live: Stack, expected: Expected
) -> None:
    """Instances, nodes and tasks are those of this environment's column, no other's.

    A production of staging's size fails at the first surge; a dev of production's wastes money.
    """
    instances = live.referrers(database, types.RDS_CLUSTER_INSTANCE, "cluster_identifier")
    assert (len(instances) >= 2) is expected.database_multi_az
    assert all(str(i["instance_class"]).startswith(expected.database_classes) for i in instances)
    nodes = int(redis["num_cache_clusters"])
    assert nodes == 1 if expected.redis_nodes == 1 else nodes >= expected.redis_nodes
    for target in live.all(types.APPSCALING_TARGET):
        assert (int(target["min_capacity"]), int(target["max_capacity"])) == expected.tasks


def test_environments_share_nothing(
    outputs: Outputs, live: Stack, others: list[tuple[Outputs, Stack]]
) -> None:
    """Two deployed environments have no id, ARN or address in common.

    Shared means that a change for the one is a change for the other.
    """
    if not others:
        pytest.skip("one environment given; compare more with further --outputs")
    for (one, left), (two, right) in combinations(everything(outputs, live, others), 2):
        own = {resource.arn for resource in left if resource.arn}
        shared = own & {resource.arn for resource in right if resource.arn}
        assert not shared, f"{one['stack']} and {two['stack']} share {sorted(shared)[:3]}"
        ranges = [ip_network(stack.all(types.VPC)[0]["cidr_block"]) for stack in (left, right)]
        assert not ranges[0].overlaps(ranges[1])


def test_sizes_grow_from_dev_to_prod(
    outputs: Outputs, live: Stack, others: list[tuple[Outputs, Stack]]
) -> None:
    """Zones, tasks and backup days never shrink from one environment to the next.

    What was rehearsed small must be true large: the other way round hides the failure.
    """
    if not others:
        pytest.skip("one environment given; compare more with further --outputs")
    sizes = [
        (
            len({subnet["availability_zone"] for subnet in stack.all(types.SUBNET)}),
            max(int(target["max_capacity"]) for target in stack.all(types.APPSCALING_TARGET)),
            int(stack.all(types.RDS_CLUSTER)[0]["backup_retention_period"]),
        )
        for _, stack in everything(outputs, live, others)
    ]
    for smaller, larger in pairwise(sizes):
        assert all(a <= b for a, b in zip(smaller, larger, strict=True)), sizes
