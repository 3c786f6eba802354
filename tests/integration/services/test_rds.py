"""Aurora: clusters, instances, subnet and parameter groups made, changed, read back, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import (
    RDS_CLUSTER,
    RDS_CLUSTER_INSTANCE,
    RDS_CLUSTER_PARAMETER_GROUP,
    RDS_SUBNET_GROUP,
)
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

CLUSTER_HIDDEN = (
    "apply_immediately",
    "delete_automated_backups",
    "final_snapshot_identifier",
    "master_password",
    "skip_final_snapshot",
)
INSTANCE_HIDDEN = ("apply_immediately", "force_destroy")


def _subnets(world: World) -> list[str]:
    subnets = world.cloud.client("ec2").describe_subnets()["Subnets"]
    return [subnet["SubnetId"] for subnet in subnets[:2]]


def _key(world: World) -> str:
    return str(world.make("aws:kms/key:Key")["arn"])


def _cluster(world: World, **settings: Any) -> Made:
    wanted: dict[str, Any] = {
        "cluster_identifier": "roundtrip",
        "engine": "aurora-postgresql",
        "engine_version": "16.6",
        "database_name": "payments",
        "master_username": "administrator",
        "manage_master_user_password": True,
        "skip_final_snapshot": True,
        "tags": TAGS,
    }
    return world.make(RDS_CLUSTER, **{**wanted, **settings})


def test_subnet_group_shows_what_was_declared_and_changed(world: World) -> None:
    subnets = _subnets(world)
    group = world.make(
        RDS_SUBNET_GROUP, name="Roundtrip", description="For tests", subnet_ids=subnets, tags=TAGS
    )
    assert group.id == "roundtrip"
    group.inputs = {**group.inputs, "name": "roundtrip"}
    assert_shown(world, group)
    world.change(group, description="For more tests", tags={**TAGS, "More": "1"})
    assert_shown(world, group)
    assert_gone(world, group)


def test_parameter_group_shows_what_was_declared_and_changed(world: World) -> None:
    force_ssl = {"name": "rds.force_ssl", "value": "1", "apply_method": "immediate"}
    preload = {
        "name": "shared_preload_libraries",
        "value": "pgaudit",
        "apply_method": "pending-reboot",
    }
    group = world.make(
        RDS_CLUSTER_PARAMETER_GROUP,
        name="roundtrip",
        family="aurora-postgresql16",
        description="For tests",
        parameters=[force_ssl, preload],
        tags=TAGS,
    )
    assert_shown(world, group)
    world.change(group, parameters=[{**force_ssl, "value": "0"}])
    assert_shown(world, group)
    world.change(group, parameters=[], tags={"Project": "roundtrip", "Environment": "test"})
    assert_shown(world, group)
    assert_gone(world, group)


def test_cluster_and_instances_show_what_was_declared_and_changed(world: World) -> None:
    key, secrets_key = _key(world), _key(world)
    subnets = world.make(RDS_SUBNET_GROUP, name="cluster", subnet_ids=_subnets(world))
    parameters = world.make(
        RDS_CLUSTER_PARAMETER_GROUP, name="cluster", family="aurora-postgresql16"
    )
    groups = world.cloud.client("ec2").describe_security_groups()["SecurityGroups"]
    cluster = _cluster(
        world,
        port=5433,
        storage_encrypted=True,
        kms_key_id=key,
        master_user_secret_kms_key_id=secrets_key,
        iam_database_authentication_enabled=True,
        db_subnet_group_name=subnets["name"],
        db_cluster_parameter_group_name=parameters["name"],
        vpc_security_group_ids=[groups[0]["GroupId"]],
        enabled_cloudwatch_logs_exports=["postgresql"],
        backup_retention_period=7,
        preferred_backup_window="03:00-04:00",
        preferred_maintenance_window="sun:04:30-sun:05:30",
        copy_tags_to_snapshot=True,
        apply_immediately=True,
    )
    assert_shown(world, cluster, hidden=CLUSTER_HIDDEN)
    assert cluster["endpoint"] != cluster["reader_endpoint"]
    assert cluster["cluster_resource_id"].startswith("cluster-")
    assert cluster["master_user_secrets"][0]["secret_arn"].startswith("arn:aws:secretsmanager:")
    first, second = (
        world.make(
            RDS_CLUSTER_INSTANCE,
            identifier=f"roundtrip-{number}",
            cluster_identifier=cluster.id,
            engine="aurora-postgresql",
            engine_version=cluster["engine_version"],
            instance_class="db.r5.large",
            availability_zone=f"us-east-1{zone}",
            promotion_tier=number,
            db_subnet_group_name=subnets["name"],
            publicly_accessible=False,
            ca_cert_identifier="rds-ca-rsa2048-g1",
            copy_tags_to_snapshot=True,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=key,
            performance_insights_retention_period=7,
            monitoring_interval=60,
            monitoring_role_arn="arn:aws:iam::123456789012:role/monitoring",
            preferred_maintenance_window="sun:04:30-sun:05:30",
            apply_immediately=True,
            tags=TAGS,
        )
        for number, zone in enumerate("ab")
    )
    assert_shown(world, first, hidden=INSTANCE_HIDDEN)
    assert_shown(world, second, hidden=INSTANCE_HIDDEN)
    assert (first["writer"], second["writer"]) == (True, False)
    assert first["dbi_resource_id"] != second["dbi_resource_id"]

    world.change(
        cluster,
        backup_retention_period=14,
        deletion_protection=True,
        iam_database_authentication_enabled=False,
        enabled_cloudwatch_logs_exports=["postgresql", "instance"],
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, cluster, hidden=CLUSTER_HIDDEN)
    world.change(second, instance_class="db.r5.xlarge", monitoring_interval=30, promotion_tier=5)
    assert_shown(world, second, hidden=INSTANCE_HIDDEN)

    assert_gone(world, first)
    assert_gone(world, second)
    with pytest.raises(EmbeddedError, match="protect"):
        world.delete(cluster)
    world.change(cluster, deletion_protection=False)
    assert_gone(world, cluster)
    assert_gone(world, parameters)
    assert_gone(world, subnets)


def test_cluster_without_settings_shows_the_defaults(world: World) -> None:
    cluster = _cluster(world, cluster_identifier=None)
    assert_shown(world, cluster, hidden=CLUSTER_HIDDEN)
    assert_gone(world, cluster)


def test_cluster_is_deleted_only_after_the_final_snapshot_is_named(world: World) -> None:
    cluster = _cluster(world, cluster_identifier="kept", skip_final_snapshot=False)
    with pytest.raises(EmbeddedError, match="FinalDBSnapshotIdentifier"):
        world.delete(cluster)
    world.change(cluster, final_snapshot_identifier="kept-final")
    assert_gone(world, cluster)
    snapshots = world.cloud.client("rds").describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert [s["DBClusterSnapshotIdentifier"] for s in snapshots] == ["kept-final"]


def test_automated_backups_outlive_the_cluster_only_when_they_are_to(world: World) -> None:
    rds = world.cloud.client("rds")
    for keep in (False, True):
        cluster = _cluster(world, cluster_identifier="backed-up", delete_automated_backups=not keep)
        assert_gone(world, cluster)
        answer = rds.describe_db_cluster_snapshots(SnapshotType="automated")
        assert bool(answer["DBClusterSnapshots"]) is keep
