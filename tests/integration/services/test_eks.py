"""Clusters and their nodes: made, changed and deleted, as EKS tells."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import EKS_CLUSTER
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

ROLE = "arn:aws:iam::123456789012:role/eks"


def cluster(world: World, **more: Any) -> Made:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.0.0.0/16")
    subnets = [
        world.make(
            "aws:ec2/subnet:Subnet",
            zone,
            vpc_id=vpc.id,
            cidr_block=f"10.0.{number}.0/24",
            availability_zone=f"us-east-1{zone}",
        ).id
        for number, zone in enumerate("ab")
    ]
    given = {"role_arn": ROLE, "vpc_config": {"subnet_ids": subnets}, "tags": TAGS}
    return world.make(EKS_CLUSTER, **{**given, **more})


def test_cluster(world: World) -> None:
    made = cluster(world, enabled_cluster_log_types=["audit"])
    assert made["endpoint"].startswith("https://")
    assert made["certificate_authority"]["data"]
    assert made["identities"][0]["oidcs"][0]["issuer"].startswith("https://")
    client = world.cloud.client("eks")
    (logging,) = client.describe_cluster(name=made.id)["cluster"]["logging"]["clusterLogging"]
    assert logging == {"types": ["audit"], "enabled": True}
    assert_shown(world, made)
    world.change(made, enabled_cluster_log_types=["api", "audit"], tags={"More": "1"})
    shown = client.describe_cluster(name=made.id)["cluster"]
    assert shown["logging"]["clusterLogging"][0]["types"] == ["api", "audit"]
    assert shown["tags"] == {"More": "1"}
    assert_gone(world, made)


def test_nodes_and_profiles_of_a_cluster(world: World) -> None:
    made = cluster(world)
    subnets = made["vpc_config"]["subnet_ids"]
    nodes = world.make(
        "aws:eks/nodeGroup:NodeGroup",
        cluster_name=made["name"],
        node_role_arn=ROLE,
        subnet_ids=subnets,
        scaling_config={"desired_size": 2, "min_size": 1, "max_size": 3},
        tags=TAGS,
    )
    profile = world.make(
        "aws:eks/fargateProfile:FargateProfile",
        cluster_name=made["name"],
        pod_execution_role_arn=ROLE,
        subnet_ids=subnets,
        selectors=[{"namespace": "default"}],
    )
    assert_shown(world, nodes)
    assert_shown(world, profile)
    world.change(nodes, scaling_config={"desired_size": 3, "min_size": 1, "max_size": 4})
    shown = world.cloud.client("eks").describe_nodegroup(
        clusterName=made["name"], nodegroupName=nodes["node_group_name"]
    )["nodegroup"]
    assert shown["scalingConfig"] == {"desiredSize": 3, "minSize": 1, "maxSize": 4}
    for one in (nodes, profile, made):
        world.delete(one)
        world.delete(one)


def test_unknown_setting_of_a_cluster_is_refused(world: World) -> None:
    with pytest.raises(EmbeddedError, match=r"^vpc_config\.colour of aws:eks/cluster:Cluster is"):
        world.make(EKS_CLUSTER, role_arn=ROLE, vpc_config={"subnet_ids": [], "colour": "red"})
