"""Backup, failover and restore: what is lost, and how long it takes."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.recovery import aurora_data_loss, aurora_zone_loss, window
from stackproof.types import tokens
from tests.scenarios.scalepayments.expected import Expected

pytestmark = [pytest.mark.disaster_recovery, pytest.mark.blueprint("scalepayments")]


@pytest.mark.requirement("3.7", "3.17")
def test_database_keeps_backups_as_long_as_promised(database: Resource, expected: Expected) -> None:
    """Aurora keeps as many days of backups as the environment's column says, at least.

    A mistake that is found on day eight needs more than seven days of history.
    """
    assert int(database["backup_retention_period"]) >= expected.backup_days


def test_restore_loses_minutes_at_most(database: Resource) -> None:
    """Any moment up to the last five minutes can be restored.

    Five minutes of payments can be asked for again; a day of them cannot.
    """
    lost = aurora_data_loss(int(database["backup_retention_period"])).rpo
    assert lost is not None
    assert lost.total_seconds() <= 300


@pytest.mark.environments("staging", "prod")
def test_zone_outage_costs_a_minute(instances: tuple[Resource, ...]) -> None:
    """With its instances over zones Aurora is back about a minute after a zone is lost.

    The service agreement allows four minutes a month.
    """
    lost = aurora_zone_loss(len({instance["availability_zone"] for instance in instances}))
    assert lost.rto is not None
    assert lost.rto.total_seconds() <= 60


def test_backups_are_not_taken_during_maintenance(database: Resource) -> None:
    """The backup window and the maintenance window do not overlap.

    AWS refuses or delays the one for the other, and the missing backup shows when it is needed.
    """
    backup = window(database["preferred_backup_window"])
    assert not backup.overlaps(window(database["preferred_maintenance_window"]))


def test_backups_are_encrypted_and_tagged(database: Resource) -> None:
    """Snapshots inherit the cluster's encryption and its tags.

    A restored database without tags belongs to nobody, is found by no rule, and stays for ever.
    """
    assert database["storage_encrypted"] is True
    assert database["copy_tags_to_snapshot"] is True


@pytest.mark.requirement("3.11")
@pytest.mark.environments("prod")
def test_production_data_cannot_be_deleted_in_passing(database: Resource, alb: Resource) -> None:
    """Deleting production's database or load balancer takes a step that says so.

    `pulumi destroy` in the wrong window is the most common disaster of all.
    """
    assert database["deletion_protection"] is True
    assert alb["enable_deletion_protection"] is True


@pytest.mark.requirement("3.11")
@pytest.mark.environments("dev", "staging")
def test_test_environments_can_be_taken_down(database: Resource) -> None:
    """Dev and staging can be destroyed and rebuilt without a manual step.

    The rebuild is the rehearsal of the restore.
    """
    assert database["deletion_protection"] is False


@pytest.mark.environments("staging", "prod")
def test_redis_can_be_restored_from_a_snapshot(redis: Resource) -> None:
    """Redis is copied every day, and its copies are kept for some days.

    Idempotency keys that are lost let a payment be taken twice.
    """
    assert int(redis["snapshot_retention_limit"]) >= 1
    assert window(redis["snapshot_window"])


def test_keys_cannot_vanish_before_somebody_notices(live: Stack, outputs: Outputs) -> None:
    """Every key that data depends on is enabled.

    Data whose key is gone is gone, backups included.
    """
    for concern in ("database", "cache", "secrets", "logs"):
        key = live.look_up(outputs[f"{concern}_kms_key_arn"], tokens.KMS_KEY)
        assert key is not None, f"the {concern} key does not exist or awaits its deletion"
        assert key["is_enabled"] is True


def test_versions_of_stored_objects_are_kept(live: Stack) -> None:
    """Every bucket keeps earlier versions of its objects.

    What ransomware or a bad script overwrites can be taken back.
    """
    for bucket in live.all(tokens.S3_BUCKET):
        (versioning,) = live.seen_referrers(bucket, tokens.S3_VERSIONING, "bucket")
        assert versioning.get("versioning_configuration.status") == "Enabled", bucket.name
