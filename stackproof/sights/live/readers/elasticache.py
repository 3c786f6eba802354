"""Replication groups and their subnet groups, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stackproof.model import Cause, Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import ELASTICACHE_REPLICATION_GROUP, ELASTICACHE_SUBNET_GROUP

_GROUP = {
    "arn": "ARN",
    "at_rest_encryption_enabled": "AtRestEncryptionEnabled",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "cluster_enabled": "ClusterEnabled",
    "cluster_mode": "ClusterMode",
    "description": "Description",
    "ip_discovery": "IpDiscovery",
    "kms_key_id": "KmsKeyId",
    "member_clusters": "MemberClusters",
    "network_type": "NetworkType",
    "node_type": "CacheNodeType",
    "replication_group_id": "ReplicationGroupId",
    "snapshot_retention_limit": "SnapshotRetentionLimit",
    "snapshot_window": "SnapshotWindow",
    "transit_encryption_enabled": "TransitEncryptionEnabled",
    "transit_encryption_mode": "TransitEncryptionMode",
}
# What only the members say, alike for all of a group.
_OF_MEMBERS = (
    "engine",
    "engine_version",
    "engine_version_actual",
    "maintenance_window",
    "notification_topic_arn",
    "parameter_group_name",
    "security_group_ids",
    "subnet_group_name",
)


def group_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeReplicationGroups says of one group."""
    shards = item.get("NodeGroups") or [{}]
    primary = shards[0].get("PrimaryEndpoint") or {}
    configuration = item.get("ConfigurationEndpoint") or {}
    return {name: item.get(member) for name, member in _GROUP.items()} | {
        "automatic_failover_enabled": item.get("AutomaticFailover") in ("enabled", "enabling"),
        "configuration_endpoint_address": configuration.get("Address"),
        "data_tiering_enabled": item.get("DataTiering") == "enabled",
        "log_delivery_configurations": [
            _log_delivery(delivery) for delivery in item.get("LogDeliveryConfigurations", ())
        ],
        "multi_az_enabled": item.get("MultiAZ") == "enabled",
        "num_cache_clusters": len(item.get("MemberClusters", ())),
        "num_node_groups": len(shards),
        "port": primary.get("Port") or configuration.get("Port"),
        "primary_endpoint_address": primary.get("Address"),
        "reader_endpoint_address": (shards[0].get("ReaderEndpoint") or {}).get("Address"),
        "replicas_per_node_group": max(len(shards[0].get("NodeGroupMembers", ())) - 1, 0),
        "user_group_ids": item.get("UserGroupIds", []),
    }


def member_properties(member: Item) -> dict[str, Any]:
    """Translate what DescribeCacheClusters says of one member for the whole of its group."""
    groups = member.get("CacheParameterGroup") or {}
    topic = member.get("NotificationConfiguration") or {}
    return {
        "engine": member.get("Engine"),
        "engine_version": _declared_version(member.get("EngineVersion", "")),
        "engine_version_actual": member.get("EngineVersion"),
        "maintenance_window": member.get("PreferredMaintenanceWindow"),
        "notification_topic_arn": topic.get("TopicArn"),
        "parameter_group_name": groups.get("CacheParameterGroupName"),
        "security_group_ids": [
            group["SecurityGroupId"] for group in member.get("SecurityGroups", ())
        ],
        "subnet_group_name": member.get("CacheSubnetGroupName"),
    }


def _declared_version(version: str) -> str:
    # From version 7 on programs name a minor version, and AWS picks the patch.
    major, _, rest = version.partition(".")
    minor = rest.partition(".")[0]
    return f"{major}.{minor}" if major.isdigit() and int(major) >= 7 and minor else version


def _log_delivery(item: Item) -> dict[str, Any]:
    details = item["DestinationDetails"]
    return {
        "destination": (
            details.get("CloudWatchLogsDetails", {}).get("LogGroup")
            or details.get("KinesisFirehoseDetails", {}).get("DeliveryStream")
        ),
        "destination_type": item["DestinationType"],
        "log_format": item["LogFormat"],
        "log_type": item["LogType"],
    }


def _of_members(item: Item, members: Sequence[Item] | Unknown | None) -> Mapping[str, Any]:
    if isinstance(members, Unknown):
        return dict.fromkeys(_OF_MEMBERS, members)
    ours = (m for m in members or () if m.get("ReplicationGroupId") == item["ReplicationGroupId"])
    return member_properties(next(ours, {}))


def _token(item: Item) -> dict[str, Any]:
    """Say that there is a token, which AWS shows to nobody."""
    hidden = Unknown(Cause.UNREADABLE, detail="AWS does not show tokens")
    return {"auth_token": hidden} if item.get("AuthTokenEnabled") else {}


def _build_group(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    yield Resource(
        data={
            **group_properties(item),
            **_of_members(item, details["members"]),
            **_token(item),
            "tags": scope.tags_of(item["ARN"]),
        },
        type=ELASTICACHE_REPLICATION_GROUP,
        name=item["ReplicationGroupId"],
        id=item["ReplicationGroupId"],
        arn=item["ARN"],
        account=scope.account,
        region=scope.region,
    )


def subnet_group_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeCacheSubnetGroups says of one group."""
    return {
        "arn": item["ARN"],
        "description": item.get("CacheSubnetGroupDescription"),
        "name": item["CacheSubnetGroupName"],
        "subnet_ids": [subnet["SubnetIdentifier"] for subnet in item.get("Subnets", ())],
        "vpc_id": item.get("VpcId"),
    }


def _build_subnet_group(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    yield Resource(
        data={**subnet_group_properties(item), "tags": scope.tags_of(item["ARN"])},
        type=ELASTICACHE_SUBNET_GROUP,
        name=item["CacheSubnetGroupName"],
        id=item["CacheSubnetGroupName"],
        arn=item["ARN"],
        account=scope.account,
        region=scope.region,
    )


READERS = (
    Reader(
        types=(ELASTICACHE_REPLICATION_GROUP,),
        listing=Ask("elasticache", "DescribeReplicationGroups", "ReplicationGroups"),
        get_parameters=lambda id_, state: {"ReplicationGroupId": id_},
        key=lambda item, scope: Key(item["ReplicationGroupId"], item["ARN"]),
        details={
            # The same question for each group, so it is sent once.
            "members": Detail(
                Ask("elasticache", "DescribeCacheClusters", "CacheClusters"), lambda item: {}
            )
        },
        build=_build_group,
        dying=in_state("Status", "deleting"),
        arn_service="elasticache",
    ),
    Reader(
        types=(ELASTICACHE_SUBNET_GROUP,),
        listing=Ask("elasticache", "DescribeCacheSubnetGroups", "CacheSubnetGroups"),
        get_parameters=lambda id_, state: {"CacheSubnetGroupName": id_},
        key=lambda item, scope: Key(
            item["CacheSubnetGroupName"], item["ARN"], parent_ids=(item.get("VpcId", ""),)
        ),
        build=_build_subnet_group,
        arn_service="elasticache",
    ),
)
