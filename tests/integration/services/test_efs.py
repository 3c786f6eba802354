"""File systems, mount targets and access points: made, changed, read back, deleted."""

from __future__ import annotations

import json

import pytest

from stackproof.types.tokens import EFS_ACCESS_POINT, EFS_FILE_SYSTEM, EFS_MOUNT_TARGET
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown


def file_system(world: World) -> Made:
    return world.make(EFS_FILE_SYSTEM, encrypted=True, tags=TAGS)


def test_file_system_shows_what_was_declared_and_changed(world: World) -> None:
    made = world.make(
        EFS_FILE_SYSTEM,
        encrypted=True,
        lifecycle_policies=[
            {"transition_to_ia": "AFTER_30_DAYS"},
            {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
        ],
        performance_mode="generalPurpose",
        protection={"replication_overwrite": "DISABLED"},
        throughput_mode="bursting",
        tags=TAGS,
    )
    assert made["dns_name"] == f"{made.id}.efs.us-east-1.amazonaws.com"
    assert made["kms_key_id"].startswith("arn:aws:kms:us-east-1:")
    assert_shown(world, made)
    world.change(
        made,
        lifecycle_policies=None,
        throughput_mode="provisioned",
        provisioned_throughput_in_mibps=8,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made)
    assert_gone(world, made)


def test_mount_target_shows_what_was_declared_and_changed(world: World) -> None:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.0.0.0/16")
    subnet = world.make(
        "aws:ec2/subnet:Subnet",
        vpc_id=vpc.id,
        cidr_block="10.0.1.0/24",
        availability_zone="us-east-1a",
    )
    one, other = (
        world.make("aws:ec2/securityGroup:SecurityGroup", name, vpc_id=vpc.id)
        for name in ("one", "other")
    )
    system = file_system(world)
    made = world.make(
        EFS_MOUNT_TARGET, file_system_id=system.id, subnet_id=subnet.id, security_groups=[one.id]
    )
    assert made["ip_address"].startswith("10.0.1.")
    assert made["mount_target_dns_name"].startswith(f"us-east-1a.{system.id}.efs.")
    assert_shown(world, made)
    world.change(made, security_groups=[other.id])
    assert_shown(world, made)
    assert_gone(world, made)


def test_access_point_shows_what_was_declared_and_tagged(world: World) -> None:
    made = world.make(
        EFS_ACCESS_POINT,
        file_system_id=file_system(world).id,
        posix_user={"uid": 1000, "gid": 1000},
        root_directory={
            "path": "/data",
            "creation_info": {"owner_uid": 1000, "owner_gid": 1000, "permissions": "750"},
        },
        tags=TAGS,
    )
    assert_shown(world, made)
    world.change(made, tags={**TAGS, "More": "1"})
    assert_shown(world, made)
    assert_gone(world, made)


def test_policies_of_a_file_system(world: World) -> None:
    system, client = file_system(world), world.cloud.client("efs")
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    made = world.make(
        "aws:efs/fileSystemPolicy:FileSystemPolicy", file_system_id=system.id, policy=policy
    )
    assert client.describe_file_system_policy(FileSystemId=system.id)["Policy"] == policy
    backups = world.make(
        "aws:efs/backupPolicy:BackupPolicy",
        file_system_id=system.id,
        backup_policy={"status": "ENABLED"},
    )
    shown = client.describe_backup_policy(FileSystemId=system.id)["BackupPolicy"]
    assert shown == {"Status": "ENABLED"}
    assert_shown(world, made)
    assert_shown(world, backups)
    assert_gone(world, made)
    world.delete(backups)
    with pytest.raises(client.exceptions.PolicyNotFound):
        client.describe_file_system_policy(FileSystemId=system.id)
