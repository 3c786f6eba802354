"""Aurora clusters, their instances, subnet groups and parameter groups, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown
from stackproof.sights.live.rds_parameters import parameters_shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, tag_map
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    RDS_CLUSTER,
    RDS_CLUSTER_INSTANCE,
    RDS_CLUSTER_PARAMETER_GROUP,
    RDS_SUBNET_GROUP,
)

_CLUSTER = {
    "arn": "DBClusterArn",
    "availability_zones": "AvailabilityZones",
    "backup_retention_period": "BackupRetentionPeriod",
    "cluster_identifier": "DBClusterIdentifier",
    "cluster_resource_id": "DbClusterResourceId",
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "database_insights_mode": "DatabaseInsightsMode",
    "database_name": "DatabaseName",
    "db_cluster_parameter_group_name": "DBClusterParameterGroup",
    "db_subnet_group_name": "DBSubnetGroup",
    "deletion_protection": "DeletionProtection",
    "enabled_cloudwatch_logs_exports": "EnabledCloudwatchLogsExports",
    "endpoint": "Endpoint",
    "engine": "Engine",
    "engine_mode": "EngineMode",
    "engine_version": "EngineVersion",
    "engine_version_actual": "EngineVersion",
    "global_cluster_identifier": "GlobalClusterIdentifier",
    "hosted_zone_id": "HostedZoneId",
    "iam_database_authentication_enabled": "IAMDatabaseAuthenticationEnabled",
    "master_username": "MasterUsername",
    "monitoring_interval": "MonitoringInterval",
    "monitoring_role_arn": "MonitoringRoleArn",
    "network_type": "NetworkType",
    "performance_insights_enabled": "PerformanceInsightsEnabled",
    "performance_insights_kms_key_id": "PerformanceInsightsKMSKeyId",
    "performance_insights_retention_period": "PerformanceInsightsRetentionPeriod",
    "port": "Port",
    "preferred_backup_window": "PreferredBackupWindow",
    "preferred_maintenance_window": "PreferredMaintenanceWindow",
    "reader_endpoint": "ReaderEndpoint",
    "replication_source_identifier": "ReplicationSourceIdentifier",
    "storage_encrypted": "StorageEncrypted",
}

_INSTANCE = {
    "arn": "DBInstanceArn",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "availability_zone": "AvailabilityZone",
    "ca_cert_identifier": "CACertificateIdentifier",
    "cluster_identifier": "DBClusterIdentifier",
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "dbi_resource_id": "DbiResourceId",
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "engine_version_actual": "EngineVersion",
    "identifier": "DBInstanceIdentifier",
    "instance_class": "DBInstanceClass",
    "monitoring_role_arn": "MonitoringRoleArn",
    "network_type": "NetworkType",
    "performance_insights_kms_key_id": "PerformanceInsightsKMSKeyId",
    "performance_insights_retention_period": "PerformanceInsightsRetentionPeriod",
    "preferred_backup_window": "PreferredBackupWindow",
    "preferred_maintenance_window": "PreferredMaintenanceWindow",
    "promotion_tier": "PromotionTier",
    "publicly_accessible": "PubliclyAccessible",
    "storage_encrypted": "StorageEncrypted",
}


def cluster_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeDBClusters says of one cluster, its tags left out."""
    secret = item.get("MasterUserSecret")
    scaling = item.get("ServerlessV2ScalingConfiguration")
    return {name: item.get(member) for name, member in _CLUSTER.items()} | {
        "cluster_members": [
            member["DBInstanceIdentifier"] for member in item.get("DBClusterMembers", ())
        ],
        "iam_roles": [role["RoleArn"] for role in item.get("AssociatedRoles", ())],
        "kms_key_id": item.get("KmsKeyId") if item.get("StorageEncrypted") else None,
        "manage_master_user_password": True if secret else None,
        "master_user_secret_kms_key_id": secret.get("KmsKeyId") if secret else None,
        "master_user_secrets": [
            {
                "kms_key_id": secret.get("KmsKeyId"),
                "secret_arn": secret.get("SecretArn"),
                "secret_status": secret.get("SecretStatus"),
            }
        ]
        if secret
        else [],
        "serverlessv2_scaling_configuration": {
            "min_capacity": scaling.get("MinCapacity"),
            "max_capacity": scaling.get("MaxCapacity"),
        }
        if scaling
        else None,
        # The AWS provider shows Aurora's standard storage as no choice at all.
        "storage_type": "aurora-iopt1" if item.get("StorageType") == "aurora-iopt1" else "",
        "vpc_security_group_ids": [
            group["VpcSecurityGroupId"] for group in item.get("VpcSecurityGroups", ())
        ],
    }


def instance_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeDBInstances says of one cluster's instance, its tags left out."""
    groups = item.get("DBParameterGroups") or [{}]
    endpoint = item.get("Endpoint") or {}
    return {name: item.get(member) for name, member in _INSTANCE.items()} | {
        "db_parameter_group_name": groups[0].get("DBParameterGroupName"),
        "db_subnet_group_name": (item.get("DBSubnetGroup") or {}).get("DBSubnetGroupName"),
        "endpoint": endpoint.get("Address"),
        "kms_key_id": item.get("KmsKeyId") if item.get("StorageEncrypted") else None,
        "monitoring_interval": item.get("MonitoringInterval", 0),
        "performance_insights_enabled": item.get("PerformanceInsightsEnabled", False),
        "port": endpoint.get("Port"),
    }


def _build_cluster(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if not item["Engine"].startswith(("aurora", "mysql", "postgres")):
        return  # Neptune and DocumentDB answer here, too
    data = {**cluster_properties(item), "tags": tag_map(item.get("TagList"))}
    name = item["DBClusterIdentifier"]
    yield shown(scope, RDS_CLUSTER, name, data, arn=item["DBClusterArn"], name=name)


def _build_instance(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if item.get("DBClusterIdentifier"):
        data = {**instance_properties(item), "tags": tag_map(item.get("TagList"))}
        name = item["DBInstanceIdentifier"]
        yield shown(scope, RDS_CLUSTER_INSTANCE, name, data, arn=item["DBInstanceArn"], name=name)


def subnet_group_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeDBSubnetGroups says of one group."""
    return {
        "arn": item["DBSubnetGroupArn"],
        "description": item.get("DBSubnetGroupDescription"),
        "name": item["DBSubnetGroupName"],
        "subnet_ids": [subnet["SubnetIdentifier"] for subnet in item.get("Subnets", ())],
        "supported_network_types": item.get("SupportedNetworkTypes", ["IPV4"]),
        "vpc_id": item.get("VpcId"),
    }


def _build_subnet_group(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name, arn = item["DBSubnetGroupName"], item["DBSubnetGroupArn"]
    data = {**subnet_group_properties(item), "tags": scope.tags_of(arn)}
    yield shown(scope, RDS_SUBNET_GROUP, name, data, arn=arn, name=name)


def _build_parameter_group(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name, arn = item["DBClusterParameterGroupName"], item["DBClusterParameterGroupArn"]
    data = {
        "description": item.get("Description"),
        "family": item["DBParameterGroupFamily"],
        "name": name,
        "parameters": parameters_shown(details["parameters"]),
        "tags": scope.tags_of(arn),
    }
    yield shown(scope, RDS_CLUSTER_PARAMETER_GROUP, name, data, arn=arn, name=name)


READERS = (
    Reader(
        types=(RDS_CLUSTER,),
        listing=Ask("rds", "DescribeDBClusters", "DBClusters"),
        get_parameters=lambda id_, state: {"DBClusterIdentifier": id_},
        key=lambda item, scope: Key(
            item["DBClusterIdentifier"],
            item["DBClusterArn"],
            names=(item["DbClusterResourceId"],),
            tags=tag_map(item.get("TagList")),
            shared=True,
        ),
        build=_build_cluster,
        dying=in_state("Status", "deleting"),
        arn_service="rds",
    ),
    Reader(
        types=(RDS_CLUSTER_INSTANCE,),
        listing=Ask("rds", "DescribeDBInstances", "DBInstances"),
        get_parameters=lambda id_, state: {"DBInstanceIdentifier": id_},
        key=lambda item, scope: Key(
            item["DBInstanceIdentifier"],
            item["DBInstanceArn"],
            names=(item["DbiResourceId"],),
            tags=tag_map(item.get("TagList")),
            parent_ids=(item["DBClusterIdentifier"],) if item.get("DBClusterIdentifier") else (),
        ),
        build=_build_instance,
        dying=in_state("DBInstanceStatus", "deleting"),
        arn_service="rds",
    ),
    Reader(
        types=(RDS_SUBNET_GROUP,),
        listing=Ask("rds", "DescribeDBSubnetGroups", "DBSubnetGroups"),
        get_parameters=lambda id_, state: {"DBSubnetGroupName": id_},
        key=lambda item, scope: Key(
            item["DBSubnetGroupName"], item["DBSubnetGroupArn"], parent_ids=(item.get("VpcId", ""),)
        ),
        build=_build_subnet_group,
        arn_service="rds",
    ),
    Reader(
        types=(RDS_CLUSTER_PARAMETER_GROUP,),
        listing=Ask("rds", "DescribeDBClusterParameterGroups", "DBClusterParameterGroups"),
        get_parameters=lambda id_, state: {"DBClusterParameterGroupName": id_},
        key=lambda item, scope: Key(
            item["DBClusterParameterGroupName"],
            item["DBClusterParameterGroupArn"],
            foreign=item["DBClusterParameterGroupName"].startswith("default."),
        ),
        details={
            "parameters": Detail(
                Ask("rds", "DescribeDBClusterParameters", "Parameters"),
                lambda item: {
                    "DBClusterParameterGroupName": item["DBClusterParameterGroupName"],
                    "Source": "user",
                },
            )
        },
        build=_build_parameter_group,
        arn_service="rds",
    ),
)
