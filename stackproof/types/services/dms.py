"""Database Migration Service: the instances that copy, and the ends that they copy between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stackproof.types.described import Listing, Question, Type
from stackproof.types.tokens import DMS_ENDPOINT, DMS_REPLICATION_INSTANCE


def _groups(given: Sequence[Mapping[str, Any]]) -> list[str]:
    return [group["VpcSecurityGroupId"] for group in given]


def _tags(of: str) -> Question:
    return Question(
        operation="ListTagsForResource", parameters={"ResourceArn": of}, result="TagList"
    )


REPLICATION_INSTANCE = Type(
    token=DMS_REPLICATION_INSTANCE,
    service="dms",
    listing=Listing(
        operation="DescribeReplicationInstances",
        result="ReplicationInstances",
        single={"Filters": [{"Name": "replication-instance-id", "Values": ["{id}"]}]},
        absent=("ResourceNotFoundFault",),
    ),
    id="{ReplicationInstanceIdentifier}",
    arn="{ReplicationInstanceArn}",
    name="{ReplicationInstanceIdentifier}",
    questions={"tags": _tags("{ReplicationInstanceArn}")},
    names={
        "kms_key_arn": "KmsKeyId",
        "multi_az": "MultiAZ",
        "replication_instance_id": "ReplicationInstanceIdentifier",
        "replication_instance_private_ips": "ReplicationInstancePrivateIpAddresses",
        "replication_instance_public_ips": "ReplicationInstancePublicIpAddresses",
        "replication_subnet_group_id": (
            "ReplicationSubnetGroup",
            lambda group: group.get("ReplicationSubnetGroupIdentifier"),
        ),
        "vpc_security_group_ids": ("VpcSecurityGroups", _groups),
    },
    omitted={"publicly_accessible": False},
    unread=frozenset(
        {
            "allow_major_version_upgrade",
            "apply_immediately",
            "kerberos_authentication_settings.krb5_file_contents",
        }
    ),
    tags="tags:",
    arn_service="dms:rep",
    dying=lambda item: item.get("ReplicationInstanceStatus") in ("deleting", "deleted"),
)

ENDPOINT = Type(
    token=DMS_ENDPOINT,
    service="dms",
    listing=Listing(
        operation="DescribeEndpoints",
        result="Endpoints",
        single={"Filters": [{"Name": "endpoint-id", "Values": ["{id}"]}]},
        absent=("ResourceNotFoundFault",),
    ),
    id="{EndpointIdentifier}",
    arn="{EndpointArn}",
    name="{EndpointIdentifier}",
    questions={"tags": _tags("{EndpointArn}")},
    names={
        "endpoint_id": "EndpointIdentifier",
        "kms_key_arn": "KmsKeyId",
        "oracle_settings.allow_selected_nested_tables": "AllowSelectNestedTables",
        "oracle_settings.fail_task_on_lob_truncation": "FailTasksOnLobTruncation",
        "postgres_settings": "PostgreSQLSettings",
        "service_access_role": "ServiceAccessRoleArn",
    },
    omitted={"ssl_mode": "none"},
    unread=frozenset(
        {
            "kafka_settings.sasl_password",
            "kafka_settings.ssl_client_key_password",
            "oracle_settings.asm_password",
            "oracle_settings.security_db_encryption",
            "password",
            "pause_replication_tasks",
            "redis_settings.auth_password",
            "secrets_manager_access_role_arn",
            "secrets_manager_arn",
        }
    ),
    tags="tags:",
    arn_service="dms:endpoint",
    dying=lambda item: item.get("Status") == "deleting",
)

TYPES = (REPLICATION_INSTANCE, ENDPOINT)
