"""RDS: instances outside of clusters and parameter groups made, changed, read back, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import RDS_INSTANCE, RDS_PARAMETER_GROUP, RDS_SUBNET_GROUP
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

HIDDEN = (
    "apply_immediately",
    "delete_automated_backups",
    "final_snapshot_identifier",
    "password",
    "skip_final_snapshot",
)


def _instance(world: World, **settings: Any) -> Made:
    wanted: dict[str, Any] = {
        "engine": "mysql",
        "engine_version": "8.0.40",
        "instance_class": "db.m6g.large",
        "allocated_storage": 50,
        "username": "administrator",
        "manage_master_user_password": True,
        "skip_final_snapshot": True,
        "tags": TAGS,
    }
    return world.make(RDS_INSTANCE, **{**wanted, **settings})


def test_parameter_group_shows_what_was_declared_and_changed(world: World) -> None:
    tls = {"name": "require_secure_transport", "value": "1", "apply_method": "immediate"}
    utf8 = {"name": "character_set_server", "value": "utf8mb4", "apply_method": "pending-reboot"}
    group = world.make(
        RDS_PARAMETER_GROUP, name="mysql", family="mysql8.0", parameters=[tls, utf8], tags=TAGS
    )
    assert_shown(world, group, hidden=("skip_destroy",))
    world.change(group, parameters=[{**tls, "value": "0"}], tags={**TAGS, "More": "1"})
    assert_shown(world, group, hidden=("skip_destroy",))
    assert_gone(world, group)


def test_instance_shows_what_was_declared_and_changed(world: World) -> None:
    key, secrets_key = (str(world.make("aws:kms/key:Key")["arn"]) for _ in range(2))
    ec2 = world.cloud.client("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    group = world.make(RDS_SUBNET_GROUP, name="instance", subnet_ids=subnets)
    settings = world.make(RDS_PARAMETER_GROUP, name="instance", family="mysql8.0")
    instance = _instance(
        world,
        identifier="instance",
        db_name="nova",
        port=3307,
        multi_az=True,
        storage_type="gp3",
        max_allocated_storage=200,
        storage_encrypted=True,
        kms_key_id=key,
        master_user_secret_kms_key_id=secrets_key,
        db_subnet_group_name=group["name"],
        parameter_group_name=settings["name"],
        vpc_security_group_ids=[ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]],
        backup_retention_period=14,
        backup_window="03:00-04:00",
        maintenance_window="sun:04:30-sun:05:30",
        copy_tags_to_snapshot=True,
        iam_database_authentication_enabled=True,
        enabled_cloudwatch_logs_exports=["error", "slowquery"],
        performance_insights_enabled=True,
        performance_insights_kms_key_id=key,
        performance_insights_retention_period=7,
        monitoring_interval=60,
        monitoring_role_arn=world.cloud.arn("iam", "role/monitoring", ""),
        ca_cert_identifier="rds-ca-rsa2048-g1",
        apply_immediately=True,
    )
    assert instance.id == instance["resource_id"]
    assert instance["endpoint"] == f"{instance['address']}:3307"
    assert instance["master_user_secrets"][0]["secret_arn"].startswith("arn:aws:secretsmanager:")
    assert_shown(world, instance, hidden=HIDDEN)
    world.change(
        instance,
        allocated_storage=100,
        backup_retention_period=30,
        deletion_protection=True,
        enabled_cloudwatch_logs_exports=["error", "audit"],
        iam_database_authentication_enabled=False,
        instance_class="db.m6g.xlarge",
        multi_az=False,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, instance, hidden=HIDDEN)
    with pytest.raises(EmbeddedError, match="protect"):
        world.delete(instance)
    world.change(instance, deletion_protection=False)
    assert_gone(world, instance)
    assert_gone(world, settings)


def test_instance_without_settings_shows_the_defaults(world: World) -> None:
    instance = _instance(world)
    assert_shown(world, instance, hidden=HIDDEN)
    assert instance["publicly_accessible"] is False
    assert_gone(world, instance)


def test_instance_keeps_its_id_under_a_new_name(world: World) -> None:
    instance = _instance(world, identifier="before")
    world.change(instance, identifier="after")
    assert_shown(world, instance, hidden=HIDDEN)
    assert instance["address"].startswith("after.")
    assert_gone(world, instance)


def test_instance_is_deleted_only_after_the_final_snapshot_is_named(world: World) -> None:
    instance = _instance(world, identifier="kept", skip_final_snapshot=False)
    with pytest.raises(EmbeddedError, match="FinalDBSnapshotIdentifier"):
        world.delete(instance)
    world.change(instance, final_snapshot_identifier="kept-final")
    assert_gone(world, instance)
    snapshots = world.cloud.client("rds").describe_db_snapshots(SnapshotType="manual")
    assert "kept-final" in [s["DBSnapshotIdentifier"] for s in snapshots["DBSnapshots"]]


def test_instance_made_of_another_is_refused_in_one_sentence(world: World) -> None:
    with pytest.raises(EmbeddedError, match="snapshot_identifier is not available"):
        _instance(world, snapshot_identifier="somewhere")
