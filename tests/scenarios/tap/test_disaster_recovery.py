"""A region is lost, or somebody deletes the data: a copy is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from stackproof.model import Block, Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import may
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types import tokens
from tests.scenarios.conftest import RoleStatements
from tests.scenarios.tap.conftest import BACKUP

pytestmark = [pytest.mark.disaster_recovery, pytest.mark.blueprint("tap")]
copied = pytest.mark.settings(enable_cross_region_replication=True)


@pytest.fixture(scope="session")
def replication(buckets: Mapping[str, Resource], live: Stack) -> Resource:
    """Give how the data bucket is copied."""
    (found,) = live.seen_referrers(buckets["data"], tokens.S3_REPLICATION, "bucket")
    return found


@pytest.fixture(scope="session")
def rule(replication: Resource, buckets: Mapping[str, Resource]) -> Block:
    """Give the rule by which the data bucket is copied to its backup, whatever others there are."""
    arn = buckets["backup"].arn
    found = [r for r in replication.blocks("rules") if r.get("destination.bucket") == arn]
    assert found, f"no rule copies the data to {arn}"
    return found[0]


@pytest.fixture(scope="session")
def role(replication: Resource, live: Stack) -> Resource:
    """Give the role that S3 copies with."""
    found = live.follow_one(replication, "role", tokens.IAM_ROLE)
    assert found is not None
    return found


@pytest.mark.requirement("2.5")
@copied
def test_the_copy_is_in_another_region(
    buckets: Mapping[str, Resource], outputs: Outputs, run_facts: Snapshot
) -> None:
    """Data is in the stack's region, its backup in the one it was told; both were looked at.

    A copy in the same region is lost with it.
    """
    here, there = outputs["region"], outputs.settings["backup_region"]
    assert here != there
    assert outputs["backup_region"] == there
    assert run_facts.regions == (here, there)
    assert {use: bucket.region for use, bucket in buckets.items()} == {
        "data": here,
        "logs": here,
        "backup": there,
    }


@pytest.mark.requirement("2.1", "2.5")
@copied
def test_every_new_object_is_copied(
    rule: Block, buckets: Mapping[str, Resource], outputs: Outputs
) -> None:
    """An enabled rule without a filter copies the data bucket to the existing backup bucket.

    A disabled rule, a prefix or a bucket that is gone shows only on the day of the restore.
    """
    assert rule["status"] == "Enabled"
    assert rule.get("filter.prefix") in (None, "")
    assert rule.get("filter.tag") is None
    assert rule.get("filter.and") is None
    assert buckets["backup"].region == outputs.settings["backup_region"]


@pytest.mark.requirement("2.5")
@copied
def test_deletions_are_not_copied(rule: Block) -> None:
    """What is deleted in the data bucket stays in the backup.

    Otherwise the backup repeats the mistake that it is for.
    """
    assert rule.get("delete_marker_replication.status") == "Disabled"


@pytest.mark.requirement("2.5")
@pytest.mark.parametrize("name", ["data", BACKUP])
def test_both_buckets_keep_versions(
    name: str, buckets: Mapping[str, Resource], live: Stack
) -> None:
    """Data and backup keep earlier versions; S3 copies between versioned buckets only.

    With versioning suspended on either side copies stop, and the rule still says Enabled.
    """
    (versioning,) = live.seen_referrers(buckets[name], tokens.S3_VERSIONING, "bucket")
    assert versioning.get("versioning_configuration.status") == "Enabled"


@pytest.mark.requirement("2.5")
@copied
def test_s3_may_copy(
    role: Resource, role_statements: RoleStatements, buckets: Mapping[str, Resource]
) -> None:
    """The role may read the data with its tags, and write copies of it to the backup.

    One missing action, and every copy fails without an error that anybody sees.
    """
    allowed = role_statements(role)
    data, backup = buckets["data"].arn, buckets["backup"].arn
    for action, resource in (
        ("s3:GetReplicationConfiguration", data),
        ("s3:ListBucket", data),
        ("s3:GetObjectVersionForReplication", f"{data}/a"),
        ("s3:GetObjectVersionAcl", f"{data}/a"),
        ("s3:GetObjectVersionTagging", f"{data}/a"),
        ("s3:ReplicateObject", f"{backup}/a"),
        ("s3:ReplicateTags", f"{backup}/a"),
    ):
        assert may(allowed, action, str(resource)), action


@pytest.mark.requirement("2.5")
@copied
def test_s3_may_copy_nothing_else(
    role: Resource, role_statements: RoleStatements, buckets: Mapping[str, Resource]
) -> None:
    """The role neither reads other buckets nor writes or deletes anywhere but in the backup.

    A role that copies anything anywhere is the quietest way to carry data out.
    """
    allowed = role_statements(role)
    data, backup, logs = (buckets[name].arn for name in ("data", "backup", "logs"))
    for action in ("s3:ReplicateObject", "s3:ReplicateTags"):
        for other in (data, logs, "arn:aws:s3:::somebody-elses"):
            assert not may(allowed, action, f"{other}/a"), (action, other)
    for other in (backup, logs, "arn:aws:s3:::somebody-elses"):
        assert not may(allowed, "s3:GetObjectVersionForReplication", f"{other}/a"), other
    for action in ("s3:ReplicateDelete", "s3:DeleteObject", "s3:PutObject", "s3:GetObject"):
        for bucket in (data, backup):
            assert not may(allowed, action, f"{bucket}/a"), (action, bucket)


@pytest.mark.requirement("2.5")
@copied
def test_only_s3_takes_the_role(role: Resource) -> None:
    """S3 is the only principal that the replication role trusts.

    Whoever else may take it reads the data with it.
    """
    (trust,) = role.document("assume_role_policy")["Statement"]
    assert trust["Principal"] == {"Service": "s3.amazonaws.com"}
    assert trust["Action"] == "sts:AssumeRole"


@pytest.mark.settings(enable_cross_region_replication=False)
def test_nothing_is_copied_where_copying_is_switched_off(
    buckets: Mapping[str, Resource], live: Stack
) -> None:
    """Without replication no bucket is copied anywhere, and there is no bucket for copies.

    Data that must not leave its region leaves it by a rule that somebody forgot.
    """
    assert buckets.keys() == {"data", "logs"}
    for bucket in buckets.values():
        assert not live.seen_referrers(bucket, tokens.S3_REPLICATION, "bucket"), bucket.name
