"""Redis replication groups and subnet groups: made, changed, read back, deleted."""

from __future__ import annotations

from stackproof.types.tokens import ELASTICACHE_REPLICATION_GROUP, ELASTICACHE_SUBNET_GROUP
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def _subnets(world: World) -> list[str]:
    subnets = world.cloud.client("ec2").describe_subnets()["Subnets"]
    return [subnet["SubnetId"] for subnet in subnets[:2]]


def test_subnet_group_shows_what_was_declared_and_changed(world: World) -> None:
    subnets = _subnets(world)
    group = world.make(ELASTICACHE_SUBNET_GROUP, name="only-subnets", subnet_ids=subnets, tags=TAGS)
    assert_shown(world, group)
    world.change(group, subnet_ids=subnets[:1], description="One", tags={**TAGS, "More": "1"})
    assert_shown(world, group)
    assert_gone(world, group)


def test_replication_group_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    subnets = world.make(ELASTICACHE_SUBNET_GROUP, name="roundtrip", subnet_ids=_subnets(world))
    groups = world.cloud.client("ec2").describe_security_groups()["SecurityGroups"]
    slow, engine = (
        {
            "destination": "/roundtrip",
            "destination_type": "cloudwatch-logs",
            "log_format": "json",
            "log_type": log_type,
        }
        for log_type in ("slow-log", "engine-log")
    )
    group = world.make(
        ELASTICACHE_REPLICATION_GROUP,
        replication_group_id="roundtrip",
        description="For tests",
        engine="redis",
        engine_version="7.1",
        node_type="cache.t4g.medium",
        num_node_groups=1,
        replicas_per_node_group=1,
        automatic_failover_enabled=True,
        multi_az_enabled=True,
        port=6380,
        subnet_group_name=subnets["name"],
        security_group_ids=[groups[0]["GroupId"]],
        at_rest_encryption_enabled=True,
        kms_key_id=key["arn"],
        transit_encryption_enabled=True,
        auth_token="a-token-of-many-letters",
        snapshot_retention_limit=7,
        snapshot_window="02:00-03:00",
        maintenance_window="sun:05:30-sun:06:30",
        auto_minor_version_upgrade=True,
        log_delivery_configurations=[slow, engine],
        tags=TAGS,
    )
    hidden = ("auth_token",)
    assert_shown(world, group, hidden=hidden)
    assert group["member_clusters"] == ["roundtrip-001", "roundtrip-002"]
    assert group["primary_endpoint_address"] != group["reader_endpoint_address"]
    world.change(
        group,
        description="For more tests",
        replicas_per_node_group=2,
        snapshot_retention_limit=14,
        snapshot_window="03:00-04:00",
        maintenance_window="mon:05:30-mon:06:30",
        log_delivery_configurations=[slow],
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, group, hidden=hidden)
    assert len(group["member_clusters"]) == 3
    world.change(group, replicas_per_node_group=1, node_type="cache.r6g.large")
    assert_shown(world, group, hidden=hidden)
    assert_gone(world, group)
    assert_gone(world, subnets)


def test_group_by_number_of_nodes_shows_the_number(world: World) -> None:
    group = world.make(
        ELASTICACHE_REPLICATION_GROUP,
        description="For tests",
        node_type="cache.t4g.micro",
        num_cache_clusters=2,
        tags=TAGS,
    )
    assert_shown(world, group)
    assert_gone(world, group)
