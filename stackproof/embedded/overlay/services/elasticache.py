"""ElastiCache: replication groups with real members, and their subnet groups."""

from __future__ import annotations

import inspect
import secrets
from itertools import cycle
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.keeping import keep
from stackproof.embedded.overlay.registry import handles, postprocesses

_MEMBER_ATTRIBUTES = (
    "SnapshotRetentionLimit",
    "SnapshotWindow",
    "PreferredMaintenanceWindow",
    "EngineVersion",
    "CacheNodeType",
    "AutoMinorVersionUpgrade",
)


@postprocesses("elasticache", "CreateReplicationGroup")
def create(call: Call, answer: dict[str, Any]) -> None:
    """Give the group as many members as asked for, spread over the subnet group's zones.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
    """
    params = call.params
    group = _group(call, params["ReplicationGroupId"])
    shards = params.get("NumNodeGroups") or 1
    group.cluster_enabled = shards > 1 or params.get("ClusterMode") == "enabled"
    if group.cluster_enabled or "ReplicasPerNodeGroup" in params:
        replicas = params.get("ReplicasPerNodeGroup") or 0
    else:
        replicas = (params.get("NumCacheClusters") or 1) - 1
    group.snapshot_window = params.get("SnapshotWindow") or "05:00-06:00"
    # Attributes that only the members answer with.
    group.stackproof_member = {
        "Engine": group.engine,
        "EngineVersion": params.get("EngineVersion") or "7.1.0",
        "CacheNodeType": group.cache_node_type,
        "CacheSubnetGroupName": params.get("CacheSubnetGroupName") or "default",
        "CacheParameterGroup": _parameter_group(params.get("CacheParameterGroupName"), group),
        "SecurityGroups": _security_groups(params.get("SecurityGroupIds") or []),
        "PreferredMaintenanceWindow": params.get("PreferredMaintenanceWindow")
        or "sun:05:00-sun:09:00",
        "SnapshotRetentionLimit": group.snapshot_retention_limit,
        "SnapshotWindow": group.snapshot_window,
        "AutoMinorVersionUpgrade": params.get("AutoMinorVersionUpgrade", True),
        "TransitEncryptionEnabled": group.transit_encryption_enabled,
        "AtRestEncryptionEnabled": group.at_rest_encryption_enabled,
        "AuthTokenEnabled": group.auth_token_enabled,
        "ReplicationGroupLogDeliveryEnabled": bool(group.log_delivery_configurations),
        "NetworkType": group.network_type,
        "IpDiscovery": group.ip_discovery,
    }
    group.auto_minor_version_upgrade = params.get("AutoMinorVersionUpgrade", True)
    group.stackproof_domain = _domain(group, call.region)
    group.stackproof_zones = params.get("PreferredCacheClusterAZs") or _zones(call, group)
    _populate(call, group, shards, replicas)
    answer["ReplicationGroup"] = group


@postprocesses("elasticache", "ModifyReplicationGroup")
def modify(call: Call, answer: dict[str, Any]) -> None:
    """Keep the modified settings on the group and on its members.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html
    """
    params = call.params
    group = _group(call, params["ReplicationGroupId"])
    shared = group.stackproof_member
    shared.update({name: params[name] for name in _MEMBER_ATTRIBUTES if name in params})
    if "CacheParameterGroupName" in params:
        shared["CacheParameterGroup"] = _parameter_group(params["CacheParameterGroupName"], group)
    if "SecurityGroupIds" in params:
        shared["SecurityGroups"] = _security_groups(params["SecurityGroupIds"])
    if "AuthToken" in params:
        group.auth_token_enabled = params.get("AuthTokenUpdateStrategy") != "DELETE"
        shared["AuthTokenEnabled"] = group.auth_token_enabled
    if "TransitEncryptionEnabled" in params:
        group.transit_encryption_enabled = params["TransitEncryptionEnabled"]
        shared["TransitEncryptionEnabled"] = params["TransitEncryptionEnabled"]
    keep(group, params, ["SnapshotWindow", "AutoMinorVersionUpgrade", "TransitEncryptionMode"])
    added = set(group.user_group_ids) | set(params.get("UserGroupIdsToAdd", ()))
    group.user_group_ids = sorted(added - set(params.get("UserGroupIdsToRemove", ())))
    clusters = call.backend("elasticache").cache_clusters
    for member in group.member_clusters:
        keep(clusters[member], shared, shared)
    answer["ReplicationGroup"] = group


@handles("elasticache", "IncreaseReplicaCount")
def increase(call: Call) -> dict[str, Any]:
    """Add replicas to each shard.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_IncreaseReplicaCount.html
    """
    return _resize(call)


@handles("elasticache", "DecreaseReplicaCount")
def decrease(call: Call) -> dict[str, Any]:
    """Remove replicas from each shard; with automatic failover one must stay.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DecreaseReplicaCount.html
    """
    group = _group(call, call.params["ReplicationGroupId"])
    if call.params["NewReplicaCount"] < 1 and group.automatic_failover == "enabled":
        raise AwsError(
            "InvalidParameterValue", "Automatic failover needs at least one replica per shard."
        )
    return _resize(call)


@postprocesses("elasticache", "DeleteReplicationGroup")
def delete(call: Call, answer: dict[str, Any]) -> None:
    """Let the group and its members go, as on AWS within minutes.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteReplicationGroup.html
    """
    backend = call.backend("elasticache")
    group = backend.replication_groups.pop(answer["ReplicationGroup"]["ReplicationGroupId"])
    for member in group.member_clusters:
        backend.cache_clusters.pop(member, None)


@postprocesses("elasticache", "DescribeCacheClusters")
def describe_members(call: Call, answer: dict[str, Any]) -> None:
    """Show nodes only when asked for, and leave out members when only single clusters are.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeCacheClusters.html
    """
    if call.params.get("ShowCacheClustersNotInReplicationGroups"):
        answer["CacheClusters"] = [
            cluster for cluster in answer["CacheClusters"] if not cluster.get("ReplicationGroupId")
        ]
    if not call.params.get("ShowCacheNodeInfo"):
        for cluster in answer["CacheClusters"]:
            cluster.pop("CacheNodes", None)


@handles("elasticache", "DeleteCacheSubnetGroup")
def delete_subnet_group(call: Call) -> None:
    """Delete a subnet group that no cluster uses.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheSubnetGroup.html
    """
    name = call.params["CacheSubnetGroupName"]
    backend = call.backend("elasticache")
    if name not in backend.cache_subnet_groups:
        raise AwsError(
            "CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {name} does not exist.", 400
        )
    for cluster in backend.cache_clusters.values():
        if getattr(cluster, "CacheSubnetGroupName", cluster.cache_subnet_group_name) == name:
            raise AwsError(
                "CacheSubnetGroupInUse",
                f"Cache subnet group {name} is currently in use by a cache cluster.",
                400,
            )
    del backend.cache_subnet_groups[name]


def _group(call: Call, name: str) -> Any:
    group = call.backend("elasticache").replication_groups.get(name)
    if group is None:
        raise AwsError("ReplicationGroupNotFoundFault", f"ReplicationGroup {name} not found.", 404)
    return group


def _resize(call: Call) -> dict[str, Any]:
    group = _group(call, call.params["ReplicationGroupId"])
    _populate(call, group, len(group.node_groups), call.params["NewReplicaCount"])
    return {"ReplicationGroup": group}


def _populate(call: Call, group: Any, shards: int, replicas: int) -> None:
    """Make the group consist of so many shards with so many replicas each."""
    backend = call.backend("elasticache")
    for name in group.member_clusters:
        backend.cache_clusters.pop(name, None)
    group.member_clusters, group.node_groups = [], []
    zones = cycle(group.stackproof_zones)
    for shard in range(1, shards + 1):
        members = []
        for number in range(1, replicas + 2):
            prefix = f"{group.replication_group_id}-"
            name = f"{prefix}{shard:04}-{number:03}" if group.cluster_enabled else None
            name = name or f"{prefix}{number:03}"
            zone = next(zones)
            endpoint = _endpoint(group, name)
            member = {
                "CacheClusterId": name,
                "CacheNodeId": "0001",
                "PreferredAvailabilityZone": zone,
            }
            if not group.cluster_enabled:
                member["CurrentRole"] = "primary" if number == 1 else "replica"
                member["ReadEndpoint"] = endpoint
            members.append(member)
            group.member_clusters.append(name)
            backend.cache_clusters[name] = _member(call, group, name, zone, endpoint)
        node_group: dict[str, Any] = {
            "NodeGroupId": f"{shard:04}",
            "Status": "available",
            "NodeGroupMembers": members,
        }
        if group.cluster_enabled:
            width = 16384 // shards
            last = 16383 if shard == shards else shard * width - 1
            node_group["Slots"] = f"{(shard - 1) * width}-{last}"
        else:
            node_group["PrimaryEndpoint"] = _endpoint(group, "master")
            node_group["ReaderEndpoint"] = _endpoint(group, "replica")
        group.node_groups.append(node_group)
    if group.snapshot_retention_limit:
        # The last member: a replica where there is one, so that the primary isn't slowed down.
        group.snapshotting_cluster_id = group.member_clusters[-1]
    if group.cluster_enabled:
        group.configuration_endpoint = _endpoint(group, "clustercfg")


def _member(call: Call, group: Any, name: str, zone: str, endpoint: dict[str, Any]) -> Any:
    from moto.elasticache.models import CacheCluster

    given: dict[str, Any] = dict.fromkeys(inspect.signature(CacheCluster).parameters)
    given.update(
        account_id=call.account,
        region_name=call.region,
        cache_cluster_id=name,
        engine="redis",
        replication_group_id=group.replication_group_id,
        port=group.port,
        log_delivery_configurations=group.log_delivery_configurations,
    )
    cluster: Any = CacheCluster(**given)
    shared = group.stackproof_member
    keep(cluster, shared, shared)
    cluster.PreferredAvailabilityZone = zone
    cluster.CacheNodes = [
        {
            "CacheNodeId": "0001",
            "CacheNodeStatus": "available",
            "CacheNodeCreateTime": cluster.cache_cluster_create_time,
            "CustomerAvailabilityZone": zone,
            "Endpoint": endpoint,
            "ParameterGroupStatus": "in-sync",
        }
    ]
    return cluster


def _zones(call: Call, group: Any) -> list[str]:
    subnet_group = call.backend("elasticache").cache_subnet_groups.get(
        group.cache_subnet_group_name
    )
    if subnet_group is None:
        return [f"{call.region}a", f"{call.region}b"]
    subnets = call.backend("ec2").describe_subnets(subnet_ids=subnet_group.subnet_ids)
    return sorted({subnet.availability_zone for subnet in subnets})


def _parameter_group(name: str | None, group: Any) -> dict[str, Any]:
    default = f"default.{group.engine}{'8' if group.engine == 'valkey' else '7'}"
    if group.cluster_enabled:
        default += ".cluster.on"
    return {
        "CacheParameterGroupName": name or default,
        "ParameterApplyStatus": "in-sync",
        "CacheNodeIdsToReboot": [],
    }


def _security_groups(ids: list[str]) -> list[dict[str, str]]:
    return [{"SecurityGroupId": group_id, "Status": "active"} for group_id in ids]


def _domain(group: Any, region: str) -> str:
    return f"{group.replication_group_id}.{cache_domain(region)}"


def cache_domain(region: str) -> str:
    """Give the end of the names of what belongs together, as AWS makes them."""
    area, direction, number = region.rsplit("-", 2)
    short = f"{area.replace('-', '')}{direction[0]}{number}"
    return f"{secrets.token_hex(3)}.{short}.cache.amazonaws.com"


def _endpoint(group: Any, host: str) -> dict[str, Any]:
    return {"Address": f"{host}.{group.stackproof_domain}", "Port": group.port}
