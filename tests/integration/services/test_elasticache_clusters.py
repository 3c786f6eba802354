"""Cache clusters of their own: made, changed, read back, deleted."""

from __future__ import annotations

import pytest

from stackproof.types.tokens import ELASTICACHE_CLUSTER
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def test_memcached_shows_what_was_declared_and_changed(world: World) -> None:
    made = world.make(
        ELASTICACHE_CLUSTER,
        "Sessions",
        engine="memcached",
        node_type="cache.t3.micro",
        num_cache_nodes=2,
        az_mode="cross-az",
        preferred_availability_zones=["us-east-1a", "us-east-1b"],
        tags=TAGS,
    )
    assert made["configuration_endpoint"] == f"{made['cluster_address']}:11211"
    zones = [node["availability_zone"] for node in made["cache_nodes"]]
    assert zones == ["us-east-1a", "us-east-1b"]
    assert made.id == made["cluster_id"] == made["cluster_id"].lower()
    made.inputs = {**made.inputs, "cluster_id": made.id}
    assert_shown(world, made, hidden=("preferred_availability_zones",))
    world.delete(made)


def test_single_redis_shows_what_was_declared_and_changed(world: World) -> None:
    topic = world.make("aws:sns/topic:Topic")
    made = world.make(
        ELASTICACHE_CLUSTER,
        cluster_id="sessions",
        engine="redis",
        node_type="cache.t3.micro",
        num_cache_nodes=1,
        notification_topic_arn=topic["arn"],
        security_group_ids=["sg-1"],
        snapshot_retention_limit=1,
        tags=TAGS,
    )
    (node,) = made["cache_nodes"]
    assert (node["port"], made["port"]) == (6379, 6379)
    assert_shown(world, made)
    world.change(
        made,
        maintenance_window="mon:03:00-mon:04:00",
        snapshot_retention_limit=3,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made)
    assert made["cache_nodes"] == [node]
    assert_gone(world, made)


def test_member_of_a_replication_group_is_no_cluster_of_its_own(world: World) -> None:
    group = world.make(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        description="replicated",
        node_type="cache.t3.micro",
        num_cache_clusters=2,
        tags=TAGS,
    )
    assert len(group["member_clusters"]) == 2
    world.make(
        ELASTICACHE_CLUSTER,
        cluster_id="alone",
        engine="redis",
        node_type="cache.t3.micro",
        num_cache_nodes=1,
        tags=TAGS,
    )
    stack = world.snapshot().stack()
    assert [found.id for found in stack if found.type == ELASTICACHE_CLUSTER] == ["alone"]


def test_parameters_of_a_group_are_set_and_reset(world: World) -> None:
    made = world.make(
        "aws:elasticache/parameterGroup:ParameterGroup",
        "Cache",
        family="redis7",
        parameters=[
            {"name": "maxmemory-policy", "value": "allkeys-lru"},
            {"name": "timeout", "value": "60"},
        ],
        tags=TAGS,
    )
    assert made.id == made["name"].lower()
    world.change(made, parameters=[{"name": "timeout", "value": "90"}], tags={"More": "1"})
    client = world.cloud.client("elasticache")
    named = {"CacheParameterGroupName": made.id}
    listed = client.describe_cache_parameters(**named, Source="user")["Parameters"]
    assert {p["ParameterName"]: p["ParameterValue"] for p in listed} == {"timeout": "90"}
    tags = client.list_tags_for_resource(ResourceName=made["arn"])["TagList"]
    assert tags == [{"Key": "More", "Value": "1"}]
    world.delete(made)
    world.delete(made)
    with pytest.raises(client.exceptions.CacheParameterGroupNotFoundFault):
        client.describe_cache_parameter_groups(**named)
