"""Cache clusters that belong to no replication group, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import ELASTICACHE_CLUSTER

_NAMES = {
    "cluster_id": "CacheClusterId",
    "engine": "Engine",
    "engine_version_actual": "EngineVersion",
    "ip_discovery": "IpDiscovery",
    "maintenance_window": "PreferredMaintenanceWindow",
    "network_type": "NetworkType",
    "node_type": "CacheNodeType",
    "num_cache_nodes": "NumCacheNodes",
    "snapshot_retention_limit": "SnapshotRetentionLimit",
    "snapshot_window": "SnapshotWindow",
    "subnet_group_name": "CacheSubnetGroupName",
    "transit_encryption_enabled": "TransitEncryptionEnabled",
}


def cluster_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeCacheClusters says of one cluster, its nodes left out."""
    endpoint = item.get("ConfigurationEndpoint") or {}
    topic = (item.get("NotificationConfiguration") or {}).get("TopicArn")
    zone = item.get("PreferredAvailabilityZone")
    return {
        **{name: item.get(member) for name, member in _NAMES.items()},
        "auto_minor_version_upgrade": str(item.get("AutoMinorVersionUpgrade", True)).lower(),
        "availability_zone": None if zone == "Multiple" else zone,
        "az_mode": "cross-az" if zone == "Multiple" else "single-az",
        "cluster_address": endpoint.get("Address"),
        "configuration_endpoint": (
            f"{endpoint['Address']}:{endpoint['Port']}" if endpoint else None
        ),
        "notification_topic_arn": topic,
        "parameter_group_name": (item.get("CacheParameterGroup") or {}).get(
            "CacheParameterGroupName"
        ),
        "security_group_ids": [
            group["SecurityGroupId"] for group in item.get("SecurityGroups") or ()
        ],
    }


def _nodes(item: Item) -> dict[str, Any]:
    """Give the nodes, which AWS shows of a cluster when asked to, and their port."""
    nodes = [
        {
            "address": node["Endpoint"]["Address"],
            "availability_zone": node["CustomerAvailabilityZone"],
            "id": node["CacheNodeId"],
            "port": node["Endpoint"]["Port"],
        }
        for node in item.get("CacheNodes") or ()
        if node.get("Endpoint")
    ]
    return {"cache_nodes": nodes, "port": nodes[0]["port"]} if nodes else {}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if item.get("ReplicationGroupId"):
        return  # a member, which belongs to its group
    arn, id_ = item["ARN"], item["CacheClusterId"]
    data = {**cluster_properties(item), **_nodes(item), "tags": scope.tags_of(arn)}
    yield shown(scope, ELASTICACHE_CLUSTER, id_, data, arn=arn, name=id_)


READERS = (
    Reader(
        types=(ELASTICACHE_CLUSTER,),
        # The question that replication groups ask of their members, so it is sent once.
        listing=Ask("elasticache", "DescribeCacheClusters", "CacheClusters"),
        get_parameters=lambda id_, state: {"CacheClusterId": id_, "ShowCacheNodeInfo": True},
        key=lambda item, scope: Key(item["CacheClusterId"], item["ARN"]),
        build=_build,
        dying=in_state("CacheClusterStatus", "deleting", "deleted"),
        arn_service="elasticache",
    ),
)
