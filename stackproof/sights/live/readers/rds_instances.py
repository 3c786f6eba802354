"""Database instances that are no cluster's, and their parameter groups, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown
from stackproof.sights.live.rds_parameters import parameters_shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, tag_map
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import RDS_INSTANCE, RDS_PARAMETER_GROUP

_INSTANCE = {
    "allocated_storage": "AllocatedStorage",
    "arn": "DBInstanceArn",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "availability_zone": "AvailabilityZone",
    "backup_retention_period": "BackupRetentionPeriod",
    "backup_target": "BackupTarget",
    "backup_window": "PreferredBackupWindow",
    "ca_cert_identifier": "CACertificateIdentifier",
    "character_set_name": "CharacterSetName",
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "database_insights_mode": "DatabaseInsightsMode",
    "db_name": "DBName",
    "dedicated_log_volume": "DedicatedLogVolume",
    "deletion_protection": "DeletionProtection",
    "engine": "Engine",
    "engine_lifecycle_support": "EngineLifecycleSupport",
    "engine_version": "EngineVersion",
    "engine_version_actual": "EngineVersion",
    "iam_database_authentication_enabled": "IAMDatabaseAuthenticationEnabled",
    "identifier": "DBInstanceIdentifier",
    "instance_class": "DBInstanceClass",
    "iops": "Iops",
    "license_model": "LicenseModel",
    "maintenance_window": "PreferredMaintenanceWindow",
    "monitoring_role_arn": "MonitoringRoleArn",
    "multi_az": "MultiAZ",
    "network_type": "NetworkType",
    "performance_insights_kms_key_id": "PerformanceInsightsKMSKeyId",
    "performance_insights_retention_period": "PerformanceInsightsRetentionPeriod",
    "publicly_accessible": "PubliclyAccessible",
    "replicate_source_db": "ReadReplicaSourceDBInstanceIdentifier",
    "resource_id": "DbiResourceId",
    "status": "DBInstanceStatus",
    "storage_encrypted": "StorageEncrypted",
    "storage_throughput": "StorageThroughput",
    "storage_type": "StorageType",
    "timezone": "Timezone",
    "username": "MasterUsername",
}


def database_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeDBInstances says of one instance, its tags left out."""
    groups = item.get("DBParameterGroups") or [{}]
    options = item.get("OptionGroupMemberships") or [{}]
    endpoint = item.get("Endpoint") or {}
    most = item.get("MaxAllocatedStorage") or 0
    address, port = endpoint.get("Address"), endpoint.get("Port")
    return {name: item.get(member) for name, member in _INSTANCE.items()} | {
        "address": address,
        "db_subnet_group_name": (item.get("DBSubnetGroup") or {}).get("DBSubnetGroupName"),
        "enabled_cloudwatch_logs_exports": list(item.get("EnabledCloudwatchLogsExports", ())),
        "endpoint": f"{address}:{port}" if address else None,
        "hosted_zone_id": endpoint.get("HostedZoneId"),
        "kms_key_id": item.get("KmsKeyId") if item.get("StorageEncrypted") else None,
        # No more than is allocated means that the storage does not grow.
        "max_allocated_storage": most if most > item["AllocatedStorage"] else 0,
        "monitoring_interval": item.get("MonitoringInterval", 0),
        "option_group_name": options[0].get("OptionGroupName"),
        "parameter_group_name": groups[0].get("DBParameterGroupName"),
        "performance_insights_enabled": item.get("PerformanceInsightsEnabled", False),
        "port": port,
        "replicas": list(item.get("ReadReplicaDBInstanceIdentifiers", ())),
        "vpc_security_group_ids": [
            group["VpcSecurityGroupId"] for group in item.get("VpcSecurityGroups", ())
        ],
        **_secret(item.get("MasterUserSecret")),
    }


def _secret(secret: Item | None) -> dict[str, Any]:
    if not secret:
        return {"master_user_secrets": []}
    shown = {
        "kms_key_id": secret.get("KmsKeyId"),
        "secret_arn": secret.get("SecretArn"),
        "secret_status": secret.get("SecretStatus"),
    }
    return {
        "manage_master_user_password": True,
        "master_user_secret_kms_key_id": secret.get("KmsKeyId"),
        "master_user_secrets": [shown],
    }


def _build_instance(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if not item.get("DBClusterIdentifier"):
        data = {**database_properties(item), "tags": tag_map(item.get("TagList"))}
        name = item["DBInstanceIdentifier"]
        yield shown(
            scope, RDS_INSTANCE, item["DbiResourceId"], data, arn=item["DBInstanceArn"], name=name
        )


def _build_parameter_group(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name, arn = item["DBParameterGroupName"], item["DBParameterGroupArn"]
    data = {
        "description": item.get("Description"),
        "family": item["DBParameterGroupFamily"],
        "name": name,
        "parameters": parameters_shown(details["parameters"]),
        "tags": scope.tags_of(arn),
    }
    yield shown(scope, RDS_PARAMETER_GROUP, name, data, arn=arn, name=name)


READERS = (
    Reader(
        types=(RDS_INSTANCE,),
        # The same question as that for the instances of clusters, so it is sent once.
        listing=Ask("rds", "DescribeDBInstances", "DBInstances"),
        get_parameters=lambda id_, state: {
            "Filters": [{"Name": "dbi-resource-id", "Values": [id_]}]
        },
        key=lambda item, scope: Key(
            item["DbiResourceId"],
            item["DBInstanceArn"],
            names=(
                item["DBInstanceIdentifier"],
                (item.get("Endpoint") or {}).get("Address", ""),
            ),
            tags=tag_map(item.get("TagList")),
            inside=tuple(filter(None, [(item.get("DBSubnetGroup") or {}).get("VpcId")])),
        ),
        build=_build_instance,
        dying=in_state("DBInstanceStatus", "deleting"),
        arn_service="rds",
    ),
    Reader(
        types=(RDS_PARAMETER_GROUP,),
        listing=Ask("rds", "DescribeDBParameterGroups", "DBParameterGroups"),
        get_parameters=lambda id_, state: {"DBParameterGroupName": id_},
        key=lambda item, scope: Key(
            item["DBParameterGroupName"],
            item["DBParameterGroupArn"],
            foreign=item["DBParameterGroupName"].startswith("default."),
        ),
        details={
            "parameters": Detail(
                Ask("rds", "DescribeDBParameters", "Parameters"),
                lambda item: {
                    "DBParameterGroupName": item["DBParameterGroupName"],
                    "Source": "user",
                },
            )
        },
        build=_build_parameter_group,
        arn_service="rds",
    ),
)
