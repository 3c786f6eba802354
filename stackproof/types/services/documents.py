"""DocumentDB and Neptune: clusters and their instances, which RDS lists beside its own."""

from __future__ import annotations

from typing import Any

from stackproof.types.described import Answers, Item, Listing, Type
from stackproof.types.tokens import (
    DOCDB_CLUSTER,
    DOCDB_INSTANCE,
    NEPTUNE_CLUSTER,
    NEPTUNE_INSTANCE,
)

# The same questions as for RDS's own clusters and instances, so they are sent once.
_CLUSTERS = Listing(
    operation="DescribeDBClusters", result="DBClusters", single={"DBClusterIdentifier": "{id}"}
)
_INSTANCES = Listing(
    operation="DescribeDBInstances", result="DBInstances", single={"DBInstanceIdentifier": "{id}"}
)
_CLUSTER_ARN = "arn:{partition}:rds:{region}:{account}:cluster:{DBClusterIdentifier}"
_INSTANCE_ARN = "arn:{partition}:rds:{region}:{account}:db:{DBInstanceIdentifier}"
_OF_CLUSTERS = {
    "arn": "DBClusterArn",
    "cluster_identifier": "DBClusterIdentifier",
    "cluster_resource_id": "DbClusterResourceId",
    "cluster_members": "DBClusterMembers.DBInstanceIdentifier",
    "vpc_security_group_ids": "VpcSecurityGroups.VpcSecurityGroupId",
}
_OF_INSTANCES = {
    "arn": "DBInstanceArn",
    "identifier": "DBInstanceIdentifier",
    "instance_class": "DBInstanceClass",
    "port": "Endpoint.Port",
}
_DOCDB, _NEPTUNE = {"Engine": "docdb"}, {"Engine": "neptune"}
# What is said when something is made or changed, and is not kept.
_NOT_KEPT = {"allow_major_version_upgrade", "apply_immediately", "final_snapshot_identifier"}
_NOT_KEPT |= {"skip_final_snapshot", "snapshot_identifier"}


def _is_deleting(item: Item) -> bool:
    return "deleting" in (item.get("Status"), item.get("DBInstanceStatus"))


def _address(item: Item, answers: Answers) -> dict[str, Any]:
    # An instance that is being created has none.
    return {"endpoint": (item.get("Endpoint") or {}).get("Address")}


def _address_and_port(item: Item, answers: Answers) -> dict[str, Any]:
    endpoint = item.get("Endpoint")
    return {
        "address": endpoint["Address"] if endpoint else None,
        "endpoint": f"{endpoint['Address']}:{endpoint['Port']}" if endpoint else None,
    }


def _secrets(secret: Item) -> list[dict[str, Any]]:
    shown = {"kms_key_id": "KmsKeyId", "secret_arn": "SecretArn", "secret_status": "SecretStatus"}
    return [{name: secret.get(member) for name, member in shown.items()}]


def _first_group(groups: list[Item]) -> str | None:
    return groups[0]["DBParameterGroupName"] if groups else None


TYPES = (
    Type(
        token=DOCDB_CLUSTER,
        service="rds",
        listing=_CLUSTERS,
        id="{DBClusterIdentifier}",
        arn=_CLUSTER_ARN,
        name="{DBClusterIdentifier}",
        names={
            **_OF_CLUSTERS,
            "db_cluster_parameter_group_name": "DBClusterParameterGroup",
            "db_subnet_group_name": "DBSubnetGroup",
            "manage_master_user_password": ("MasterUserSecret", bool),
            "master_user_secrets": ("MasterUserSecret", _secrets),
        },
        omitted={"deletion_protection": False, "storage_encrypted": False},
        unread=frozenset(
            {
                *_NOT_KEPT,
                "cluster_identifier_prefix",
                "global_cluster_identifier",
                "master_password",
                "master_password_wo",
                "master_password_wo_version",
                "restore_to_point_in_time",
            }
        ),
        tags="TagList",
        only=_DOCDB,
        dying=_is_deleting,
    ),
    Type(
        token=NEPTUNE_CLUSTER,
        service="rds",
        listing=_CLUSTERS,
        id="{DBClusterIdentifier}",
        arn=_CLUSTER_ARN,
        name="{DBClusterIdentifier}",
        names={
            **_OF_CLUSTERS,
            "enable_cloudwatch_logs_exports": "EnabledCloudwatchLogsExports",
            "iam_roles": "AssociatedRoles.RoleArn",
            "kms_key_arn": "KmsKeyId",
            "neptune_cluster_parameter_group_name": "DBClusterParameterGroup",
            "neptune_subnet_group_name": "DBSubnetGroup",
            "replication_source_identifier": "ReplicationSourceIdentifier",
        },
        omitted={
            "copy_tags_to_snapshot": False,
            "deletion_protection": False,
            "iam_database_authentication_enabled": False,
            "storage_encrypted": False,
        },
        unread=frozenset(
            {
                *_NOT_KEPT,
                "cluster_identifier_prefix",
                "global_cluster_identifier",
                "neptune_instance_parameter_group_name",
            }
        ),
        tags="TagList",
        only=_NEPTUNE,
        dying=_is_deleting,
    ),
    Type(
        token=DOCDB_INSTANCE,
        service="rds",
        listing=_INSTANCES,
        id="{DBInstanceIdentifier}",
        arn=_INSTANCE_ARN,
        name="{DBInstanceIdentifier}",
        names={
            **_OF_INSTANCES,
            "ca_cert_identifier": "CACertificateIdentifier",
            "cluster_identifier": "DBClusterIdentifier",
            "db_subnet_group_name": "DBSubnetGroup.DBSubnetGroupName",
            "enable_performance_insights": "PerformanceInsightsEnabled",
        },
        omitted={"copy_tags_to_snapshot": False, "enable_performance_insights": False},
        unread=frozenset(
            {"apply_immediately", "certificate_rotation_restart", "identifier_prefix", "writer"}
        ),
        extra=_address,
        provides=frozenset({"endpoint"}),
        parent_ids=("DBClusterIdentifier",),
        tags="TagList",
        only=_DOCDB,
        dying=_is_deleting,
    ),
    Type(
        token=NEPTUNE_INSTANCE,
        service="rds",
        listing=_INSTANCES,
        id="{DBInstanceIdentifier}",
        arn=_INSTANCE_ARN,
        name="{DBInstanceIdentifier}",
        names={
            **_OF_INSTANCES,
            "cluster_identifier": "DBClusterIdentifier",
            "kms_key_arn": "KmsKeyId",
            "neptune_parameter_group_name": ("DBParameterGroups", _first_group),
            "neptune_subnet_group_name": "DBSubnetGroup.DBSubnetGroupName",
        },
        unread=frozenset(
            {"apply_immediately", "identifier_prefix", "skip_final_snapshot", "writer"}
        ),
        extra=_address_and_port,
        provides=frozenset({"address", "endpoint"}),
        parent_ids=("DBClusterIdentifier",),
        tags="TagList",
        only=_NEPTUNE,
        dying=_is_deleting,
    ),
)
