"""Redshift: data warehouses, their parameters and what they log."""

from __future__ import annotations

from typing import Any

from stackproof.types.described import Answers, Item, Listing, Question, Type
from stackproof.types.tokens import REDSHIFT_CLUSTER, REDSHIFT_LOGGING, REDSHIFT_PARAMETER_GROUP


def _is_enabled(enabled: str) -> bool:
    return enabled.lower() == "enabled"


def _kind(nodes: int) -> str:
    return "single-node" if nodes == 1 else "multi-node"


def _first_group(groups: list[dict[str, Any]]) -> str | None:
    return groups[0]["ParameterGroupName"] if groups else None


def _word(flag: bool) -> str:
    return str(flag).lower()


def _address(item: Item, answers: Answers) -> dict[str, Any]:
    endpoint = item.get("Endpoint")  # of a cluster that is being created there is none
    return {"endpoint": f"{endpoint['Address']}:{endpoint['Port']}" if endpoint else None}


CLUSTER = Type(
    token=REDSHIFT_CLUSTER,
    service="redshift",
    listing=Listing(
        operation="DescribeClusters",
        result="Clusters",
        single={"ClusterIdentifier": "{id}"},
        absent=("ClusterNotFound",),
    ),
    id="{ClusterIdentifier}",
    arn="arn:{partition}:redshift:{region}:{account}:cluster:{ClusterIdentifier}",
    name="{ClusterIdentifier}",
    names={
        "aqua_configuration_status": "AquaConfiguration.AquaConfigurationStatus",
        "availability_zone_relocation_enabled": ("AvailabilityZoneRelocationStatus", _is_enabled),
        "cluster_parameter_group_name": ("ClusterParameterGroups", _first_group),
        "cluster_type": ("NumberOfNodes", _kind),
        "database_name": "DBName",
        "dns_name": "Endpoint.Address",
        "elastic_ip": "ElasticIpStatus.ElasticIp",
        "encrypted": ("Encrypted", _word),  # text in Pulumi: left out, AWS decides
        "iam_roles": "IamRoles.IamRoleArn",
        "manage_master_password": ("MasterPasswordSecretArn", bool),
        "multi_az": ("MultiAZ", _is_enabled),
        "port": "Endpoint.Port",
        "vpc_security_group_ids": "VpcSecurityGroups.VpcSecurityGroupId",
    },
    omitted={"manage_master_password": False, "multi_az": False},
    inside=("VpcId",),
    dying=lambda item: item.get("ClusterStatus") in ("deleting", "final-snapshot"),
    unread=frozenset(
        {
            "apply_immediately",
            "final_snapshot_identifier",
            "master_password",
            "master_password_wo",
            "master_password_wo_version",
            "owner_account",
            "skip_final_snapshot",
            "snapshot_arn",
            "snapshot_cluster_identifier",
            "snapshot_identifier",
        }
    ),
    extra=_address,
    provides=frozenset({"endpoint"}),
    tags="Tags",
)


def _parameters(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"name": parameter["ParameterName"], "value": parameter.get("ParameterValue")}
        for parameter in given
    ]


PARAMETER_GROUP = Type(
    token=REDSHIFT_PARAMETER_GROUP,
    service="redshift",
    listing=Listing(
        operation="DescribeClusterParameterGroups",
        result="ParameterGroups",
        single={"ParameterGroupName": "{id}"},
        absent=("ClusterParameterGroupNotFound",),
    ),
    id="{ParameterGroupName}",
    arn="arn:{partition}:redshift:{region}:{account}:parametergroup:{ParameterGroupName}",
    name="{ParameterGroupName}",
    questions={
        # What nobody has set is left out.
        "parameters": Question(
            operation="DescribeClusterParameters",
            parameters={"ParameterGroupName": "{ParameterGroupName}", "Source": "user"},
            result="Parameters",
            absent=("ClusterParameterGroupNotFound",),
        )
    },
    names={
        "family": "ParameterGroupFamily",
        "name": "ParameterGroupName",
        "parameters": ("parameters:", _parameters),
    },
    foreign=lambda item: str(item["ParameterGroupName"]).startswith("default."),
    tags="Tags",
)


def _whose(item: Item, answers: Answers) -> dict[str, Any]:
    return {"cluster_identifier": item["ClusterIdentifier"]}


LOGGING = Type(
    token=REDSHIFT_LOGGING,
    service="redshift",
    listing=Listing(
        operation="DescribeLoggingStatus",
        result=None,
        parent=REDSHIFT_CLUSTER,
        by="ClusterIdentifier",
        single={"ClusterIdentifier": "{id}"},
        absent=("ClusterNotFound",),
    ),
    id="{ClusterIdentifier}",
    name="{ClusterIdentifier}",
    names={"s3_key_prefix": "S3KeyPrefix"},
    parent_ids=("ClusterIdentifier",),
    arn_service="redshift",
    foreign=lambda item: not item.get("LoggingEnabled"),
    extra=_whose,
    provides=frozenset({"cluster_identifier"}),
)

TYPES = (CLUSTER, PARAMETER_GROUP, LOGGING)
