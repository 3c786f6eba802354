"""Data is deleted, damaged or encrypted, or the region is lost: there is a way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from stackproof.model import Block, Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import matches, may, statements
from stackproof.reasoning.recovery import window
from stackproof.types import tokens
from tests.scenarios.conftest import Named, RoleStatements
from tests.scenarios.nova.expected import BACKUP_WINDOW, CRITICAL_BUCKETS, MAINTENANCE_WINDOW

pytestmark = [pytest.mark.disaster_recovery, pytest.mark.blueprint("nova")]

Copying = Callable[[str], tuple[Resource, list[Block]]]

_TAG = "aws:ResourceTag/"


def chosen(selection: Resource, arn: str, tags: Mapping[str, str]) -> bool:
    """Tell whether a selection of ARN patterns and tag conditions chooses a resource."""
    assert not selection.values("selection_tags")
    wanted = {
        str(pair["key"]).removeprefix(_TAG): pair["value"]
        for conditions in selection.blocks("conditions")
        for pair in conditions.blocks("string_equals")
    }
    named = any(matches(p, arn, any_case=False) for p in selection.values("resources"))
    kept_out = any(matches(p, arn, any_case=False) for p in selection.values("not_resources"))
    return named and not kept_out and wanted.items() <= tags.items()


@pytest.fixture(scope="session")
def selection(named: Named, live: Stack) -> Resource:
    """Give what the backup plan backs up: the first of its selections that names the database."""
    plan = named("backup_plan_arn", tokens.BACKUP_PLAN)
    found = [s for s in live.all(tokens.BACKUP_SELECTION) if s["plan_id"] == plan.id]
    assert found, "the plan backs nothing up"
    return found[0]


@pytest.fixture(scope="session")
def copying(named: Named, live: Stack) -> Copying:
    """Give how a critical bucket is copied, and the rules that copy it to its copy."""

    def of(name: str) -> tuple[Resource, list[Block]]:
        bucket = named(f"{name}_bucket_name", tokens.S3_BUCKET)
        copy = named(f"{name}_replica_bucket_name", tokens.S3_BUCKET)
        (config,) = live.seen_referrers(bucket, tokens.S3_REPLICATION, "bucket")
        rules = [r for r in config.blocks("rules") if r.get("destination.bucket") == copy.arn]
        assert rules, f"no rule copies {name} to {copy.id}"
        return config, rules

    return of


@pytest.mark.requirement("1.1", "1.7")
@pytest.mark.parametrize("name", CRITICAL_BUCKETS)
def test_critical_data_is_copied_to_the_other_region(
    name: str, outputs: Outputs, named: Named, copying: Copying
) -> None:
    """Each critical bucket has an enabled rule for all of it, to a bucket in the other region.

    A rule to a bucket next door copies faithfully, and is lost with the region.
    """
    _, rules = copying(name)
    whole = [rule for rule in rules if rule.get("filter.prefix") in (None, "")]
    assert "Enabled" in [rule["status"] for rule in whole if not rule.get("filter.tag")]
    copy = named(f"{name}_replica_bucket_name", tokens.S3_BUCKET)
    assert copy.region == outputs.settings["cross_region_replication_region"]


@pytest.mark.requirement("1.7")
@pytest.mark.parametrize("name", CRITICAL_BUCKETS)
def test_encrypted_objects_are_copied_under_a_key_of_the_other_region(
    name: str, outputs: Outputs, named: Named, copying: Copying
) -> None:
    """Objects under KMS are chosen for copying, and encrypted anew with the other region's key.

    Left out of the rule they are skipped without a word; under the old key they are unreadable
    on the one day that counts.
    """
    _, (rule, *_) = copying(name)
    assert rule.get("source_selection_criteria.sse_kms_encrypted_objects.status") == "Enabled"
    used = rule.text("destination.encryption_configuration.replica_kms_key_id")
    assert used == outputs["replica_kms_key_arn"]
    key = named("replica_kms_key_arn", tokens.KMS_KEY)
    assert key.region == outputs["replication_region"]
    assert key["is_enabled"] is not False


@pytest.mark.parametrize("name", CRITICAL_BUCKETS)
def test_deletions_are_not_copied(name: str, copying: Copying) -> None:
    """What is deleted in a critical bucket stays in its copy.

    Otherwise the copy repeats the mistake that it is for.
    """
    for rule in copying(name)[1]:
        assert rule.get("delete_marker_replication.status") == "Disabled"


@pytest.mark.requirement("1.7")
@pytest.mark.parametrize("name", CRITICAL_BUCKETS)
def test_the_copying_role_may_copy_and_nothing_else(
    name: str, outputs: Outputs, copying: Copying, live: Stack, role_statements: RoleStatements
) -> None:
    """The role reads this bucket, writes its copy, uses the two keys; nothing else, nobody else.

    A role that copies anything anywhere is the quietest way to carry data out.
    """
    config, _ = copying(name)
    (role,) = live.follow(config, "role", tokens.IAM_ROLE)
    (trust,) = role.document("assume_role_policy")["Statement"]
    assert trust["Principal"] == {"Service": "s3.amazonaws.com"}
    allowed = role_statements(role)
    source, copy, other = (
        f"arn:aws:s3:::{bucket}/a"
        for bucket in (
            outputs[f"{name}_bucket_name"],
            outputs[f"{name}_replica_bucket_name"],
            outputs["access_logs_bucket_name"],
        )
    )
    assert may(allowed, "s3:GetObjectVersionForReplication", source)
    assert may(allowed, "s3:ReplicateObject", copy)
    assert may(allowed, "kms:Decrypt", outputs["storage_kms_key_arn"])
    assert may(allowed, "kms:Encrypt", outputs["replica_kms_key_arn"])
    assert not may(allowed, "kms:Decrypt", outputs["database_kms_key_arn"])
    for arn in (source, other):
        assert not may(allowed, "s3:ReplicateObject", arn)
    for arn in (source, copy, other):
        for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ReplicateDelete"):
            assert not may(allowed, action, arn), (action, arn)


@pytest.mark.requirement("1.1", "1.8")
def test_database_backups_are_kept_as_configured(database: Resource, outputs: Outputs) -> None:
    """RDS keeps automated backups, from which any second can be had back, as long as configured.

    What was damaged is often noticed only after weeks.
    """
    days = int(outputs.settings["db_backup_retention_days"])
    assert int(database["backup_retention_period"]) >= days >= 1


@pytest.mark.requirement("1.8")
def test_backups_are_made_before_maintenance(database: Resource) -> None:
    """Backups are made in the planned window, and upgrades in the one that follows it.

    An upgrade that goes wrong is then an hour away from its backup, and nobody is at work on it.
    """
    backup, upkeep = window(database["backup_window"]), window(database["maintenance_window"])
    assert (backup, upkeep) == (window(BACKUP_WINDOW), window(MAINTENANCE_WINDOW))


def test_database_cannot_be_deleted_by_mistake(database: Resource) -> None:
    """Deletion protection is on, and snapshots carry the tags that they are found by.

    One wrong destroy is otherwise the end of all records.
    """
    assert database["deletion_protection"] is True
    assert database["copy_tags_to_snapshot"] is True


@pytest.mark.requirement("1.1", "1.9")
def test_a_backup_is_made_every_day_and_kept_as_configured(
    backup_rule: Block, outputs: Outputs
) -> None:
    """The plan runs every day of the year, keeps what it makes as configured, and says so once.

    A weekly backup loses a week.
    """
    fields = str(backup_rule["schedule"]).removeprefix("cron(").removesuffix(")").split()
    minute, hour, *days = fields
    assert minute.isdigit()
    assert hour.isdigit()
    assert set(days) <= {"*", "?"}
    days_kept = int(outputs.settings["db_backup_retention_days"])
    assert int(backup_rule.get("lifecycle.delete_after")) >= days_kept


@pytest.mark.requirement("1.9")
def test_backups_cover_the_database(selection: Resource, database: Resource) -> None:
    """The plan's selection chooses the database, by its ARN and its tags.

    A plan that chooses nothing succeeds every night.
    """
    assert chosen(selection, str(database.arn), database["tags"])


@pytest.mark.requirement("1.9")
def test_backups_cover_the_volumes_of_the_instances(
    selection: Resource, template: Resource, outputs: Outputs
) -> None:
    """The selection chooses every volume that the launch template starts, by the tags it gives.

    Volumes come and go with the instances: only tags can name them.
    """
    arn = f"arn:aws:ec2:{outputs['region']}:{outputs['account_id']}:volume/vol-1"
    (tags,) = (
        given["tags"]
        for given in template.blocks("tag_specifications")
        if given["resource_type"] == "volume"
    )
    assert chosen(selection, arn, tags)
    assert not chosen(selection, arn, {**tags, "Project": "another"})


def test_backups_are_copied_to_the_other_region(
    backup_rule: Block, outputs: Outputs, named: Named
) -> None:
    """Every backup is copied to an encrypted vault in the replication region.

    A backup in the lost region is lost.
    """
    vault = named("backup_replica_vault_arn", tokens.BACKUP_VAULT)
    copies = backup_rule.blocks("copy_actions")
    assert vault.arn in [copy["destination_vault_arn"] for copy in copies]
    assert vault.region == outputs["replication_region"]
    assert vault["kms_key_arn"] == outputs["replica_kms_key_arn"]


@pytest.mark.parametrize("name", ["backup_vault", "backup_replica_vault"])
def test_backups_cannot_be_deleted_by_hand(name: str, named: Named, live: Stack) -> None:
    """The vaults are encrypted, and their policies refuse everybody the deletion of backups.

    Who encrypts a company's data for ransom deletes its backups first.
    """
    vault = named(f"{name}_arn", tokens.BACKUP_VAULT)
    assert vault["kms_key_arn"]
    (policy,) = (
        p
        for p in live.all(tokens.BACKUP_VAULT_POLICY)
        if p["backup_vault_name"] == vault["name"] and p.region == vault.region
    )
    spoken = statements(policy.document("policy"))
    assert not may(spoken, "backup:DeleteRecoveryPoint", str(vault.arn))
    assert any(not s.allows and s.acts("backup:DeleteRecoveryPoint") for s in spoken)


@pytest.mark.parametrize(
    "name", ["database", "storage", "volumes", "backup", "secrets", "logs", "replica"]
)
def test_keys_can_be_brought_back(name: str, named: Named) -> None:
    """Each key that data depends on is enabled and rotates.

    Data whose key is gone is gone, however many copies there are.
    """
    key = named(f"{name}_kms_key_arn", tokens.KMS_KEY)
    assert key["is_enabled"] is not False
    assert key["enable_key_rotation"] is True
