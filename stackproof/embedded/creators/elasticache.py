"""ElastiCache: Redis replication groups and their subnet groups."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    tag_changes,
    tag_list,
)


@creator
class SubnetGroup(Creator):
    """The subnets that caches may use."""

    type = "aws:elasticache/subnetGroup:SubnetGroup"
    replace_on = frozenset({"name"})
    auto_name = "name"
    defaults: ClassVar[Properties] = {"description": "Managed by Pulumi"}
    _rename: ClassVar = {
        "name": "CacheSubnetGroupName",
        "description": "CacheSubnetGroupDescription",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the group."""
        named = {**inputs, "name": str(inputs["name"]).lower()}
        request = parameters(
            aws,
            "elasticache",
            "create_cache_subnet_group",
            named,
            rename=self._rename,
            omit=["tags"],
        )
        made = aws.client("elasticache").create_cache_subnet_group(
            **request, Tags=tag_list(inputs.get("tags"))
        )
        return Created(made["CacheSubnetGroup"]["CacheSubnetGroupName"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change description, subnets and tags."""
        _retag(aws, old, new)
        if changed(old, new, "description", "subnet_ids"):
            aws.client("elasticache").modify_cache_subnet_group(
                CacheSubnetGroupName=id_,
                CacheSubnetGroupDescription=new["description"],
                SubnetIds=list(new["subnet_ids"]),
            )

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group."""
        with already_gone():
            aws.client("elasticache").delete_cache_subnet_group(CacheSubnetGroupName=id_)


@creator
class ReplicationGroup(Creator):
    """A Redis or Valkey with its replicas."""

    type = "aws:elasticache/replicationGroup:ReplicationGroup"
    replace_on = frozenset(
        {
            "at_rest_encryption_enabled",
            "data_tiering_enabled",
            "kms_key_id",
            "network_type",
            "port",
            "preferred_cache_cluster_azs",
            "replication_group_id",
            "security_group_names",
            "snapshot_arns",
            "snapshot_name",
            "subnet_group_name",
        }
    )
    auto_name = "replication_group_id"
    auto_name_limit = 40
    secret_outputs = frozenset({"auth_token"})
    _rename: ClassVar = {
        "description": "ReplicationGroupDescription",
        "maintenance_window": "PreferredMaintenanceWindow",
        "node_type": "CacheNodeType",
        "parameter_group_name": "CacheParameterGroupName",
        "security_group_names": "CacheSecurityGroupNames",
        "subnet_group_name": "CacheSubnetGroupName",
    }
    _omit: ClassVar = ("log_delivery_configurations", "tags")

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the group."""
        request = parameters(
            aws,
            "elasticache",
            "create_replication_group",
            {"engine": "redis", **inputs},
            rename=self._rename,
            omit=self._omit,
        )
        request["LogDeliveryConfigurations"] = [
            _log_delivery(delivery) for delivery in inputs.get("log_delivery_configurations") or ()
        ]
        request["Tags"] = tag_list(inputs.get("tags"))
        aws.client("elasticache").create_replication_group(**request)
        id_ = request["ReplicationGroupId"]
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the settings that differ, and the number of replicas."""
        different = {key: value for key, value in new.items() if old.get(key) != value}
        request = parameters(
            aws,
            "elasticache",
            "modify_replication_group",
            different,
            rename=self._rename,
            omit=[*self._omit, "num_cache_clusters", "num_node_groups", "replicas_per_node_group"],
        )
        if changed(old, new, "log_delivery_configurations"):
            request["LogDeliveryConfigurations"] = _log_changes(old, new)
        if request.keys() - {"ApplyImmediately"}:
            request |= {"ReplicationGroupId": id_, "ApplyImmediately": True}
            aws.client("elasticache").modify_replication_group(**request)
        self._resize(aws, id_, old, different)
        _retag(aws, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group, with a final snapshot where the program names one."""
        final = state.get("final_snapshot_identifier")
        request = {"FinalSnapshotIdentifier": final} if final else {}
        with already_gone():
            aws.client("elasticache").delete_replication_group(ReplicationGroupId=id_, **request)

    def _resize(self, aws: Cloud, id_: str, old: Properties, different: Properties) -> None:
        before, wanted = _replicas(old), _replicas(different)
        if wanted is None:
            return
        client = aws.client("elasticache")
        more = wanted > (before or 0)
        resize = client.increase_replica_count if more else client.decrease_replica_count
        resize(ReplicationGroupId=id_, NewReplicaCount=wanted, ApplyImmediately=True)


def _replicas(properties: Properties) -> int | None:
    """Give how many replicas a primary has, however the program counts them."""
    if properties.get("replicas_per_node_group") is not None:
        return int(properties["replicas_per_node_group"])
    whole = properties.get("num_cache_clusters")
    return None if whole is None else int(whole) - 1


def _log_delivery(delivery: Properties) -> dict[str, Any]:
    kind = delivery["destination_type"]
    details = (
        {"CloudWatchLogsDetails": {"LogGroup": delivery["destination"]}}
        if kind == "cloudwatch-logs"
        else {"KinesisFirehoseDetails": {"DeliveryStream": delivery["destination"]}}
    )
    return {
        "DestinationDetails": details,
        "DestinationType": kind,
        "LogFormat": delivery["log_format"],
        "LogType": delivery["log_type"],
    }


def _log_changes(old: Properties, new: Properties) -> list[dict[str, Any]]:
    wanted = [_log_delivery(item) for item in new.get("log_delivery_configurations") or ()]
    kept = {item["LogType"] for item in wanted}
    before = {item["log_type"] for item in old.get("log_delivery_configurations") or ()}
    return [*wanted, *({"LogType": kind, "Enabled": False} for kind in sorted(before - kept))]


def _retag(aws: Cloud, old: Properties, new: Properties) -> None:
    added, removed = tag_changes(old, new)
    client = aws.client("elasticache")
    if removed:
        client.remove_tags_from_resource(ResourceName=old["arn"], TagKeys=removed)
    if added:
        client.add_tags_to_resource(ResourceName=old["arn"], Tags=tag_list(added))
