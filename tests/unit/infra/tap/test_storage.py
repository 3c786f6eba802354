from __future__ import annotations

import json

import pytest

from stackproof.types.tokens import (
    S3_BUCKET,
    S3_ENCRYPTION,
    S3_LIFECYCLE,
    S3_REPLICATION,
    S3_VERSIONING,
)
from tests.unit.infra.program import ACCOUNT, Deployment
from tests.unit.infra.tap.conftest import Configured

NAMES = ("data", "logs", "backup")
PARTS = (
    S3_BUCKET,
    S3_VERSIONING,
    S3_ENCRYPTION,
    S3_LIFECYCLE,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
)


def _arn(name: str) -> str:
    return f"arn:aws:s3:::tap-{name}-production-{ACCOUNT}"


@pytest.mark.requirement("2.5")
@pytest.mark.parametrize("name", NAMES)
def test_buckets_are_encrypted_by_s3_versioned_and_private(
    deployment: Deployment, name: str
) -> None:
    (rule,) = deployment.only(S3_ENCRYPTION, name)["rules"]
    assert rule["apply_server_side_encryption_by_default"]["sse_algorithm"] == "AES256"
    versioning = deployment.only(S3_VERSIONING, name)["versioning_configuration"]
    assert versioning["status"] == "Enabled"
    block = deployment.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name)
    assert [value for key, value in block.inputs.items() if key != "bucket"] == [True] * 4


@pytest.mark.requirement("2.5")
def test_log_objects_expire_after_90_days_and_data_never(deployment: Deployment) -> None:
    def expiration(name: str) -> object:
        (rule,) = deployment.only(S3_LIFECYCLE, name)["rules"]
        assert rule["status"] == "Enabled"
        return rule.get("expiration")

    assert expiration("logs") == {"days": 90}
    assert expiration("data") is None
    assert expiration("backup") is None


def test_all_of_the_backup_bucket_is_in_the_backup_region(deployment: Deployment) -> None:
    assert {deployment.only(part, "backup").region for part in PARTS} == {"us-west-2"}


def test_nothing_else_is_in_the_backup_region(deployment: Deployment) -> None:
    away = {(r.type, r.name) for r in deployment.custom if r.region != "us-east-1"}
    assert away == {(part, "backup") for part in PARTS}


def test_backup_region_follows_the_settings(configured: Configured) -> None:
    deployment = configured(backup_region="eu-west-1")
    assert deployment.only(S3_BUCKET, "backup").region == "eu-west-1"
    assert deployment.outputs["backup_region"] == "eu-west-1"


def test_data_is_copied_to_the_backup_bucket(deployment: Deployment) -> None:
    config = deployment.only(S3_REPLICATION)
    assert config["bucket"] == "Bucket-data"
    assert config["role"].endswith("/tap-replication-production")
    (rule,) = config["rules"]
    assert rule["status"] == "Enabled"
    assert rule["filter"] == {"prefix": ""}
    assert rule["destination"] == {"bucket": _arn("backup")}
    assert rule["delete_marker_replication"] == {"status": "Disabled"}
    assert config.region == "us-east-1"


def test_replication_waits_for_both_versionings(deployment: Deployment) -> None:
    waits = deployment.only(S3_REPLICATION).depends_on
    versionings = {urn.split("::")[-1] for urn in waits if S3_VERSIONING in urn}
    assert versionings == {"data", "backup"}


def test_replication_role_may_copy_these_two_buckets_only(deployment: Deployment) -> None:
    role = deployment.only("aws:iam/role:Role", "replication")
    (trust,) = role.policy("assume_role_policy")
    assert trust["Principal"] == {"Service": "s3.amazonaws.com"}
    statements = deployment.only("aws:iam/rolePolicy:RolePolicy", "replication").policy()
    assert {(s["Resource"], tuple(s["Action"])) for s in statements} == {
        (_arn("data"), ("s3:GetReplicationConfiguration", "s3:ListBucket")),
        (
            f"{_arn('data')}/*",
            (
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionTagging",
            ),
        ),
        (f"{_arn('backup')}/*", ("s3:ReplicateObject", "s3:ReplicateTags")),
    }


def test_without_replication_there_is_neither_copy_nor_backup_bucket(
    switched_off: Deployment,
) -> None:
    assert switched_off.all(S3_REPLICATION) == []
    assert {bucket.name for bucket in switched_off.all(S3_BUCKET)} == {"data", "logs"}
    assert {resource.region for resource in switched_off.custom} == {"us-east-1"}
    made = {name: v for name, v in switched_off.outputs.items() if name != "settings"}
    assert "us-west-2" not in json.dumps(made)


def test_requests_for_data_are_written_down_in_the_logs(deployment: Deployment) -> None:
    (said,) = deployment.all("aws:s3/bucketLogging:BucketLogging")
    assert (said["bucket"], said["target_bucket"]) == ("Bucket-data", "Bucket-logs")
    (delivery,) = (
        statement
        for statement in deployment.only("aws:s3/bucketPolicy:BucketPolicy", "logs").policy()
        if statement["Effect"] == "Allow"
    )
    assert delivery["Principal"] == {"Service": ["logging.s3.amazonaws.com"]}
    assert f"{_arn('logs')}/{said['target_prefix']}x".startswith(delivery["Resource"][:-1])
