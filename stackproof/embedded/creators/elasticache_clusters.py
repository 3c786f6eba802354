"""ElastiCache: clusters that belong to no replication group."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    retag,
    untaken,
)

_RENAME = {
    "availability_zone": "preferred_availability_zone",
    "cluster_id": "cache_cluster_id",
    "maintenance_window": "preferred_maintenance_window",
    "node_type": "cache_node_type",
    "parameter_group_name": "cache_parameter_group_name",
    "subnet_group_name": "cache_subnet_group_name",
}
# How the cluster changes and ends.
_APART = ("apply_immediately", "final_snapshot_identifier")


@creator
class Cluster(Creator):
    """A Memcached cluster, or a single Redis or Valkey."""

    type = "aws:elasticache/cluster:Cluster"
    replace_on = frozenset(
        {
            "availability_zone",
            "cluster_id",
            "engine",
            "network_type",
            "node_type",
            "port",
            "preferred_availability_zones",
            "preferred_outpost_arn",
            "replication_group_id",
            "snapshot_arns",
            "snapshot_name",
            "subnet_group_name",
            "transit_encryption_enabled",
        }
    )
    auto_name = "cluster_id"
    auto_name_limit = 50
    defaults: ClassVar[Properties] = {"auto_minor_version_upgrade": "true"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the cluster."""
        named = {**inputs, "cluster_id": str(inputs["cluster_id"]).lower()}
        request = self._request(aws, "create_cache_cluster", named)
        made = aws.client("elasticache").create_cache_cluster(**request)["CacheCluster"]
        return Created(made["CacheClusterId"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change settings and tags at once."""
        fixed = {*self.replace_on, "tags"}
        given = {name: value for name, value in new.items() if name not in fixed}
        request = self._request(aws, "modify_cache_cluster", {**given, "cluster_id": id_})
        aws.client("elasticache").modify_cache_cluster(**request, ApplyImmediately=True)
        operations = {"tag": "add_tags_to_resource", "untag": "remove_tags_from_resource"}
        retag(aws, "elasticache", old["arn"], old, new, **operations)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the cluster, with a last snapshot if the program wants one."""
        name = state.get("final_snapshot_identifier")
        last = {"FinalSnapshotIdentifier": name} if name else {}
        with already_gone():
            aws.client("elasticache").delete_cache_cluster(CacheClusterId=id_, **last)

    def _request(self, aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
        apart = (*_APART, "region")
        given = {name: value for name, value in inputs.items() if name not in apart}
        for name in untaken(aws, "elasticache", operation, given, rename=_RENAME):
            raise EmbeddedError(f"{name} of {self.type} is not available on the embedded AWS")
        return parameters(aws, "elasticache", operation, given, rename=_RENAME)
