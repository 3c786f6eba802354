from __future__ import annotations

from typing import Any

import pytest

from stackproof.types.tokens import S3_ENCRYPTION, S3_REPLICATION
from tests.unit.infra.facts import listed, permissions
from tests.unit.infra.nova.conftest import STACK
from tests.unit.infra.program import (
    ACCOUNT,
    PROJECT,
    Declared,
    Deployment,
    run_program,
    stack_config,
)

BUCKETS = ("data", "artifacts", "data-replica", "artifacts-replica", "access-logs")
CRITICAL = ("data", "artifacts")


def _key(bucket: str) -> str:
    return "replica_kms_key_arn" if bucket.endswith("replica") else "storage_kms_key_arn"


def test_exactly_these_buckets_are_made(nova: Deployment) -> None:
    buckets = {bucket.name: bucket["bucket"] for bucket in nova.all("aws:s3/bucket:Bucket")}
    assert buckets == {name: f"nova-prod-{name}-{ACCOUNT}" for name in (*BUCKETS, "audit")}


@pytest.mark.requirement("1.7", "1.13")
@pytest.mark.parametrize("name", BUCKETS[:4])
def test_critical_buckets_and_their_copies_are_encrypted_with_our_keys(
    nova: Deployment, name: str
) -> None:
    (rule,) = nova.only(S3_ENCRYPTION, name)["rules"]
    default = rule["apply_server_side_encryption_by_default"]
    assert default["sse_algorithm"] == "aws:kms"
    assert default["kms_master_key_id"] == nova.outputs[_key(name)]


def test_load_balancers_can_write_to_the_access_log_bucket(nova: Deployment) -> None:
    # Elastic Load Balancing writes to buckets with S3's own keys only.
    (rule,) = nova.only(S3_ENCRYPTION, "access-logs")["rules"]
    assert rule["apply_server_side_encryption_by_default"] == {"sse_algorithm": "AES256"}


@pytest.mark.requirement("1.7", "1.13")
@pytest.mark.parametrize("name", BUCKETS)
def test_every_bucket_is_versioned_and_private_and_wants_tls(nova: Deployment, name: str) -> None:
    versioning = nova.only("aws:s3/bucketVersioning:BucketVersioning", name)
    assert versioning["versioning_configuration"]["status"] == "Enabled"
    block = nova.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name)
    assert all(
        block[setting]
        for setting in (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        )
    )
    deny = nova.only("aws:s3/bucketPolicy:BucketPolicy", name).policy()[0]
    assert (deny["Effect"], deny["Action"]) == ("Deny", "s3:*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("name", CRITICAL)
def test_critical_buckets_are_copied_with_their_encrypted_objects(
    nova: Deployment, name: str
) -> None:
    config = nova.only(S3_REPLICATION, f"{name}-replication")
    assert config["bucket"] == f"Bucket-{name}"
    (rule,) = config["rules"]
    assert rule["status"] == "Enabled"
    assert rule["destination"]["bucket"] == f"arn:aws:s3:::nova-prod-{name}-replica-{ACCOUNT}"
    encryption = rule["destination"]["encryption_configuration"]
    assert encryption["replica_kms_key_id"] == nova.outputs["replica_kms_key_arn"]
    criteria = rule["source_selection_criteria"]
    assert criteria["sse_kms_encrypted_objects"]["status"] == "Enabled"


@pytest.mark.requirement("1.7", "1.13")
@pytest.mark.parametrize(
    ("configured", "region"),
    [("us-east-1", "us-east-1"), ("eu-west-1", "eu-west-1"), (None, "us-east-1")],
)
def test_copies_belong_to_a_provider_of_the_replication_region(
    configured: str | None, region: str
) -> None:
    config = stack_config(STACK)
    del config[f"{PROJECT}:cross_region_replication_region"]
    if configured is not None:
        config[f"{PROJECT}:cross_region_replication_region"] = configured
    deployment = run_program(STACK, config)
    elsewhere = {(r.type, r.name) for r in deployment.custom if r.region == region}
    assert {("aws:s3/bucket:Bucket", f"{name}-replica") for name in CRITICAL} <= elsewhere
    assert ("aws:kms/key:Key", "replica-key") in elsewhere
    assert ("aws:backup/vault:Vault", "backup-vault-replica") in elsewhere
    assert [name for _, name in elsewhere if "replica" not in name] == []
    assert deployment.outputs["replication_region"] == region


@pytest.mark.parametrize("name", CRITICAL)
def test_the_replication_role_may_copy_this_bucket_and_nothing_else(
    nova: Deployment, name: str
) -> None:
    source = f"arn:aws:s3:::nova-prod-{name}-{ACCOUNT}"
    copy = f"arn:aws:s3:::nova-prod-{name}-replica-{ACCOUNT}"
    allowed = permissions(nova, f"{name}-replication")
    buckets = {a: r for a, r in allowed.items() if a.startswith("s3:")}
    assert {resource for resources in buckets.values() for resource in resources} == {
        source,
        f"{source}/*",
        f"{copy}/*",
    }
    assert buckets["s3:ReplicateObject"] == [f"{copy}/*"]
    assert "s3:GetObject" not in buckets
    keys = {a: r for a, r in allowed.items() if a.startswith("kms:")}
    assert keys["kms:Decrypt"] == [nova.outputs["storage_kms_key_arn"]]
    assert keys["kms:Encrypt"] == [nova.outputs["replica_kms_key_arn"]]
    assert allowed.keys() == buckets.keys() | keys.keys()


@pytest.mark.parametrize("name", CRITICAL)
def test_keys_are_used_for_what_is_copied_only(nova: Deployment, name: str) -> None:
    statements = nova.only("aws:iam/rolePolicy:RolePolicy", f"{name}-replication").policy()
    by_sid = {statement["Sid"]: statement["Condition"] for statement in statements[-2:]}
    for sid, bucket, region in (
        ("DecryptObjects", name, "us-west-2"),
        ("EncryptCopies", f"{name}-replica", "us-east-1"),
    ):
        arn = f"arn:aws:s3:::nova-prod-{bucket}-{ACCOUNT}"
        assert by_sid[sid] == {
            "StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": [arn, f"{arn}/*"]},
        }


def _database(nova: Deployment) -> Declared:
    return nova.only("aws:rds/instance:Instance")


@pytest.mark.requirement("1.8", "1.13")
def test_database_is_encrypted_mysql_with_a_standby(nova: Deployment) -> None:
    database = _database(nova)
    assert database["engine"] == "mysql"
    assert database["multi_az"] is True
    assert database["storage_encrypted"] is True
    assert database["kms_key_id"] == nova.outputs["database_kms_key_arn"]
    assert database["publicly_accessible"] is False
    assert database["deletion_protection"] is True
    assert database["final_snapshot_identifier"] == "nova-prod-database-final"


@pytest.mark.requirement("1.8", "1.13")
def test_database_stands_in_isolated_subnets(nova: Deployment) -> None:
    group = nova.only("aws:rds/subnetGroup:SubnetGroup")
    assert group["subnet_ids"] == [f"Subnet-database-{letter}" for letter in "abc"]
    assert _database(nova)["db_subnet_group_name"] == group["name"]
    assert _database(nova)["vpc_security_group_ids"] == ["SecurityGroup-database-security-group"]


@pytest.mark.requirement("1.8")
def test_the_password_is_in_secrets_manager_and_nowhere_else(nova: Deployment) -> None:
    database = _database(nova)
    assert database["manage_master_user_password"] is True
    assert database["master_user_secret_kms_key_id"] == nova.outputs["secrets_kms_key_arn"]
    assert "password" not in database.inputs
    assert not [key for key in stack_config(STACK) if "password" in key]


def test_connections_must_use_modern_tls(nova: Deployment) -> None:
    group = nova.only("aws:rds/parameterGroup:ParameterGroup")
    assert group["family"] == "mysql8.4"
    parameters = {p["name"]: p for p in group["parameters"]}
    assert parameters["require_secure_transport"]["value"] == "1"
    assert parameters["tls_version"]["value"] == "TLSv1.2,TLSv1.3"
    assert parameters["tls_version"]["apply_method"] == "pending-reboot"


@pytest.mark.parametrize("days", ["1", "30", "35"])
def test_backups_are_kept_for_as_long_as_the_stack_says(days: str) -> None:
    config = {**stack_config(STACK), f"{PROJECT}:db_backup_retention_days": days}
    deployment = run_program(STACK, config)
    assert _database(deployment)["backup_retention_period"] == int(days)
    (rule,) = deployment.only("aws:backup/plan:Plan")["rules"]
    assert rule["lifecycle"]["delete_after"] == int(days)
    (copy,) = rule["copy_actions"]
    assert copy["lifecycle"]["delete_after"] == int(days)


def test_maintenance_comes_after_the_backup(nova: Deployment) -> None:
    database = _database(nova)
    assert database["backup_window"] == "03:00-04:00"
    assert database["maintenance_window"] == "sun:04:30-sun:05:30"


@pytest.mark.requirement("1.9", "1.13")
def test_backups_are_made_every_day_in_an_encrypted_vault(nova: Deployment) -> None:
    (rule,) = nova.only("aws:backup/plan:Plan")["rules"]
    assert rule["schedule"] == "cron(0 5 * * ? *)"
    assert rule["target_vault_name"] == "nova-prod-backup-vault"
    vault = nova.only("aws:backup/vault:Vault", "backup-vault")
    assert vault["kms_key_arn"] == nova.outputs["backup_kms_key_arn"]
    replica = nova.only("aws:backup/vault:Vault", "backup-vault-replica")
    assert replica["kms_key_arn"] == nova.outputs["replica_kms_key_arn"]


@pytest.mark.parametrize("name", ["backup-vault", "backup-vault-replica"])
def test_nobody_may_delete_a_backup(nova: Deployment, name: str) -> None:
    (deny,) = nova.only("aws:backup/vaultPolicy:VaultPolicy", name).policy()
    assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")
    assert "backup:DeleteRecoveryPoint" in deny["Action"]


@pytest.mark.requirement("1.9", "1.13")
def test_backups_cover_the_database_and_the_volumes_of_this_stack(nova: Deployment) -> None:
    selection = nova.only("aws:backup/selection:Selection")
    assert selection["resources"] == [
        nova.outputs["database_arn"],
        f"arn:aws:ec2:us-west-2:{ACCOUNT}:volume/*",
    ]
    (conditions,) = selection["conditions"]
    wanted = {c["key"].removeprefix("aws:ResourceTag/"): c["value"] for c in _equal(conditions)}
    assert wanted == {"Environment": "prod", "Project": "nova", "Stack": "nova-prod"}
    template = nova.only("aws:ec2/launchTemplate:LaunchTemplate")
    (volumes,) = (
        s["tags"] for s in template["tag_specifications"] if s["resource_type"] == "volume"
    )
    for tags in (volumes, _database(nova)["tags"]):
        assert wanted.items() <= tags.items()


def _equal(conditions: dict[str, Any]) -> list[dict[str, str]]:
    return [dict(condition) for condition in conditions["string_equals"]]


def test_every_key_rotates_and_can_be_brought_back(nova: Deployment) -> None:
    keys = nova.all("aws:kms/key:Key")
    assert len(keys) == 9
    assert all(key["enable_key_rotation"] for key in keys)
    assert all(key["deletion_window_in_days"] == 30 for key in keys)


def test_auto_scaling_may_use_the_volumes_key_and_no_other_stranger(nova: Deployment) -> None:
    role = (
        f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/"
        "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    )
    for key in nova.all("aws:kms/key:Key"):
        strangers = [s for s in key.policy() if s["Principal"] == {"AWS": "*"}]
        assert bool(strangers) == (key.name == "volumes-key")
        for statement in strangers:
            assert statement["Condition"]["ArnEquals"] == {"aws:PrincipalArn": role}
            assert statement["Condition"]["StringEquals"] == {"kms:CallerAccount": ACCOUNT}
    (lend,) = (
        s
        for s in nova.only("aws:kms/key:Key", "volumes-key").policy()
        if listed(s["Action"]) == ["kms:CreateGrant"]
    )
    assert lend["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
