"""EKS: clusters, their groups of nodes and what of them runs on Fargate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stackproof.types.described import Listing, Question, Type
from stackproof.types.tokens import EKS_CLUSTER, EKS_FARGATE_PROFILE, EKS_NODE_GROUP


def _log_types(logging: Sequence[Mapping[str, Any]]) -> list[str]:
    # One entry lists the types that are on, another those that are off.
    return [type_ for entry in logging if entry.get("enabled") for type_ in entry["types"]]


CLUSTER = Type(
    token=EKS_CLUSTER,
    service="eks",
    listing=Listing(operation="ListClusters", result="clusters"),
    id="{Value}",
    arn="arn:{partition}:eks:{region}:{account}:cluster/{Value}",
    name="{Value}",
    questions={
        "cluster": Question(
            operation="DescribeCluster",
            parameters={"name": "{Value}"},
            result="cluster",
            absent=("ResourceNotFoundException",),
            whole=True,
        )
    },
    names={
        "enabled_cluster_log_types": ("logging.clusterLogging", _log_types),
        "identities": "identity",
        "identities.oidcs": "oidc",
        "vpc_config": "resourcesVpcConfig",
        "cluster_id": "id",  # of a cluster on an Outpost
    },
    omitted={"enabled_cluster_log_types": [], "deletion_protection": False},
    unread=frozenset(
        {"bootstrap_self_managed_addons", "default_addons_to_removes", "force_update_version"}
    ),
    tags="cluster:tags",
    dying=lambda cluster: cluster.get("status") == "DELETING",
)

NODE_GROUP = Type(
    token=EKS_NODE_GROUP,
    service="eks",
    listing=Listing(
        operation="ListNodegroups",
        result="nodegroups",
        parent=EKS_CLUSTER,
        by="clusterName",
        single={"clusterName": "{cluster_name}"},
    ),
    id="{clusterName}:{Value}",
    arn="group:nodegroupArn",
    name="{Value}",
    questions={
        "group": Question(
            operation="DescribeNodegroup",
            parameters={"clusterName": "{clusterName}", "nodegroupName": "{Value}"},
            result="nodegroup",
            absent=("ResourceNotFoundException",),
            whole=True,
        )
    },
    names={
        "node_group_name": "nodegroupName",
        "node_role_arn": "nodeRole",
        "subnet_ids": "subnets",
        "remote_access.source_security_group_ids": "sourceSecurityGroups",
        "resources.remote_access_security_group_id": "remoteAccessSecurityGroup",
    },
    unread=frozenset({"force_update_version", "node_group_name_prefix"}),
    tags="group:tags",
    dying=lambda group: group.get("status") == "DELETING",
    parent_ids=("clusterName",),
)

FARGATE_PROFILE = Type(
    token=EKS_FARGATE_PROFILE,
    service="eks",
    listing=Listing(
        operation="ListFargateProfiles",
        result="fargateProfileNames",
        parent=EKS_CLUSTER,
        by="clusterName",
        single={"clusterName": "{cluster_name}"},
    ),
    id="{clusterName}:{Value}",
    arn="profile:fargateProfileArn",
    name="{Value}",
    questions={
        "profile": Question(
            operation="DescribeFargateProfile",
            parameters={"clusterName": "{clusterName}", "fargateProfileName": "{Value}"},
            result="fargateProfile",
            absent=("ResourceNotFoundException",),
            whole=True,
        )
    },
    names={"subnet_ids": "subnets"},
    tags="profile:tags",
    dying=lambda profile: profile.get("status") == "DELETING",
    parent_ids=("clusterName",),
)

TYPES = (CLUSTER, NODE_GROUP, FARGATE_PROFILE)
