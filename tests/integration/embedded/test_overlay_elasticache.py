from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Clients


@pytest.fixture(scope="module")
def group(aws: Clients, network: dict[str, Any]) -> dict[str, Any]:
    cache = aws("elasticache")
    cache.create_cache_subnet_group(
        CacheSubnetGroupName="cache",
        CacheSubnetGroupDescription="cache",
        SubnetIds=network["subnets"],
    )
    created: dict[str, Any] = cache.create_replication_group(
        ReplicationGroupId="sessions",
        ReplicationGroupDescription="sessions",
        NumCacheClusters=3,
        Engine="redis",
        EngineVersion="7.0",
        CacheNodeType="cache.t4g.small",
        CacheSubnetGroupName="cache",
        CacheParameterGroupName="default.redis7",
        SecurityGroupIds=[network["group"]],
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=True,
        AtRestEncryptionEnabled=True,
        TransitEncryptionEnabled=True,
        SnapshotRetentionLimit=5,
        Tags=[{"Key": "Team", "Value": "pay"}],
    )["ReplicationGroup"]
    return created


def described(aws: Clients, name: str) -> dict[str, Any]:
    found = aws("elasticache").describe_replication_groups(ReplicationGroupId=name)
    group: dict[str, Any] = found["ReplicationGroups"][0]
    return group


def members(aws: Clients, name: str, **options: Any) -> list[dict[str, Any]]:
    found = aws("elasticache").describe_cache_clusters(**options)["CacheClusters"]
    return [cluster for cluster in found if cluster.get("ReplicationGroupId") == name]


def test_a_group_has_as_many_members_as_asked_for(aws: Clients, group: dict[str, Any]) -> None:
    for seen in (group, described(aws, "sessions")):
        assert seen["MemberClusters"] == ["sessions-001", "sessions-002", "sessions-003"]
        shard = seen["NodeGroups"][0]
        roles = [member["CurrentRole"] for member in shard["NodeGroupMembers"]]
        assert roles == ["primary", "replica", "replica"]


def test_members_spread_over_the_zones_of_the_subnet_group(
    aws: Clients, group: dict[str, Any]
) -> None:
    shard = described(aws, "sessions")["NodeGroups"][0]
    zones = [member["PreferredAvailabilityZone"] for member in shard["NodeGroupMembers"]]
    assert zones == ["us-east-1a", "us-east-1b", "us-east-1a"]


def test_a_group_has_a_writer_and_a_reader_endpoint(aws: Clients, group: dict[str, Any]) -> None:
    shard = described(aws, "sessions")["NodeGroups"][0]
    assert shard["PrimaryEndpoint"]["Address"].startswith("master.sessions.")
    assert shard["ReaderEndpoint"]["Address"].startswith("replica.sessions.")
    assert shard["ReaderEndpoint"]["Address"].endswith(".use1.cache.amazonaws.com")
    assert shard["ReaderEndpoint"]["Port"] == 6379


def test_members_can_be_described(
    aws: Clients, network: dict[str, Any], group: dict[str, Any]
) -> None:
    first = members(aws, "sessions")[0]
    assert first["Engine"] == "redis"
    assert first["EngineVersion"] == "7.0"
    assert first["CacheNodeType"] == "cache.t4g.small"
    assert first["CacheSubnetGroupName"] == "cache"
    assert first["CacheParameterGroup"]["CacheParameterGroupName"] == "default.redis7"
    assert first["SecurityGroups"] == [{"SecurityGroupId": network["group"], "Status": "active"}]
    assert first["PreferredAvailabilityZone"] == "us-east-1a"
    assert first["TransitEncryptionEnabled"] is True
    assert first["AtRestEncryptionEnabled"] is True
    assert first["SnapshotRetentionLimit"] == 5
    assert first["NumCacheNodes"] == 1
    assert "CacheNodes" not in first


def test_nodes_are_shown_when_asked_for(aws: Clients, group: dict[str, Any]) -> None:
    first = members(aws, "sessions", ShowCacheNodeInfo=True)[0]
    assert first["CacheNodes"][0]["CustomerAvailabilityZone"] == "us-east-1a"


def test_members_are_left_out_of_single_clusters(aws: Clients, group: dict[str, Any]) -> None:
    assert members(aws, "sessions", ShowCacheClustersNotInReplicationGroups=True) == []


def test_tags_of_a_group_are_listed(aws: Clients, group: dict[str, Any]) -> None:
    tags = aws("elasticache").list_tags_for_resource(ResourceName=group["ARN"])["TagList"]
    assert tags == [{"Key": "Team", "Value": "pay"}]


def test_a_subnet_group_in_use_is_kept(aws: Clients, group: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="CacheSubnetGroupInUse"):
        aws("elasticache").delete_cache_subnet_group(CacheSubnetGroupName="cache")


def test_a_group_can_be_modified_resized_and_deleted(aws: Clients, network: dict[str, Any]) -> None:
    cache = aws("elasticache")
    cache.create_cache_subnet_group(
        CacheSubnetGroupName="brief",
        CacheSubnetGroupDescription="brief",
        SubnetIds=network["subnets"],
    )
    cache.create_replication_group(
        ReplicationGroupId="brief",
        ReplicationGroupDescription="brief",
        NumCacheClusters=1,
        CacheSubnetGroupName="brief",
    )
    cache.modify_replication_group(
        ReplicationGroupId="brief",
        SnapshotRetentionLimit=9,
        SnapshotWindow="01:00-02:00",
        EngineVersion="7.1",
        CacheNodeType="cache.m7g.large",
        SecurityGroupIds=[network["group"]],
        CacheParameterGroupName="tuned",
    )
    cache.increase_replica_count(
        ReplicationGroupId="brief", NewReplicaCount=2, ApplyImmediately=True
    )
    seen, cluster = described(aws, "brief"), members(aws, "brief")[0]
    assert (seen["SnapshotRetentionLimit"], seen["SnapshotWindow"]) == (9, "01:00-02:00")
    assert len(seen["MemberClusters"]) == 3
    assert cluster["EngineVersion"] == "7.1"
    assert cluster["CacheNodeType"] == "cache.m7g.large"
    assert cluster["SnapshotRetentionLimit"] == 9
    assert cluster["CacheParameterGroup"]["CacheParameterGroupName"] == "tuned"
    assert cluster["SecurityGroups"][0]["SecurityGroupId"] == network["group"]
    cache.decrease_replica_count(
        ReplicationGroupId="brief", NewReplicaCount=1, ApplyImmediately=True
    )
    assert len(described(aws, "brief")["MemberClusters"]) == 2
    assert described(aws, "brief")["SnapshottingClusterId"] == "brief-002"
    cache.delete_replication_group(ReplicationGroupId="brief")
    with pytest.raises(ClientError, match="ReplicationGroupNotFoundFault"):
        described(aws, "brief")
    assert members(aws, "brief") == []
    cache.delete_cache_subnet_group(CacheSubnetGroupName="brief")
    with pytest.raises(ClientError, match="CacheSubnetGroupNotFoundFault"):
        cache.describe_cache_subnet_groups(CacheSubnetGroupName="brief")


def test_failover_needs_a_replica(aws: Clients, group: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        aws("elasticache").decrease_replica_count(
            ReplicationGroupId="sessions", NewReplicaCount=0, ApplyImmediately=True
        )


def test_a_sharded_group_has_slots_and_a_configuration_endpoint(aws: Clients) -> None:
    aws("elasticache").create_replication_group(
        ReplicationGroupId="shards",
        ReplicationGroupDescription="shards",
        NumNodeGroups=2,
        ReplicasPerNodeGroup=1,
    )
    seen = described(aws, "shards")
    assert seen["ClusterEnabled"] is True
    assert [shard["Slots"] for shard in seen["NodeGroups"]] == ["0-8191", "8192-16383"]
    assert len(set(seen["MemberClusters"])) == 4
    assert seen["ConfigurationEndpoint"]["Address"].startswith("clustercfg.shards.")
