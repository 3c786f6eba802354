"""ElastiCache: clusters that belong to no replication group."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.keeping import keep
from stackproof.embedded.overlay.registry import handles, postprocesses
from stackproof.embedded.overlay.services.elasticache import cache_domain

_KEPT = (
    "AutoMinorVersionUpgrade",
    "AZMode",
    "CacheNodeType",
    "CacheSubnetGroupName",
    "EngineVersion",
    "NumCacheNodes",
    "PreferredMaintenanceWindow",
    "SnapshotRetentionLimit",
    "SnapshotWindow",
    "TransitEncryptionEnabled",
)
_VERSIONS = {"memcached": "1.6.22", "redis": "7.1.0", "valkey": "8.0.1"}
_PORTS = {"memcached": 11211}


@postprocesses("elasticache", "CreateCacheCluster")
def create(call: Call, answer: dict[str, Any]) -> None:
    """Give the cluster its nodes, each with an address.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html
    """
    cluster, given = _cluster(call), call.params
    cluster.engine = given.get("Engine", "redis")
    cluster.port = given.get("Port") or _PORTS.get(cluster.engine, 6379)
    cluster.stackproof_domain = cache_domain(call.region)
    defaults = {
        "AutoMinorVersionUpgrade": True,
        "AZMode": "single-az",
        "CacheSubnetGroupName": "default",
        "EngineVersion": _VERSIONS[cluster.engine],
        "NumCacheNodes": 1,
        "PreferredMaintenanceWindow": "sun:05:00-sun:09:00",
        "SnapshotRetentionLimit": 0,
        "SnapshotWindow": "05:00-06:00",
        "TransitEncryptionEnabled": False,
    }
    _settle(call, cluster, {**defaults, **given})
    answer["CacheCluster"] = cluster


@handles("elasticache", "ModifyCacheCluster")
def modify(call: Call) -> dict[str, Any]:
    """Change the settings of a cluster that are given.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheCluster.html
    """
    cluster = _cluster(call)
    _settle(call, cluster, {"NumCacheNodes": cluster.NumCacheNodes, **call.params})
    return {"CacheCluster": cluster}


@postprocesses("elasticache", "DeleteCacheCluster")
def delete(call: Call, _: dict[str, Any]) -> None:
    """Let the cluster go, as on AWS within minutes.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheCluster.html
    """
    call.backend("elasticache").cache_clusters.pop(call.params["CacheClusterId"], None)


def _cluster(call: Call) -> Any:
    found = call.backend("elasticache").cache_clusters.get(call.params["CacheClusterId"])
    if found is None:
        raise AwsError("CacheClusterNotFound", "There is no such cache cluster.", 404)
    return found


def _settle(call: Call, cluster: Any, given: dict[str, Any]) -> None:
    keep(cluster, given, _KEPT)
    if "SecurityGroupIds" in given:
        cluster.SecurityGroups = [
            {"SecurityGroupId": id_, "Status": "active"} for id_ in given["SecurityGroupIds"]
        ]
    family = "memcached1.6" if cluster.engine == "memcached" else f"{cluster.engine}7"
    if "CacheParameterGroupName" in given or not hasattr(cluster, "CacheParameterGroup"):
        cluster.CacheParameterGroup = {
            "CacheParameterGroupName": given.get("CacheParameterGroupName", f"default.{family}"),
            "ParameterApplyStatus": "in-sync",
            "CacheNodeIdsToReboot": [],
        }
    if "NotificationTopicArn" in given:
        topic = given["NotificationTopicArn"]
        cluster.NotificationConfiguration = {"TopicArn": topic, "TopicStatus": "active"}
    zones = given.get("PreferredAvailabilityZones") or [
        given.get("PreferredAvailabilityZone") or f"{call.region}a"
    ]
    cluster.PreferredAvailabilityZone = zones[0] if len({*zones}) == 1 else "Multiple"
    cluster.CacheNodes = [
        {
            "CacheNodeId": f"{number:04}",
            "CacheNodeStatus": "available",
            "CustomerAvailabilityZone": zone,
            "Endpoint": _endpoint(cluster, f"{number:04}"),
            "ParameterGroupStatus": "in-sync",
        }
        for number, zone in zip(range(1, cluster.NumCacheNodes + 1), cycle(zones), strict=False)
    ]
    if cluster.engine == "memcached":
        cluster.ConfigurationEndpoint = _endpoint(cluster, "cfg")


def _endpoint(cluster: Any, host: str) -> dict[str, Any]:
    name = f"{cluster.cache_cluster_id}.{host}.{cluster.stackproof_domain}"
    return {"Address": name, "Port": cluster.port}
