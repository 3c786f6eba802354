"""Data at rest and in transit: database, cache, secrets, keys, buckets, logs."""

from __future__ import annotations

import pytest

from stackproof.types.tokens import (
    ELASTICACHE_REPLICATION_GROUP,
    RDS_CLUSTER,
    SECRET,
    SECRETSMANAGER_SECRET_VERSION,
)
from tests.unit.infra.program import TOKEN, Deployment


def _key(name: str) -> str:
    return f"arn:aws:kms:us-east-1:123456789012:key/{name}"


@pytest.mark.requirement("3.15")
def test_every_key_is_rotated_and_has_an_alias(deployment: Deployment) -> None:
    keys = deployment.all("aws:kms/key:Key")
    aliases = {alias["target_key_id"] for alias in deployment.all("aws:kms/alias:Alias")}
    assert {key["enable_key_rotation"] for key in keys} == {True}
    assert all(7 <= key["deletion_window_in_days"] <= 30 for key in keys)
    assert aliases == {f"Key-{key.name}" for key in keys}


@pytest.mark.requirement("3.20")
def test_the_database_password_is_made_by_rds_and_seen_by_nobody(deployment: Deployment) -> None:
    cluster = deployment.only(RDS_CLUSTER)
    assert cluster["manage_master_user_password"] is True
    assert cluster["master_user_secret_kms_key_id"] == _key("secrets-key")
    assert not any("master_password" in key for key in cluster.inputs)


@pytest.mark.requirement("3.17")
def test_the_database_is_encrypted_with_its_own_key(deployment: Deployment) -> None:
    cluster = deployment.only(RDS_CLUSTER)
    assert cluster["engine"] == "aurora-postgresql"
    assert cluster["storage_encrypted"] is True
    assert cluster["kms_key_id"] == _key("database-key")


def test_the_database_keeps_a_trace(deployment: Deployment) -> None:
    cluster = deployment.only(RDS_CLUSTER)
    group = deployment.only("aws:rds/clusterParameterGroup:ClusterParameterGroup")
    parameters = {parameter["name"]: parameter["value"] for parameter in group["parameters"]}
    assert cluster["enabled_cloudwatch_logs_exports"] == ["postgresql"]
    assert cluster["iam_database_authentication_enabled"] is True
    assert cluster["copy_tags_to_snapshot"] is True
    assert group["family"] == "aurora-postgresql16"
    assert cluster["engine_version"].startswith("16.")
    assert parameters["rds.force_ssl"] == "1"
    assert parameters["log_statement"] == "ddl"
    assert parameters["log_connections"] == "1"


def test_backups_and_maintenance_do_not_meet(deployment: Deployment) -> None:
    cluster = deployment.only(RDS_CLUSTER)
    assert cluster["preferred_backup_window"] == "03:00-04:00"
    assert cluster["preferred_maintenance_window"] == "sun:04:30-sun:05:30"


def test_no_database_instance_is_public(deployment: Deployment) -> None:
    instances = deployment.all("aws:rds/clusterInstance:ClusterInstance")
    assert {instance["publicly_accessible"] for instance in instances} == {False}
    assert {instance["auto_minor_version_upgrade"] for instance in instances} == {True}


@pytest.mark.parametrize(
    "type_", ["aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"]
)
def test_data_stores_stand_in_the_database_subnets(deployment: Deployment, type_: str) -> None:
    subnets = deployment.only(type_)["subnet_ids"]
    assert all(subnet.startswith("Subnet-database-") for subnet in subnets)
    assert len(subnets) == len(deployment.outputs["availability_zones"])


@pytest.mark.requirement("3.17")
def test_redis_is_encrypted_at_rest_and_in_transit(deployment: Deployment) -> None:
    redis = deployment.only(ELASTICACHE_REPLICATION_GROUP)
    assert redis["at_rest_encryption_enabled"] is True
    assert redis["kms_key_id"] == _key("cache-key")
    assert redis["transit_encryption_enabled"] is True
    assert redis["auto_minor_version_upgrade"] is True


def test_the_redis_token_is_drawn_kept_secret_and_never_changed_by_a_later_run(
    deployment: Deployment,
) -> None:
    redis, version = (
        deployment.only(ELASTICACHE_REPLICATION_GROUP),
        deployment.only(SECRETSMANAGER_SECRET_VERSION),
    )
    assert redis["auth_token"] == version["secret_string"] == TOKEN
    assert "auth_token" in redis.secret_inputs
    assert "secret_string" in version.secret_inputs
    assert redis.ignore_changes == ("authToken",)
    assert version.ignore_changes == ("secretString",)


def test_the_redis_token_can_be_recovered_and_made_again(deployment: Deployment) -> None:
    secret = deployment.only(SECRET)
    assert secret["kms_key_id"] == _key("secrets-key")
    assert secret["recovery_window_in_days"] >= 7
    assert "name" not in secret.inputs, "a deleted secret's name is taken until the window ends"


def test_redis_delivers_its_logs(deployment: Deployment) -> None:
    environment = deployment.outputs["environment"]
    deliveries = deployment.only(ELASTICACHE_REPLICATION_GROUP)["log_delivery_configurations"]
    assert {delivery["log_type"]: delivery["destination"] for delivery in deliveries} == {
        kind: f"/aws/elasticache/scalepayments-redis-{environment}/{kind}"
        for kind in ("slow-log", "engine-log")
    }


def test_every_log_group_is_encrypted(deployment: Deployment) -> None:
    groups = deployment.all("aws:cloudwatch/logGroup:LogGroup")
    assert {group["kms_key_id"] for group in groups} == {_key("logs-key")}


def test_logs_that_aws_writes_have_their_group_made_first(prod: Deployment) -> None:
    names = {group["name"] for group in prod.all("aws:cloudwatch/logGroup:LogGroup")}
    assert names >= {
        "/aws/rds/cluster/scalepayments-database-prod/postgresql",
        "/aws/ecs/containerinsights/scalepayments-cluster-prod/performance",
    }


BUCKET_PARTS = {
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketPolicy:BucketPolicy",
}


@pytest.mark.parametrize("type_", sorted(BUCKET_PARTS))
def test_every_bucket_has_every_guard(deployment: Deployment, type_: str) -> None:
    buckets = {f"Bucket-{bucket.name}" for bucket in deployment.all("aws:s3/bucket:Bucket")}
    assert {part["bucket"] for part in deployment.all(type_)} == buckets


def test_no_bucket_is_public(deployment: Deployment) -> None:
    for block in deployment.all("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"):
        switches = {key: value for key, value in block.inputs.items() if key != "bucket"}
        assert switches == dict.fromkeys(
            (
                "block_public_acls",
                "block_public_policy",
                "ignore_public_acls",
                "restrict_public_buckets",
            ),
            True,
        )


def test_buckets_refuse_requests_without_tls(deployment: Deployment) -> None:
    for policy in deployment.all("aws:s3/bucketPolicy:BucketPolicy"):
        (deny,) = [s for s in policy.policy() if s["Effect"] == "Deny"]
        bucket = deny["Resource"][0]
        assert deny["Resource"] == [bucket, f"{bucket}/*"]
        assert deny["Principal"] == "*"
        assert deny["Action"] == "s3:*"
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_buckets_keep_versions_and_let_objects_expire(deployment: Deployment) -> None:
    for versioning in deployment.all("aws:s3/bucketVersioning:BucketVersioning"):
        assert versioning["versioning_configuration"] == {"status": "Enabled"}
    for lifecycle in deployment.all(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    ):
        (rule,) = lifecycle["rules"]
        assert rule["status"] == "Enabled"
        assert rule["expiration"]["days"] >= 30


def test_the_record_of_changes_is_encrypted_with_its_own_key(staging: Deployment) -> None:
    kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    (rule,) = staging.only(kind, "config")["rules"]
    default = rule["apply_server_side_encryption_by_default"]
    assert default == {"sse_algorithm": "aws:kms", "kms_master_key_id": _key("config-key")}
    channel = staging.only("aws:cfg/deliveryChannel:DeliveryChannel")
    assert channel["s3_kms_key_arn"] == _key("config-key")
