from __future__ import annotations

import pytest

from stackproof.types.tokens import KMS_KEY
from tests.unit.infra.facts import listed, permissions
from tests.unit.infra.program import ACCOUNT, Deployment

BUCKET = "arn:aws:s3:::prod-nova-data-k7q2"
LOG = f"arn:aws:logs:us-west-2:{ACCOUNT}:log-group:/aws/lambda/prod-nova-api-k7q2:*"


def test_function_may_write_its_own_log_and_keep_its_own_documents_only(
    deployment: Deployment,
) -> None:
    assert permissions(deployment, "api") == {
        "logs:CreateLogStream": [LOG],
        "logs:PutLogEvents": [LOG],
        "s3:ListBucket": [BUCKET],
        "s3:DeleteObject": [f"{BUCKET}/documents/*"],
        "s3:GetObject": [f"{BUCKET}/documents/*"],
        "s3:PutObject": [f"{BUCKET}/documents/*"],
    }


def test_role_has_that_one_policy_and_is_the_functions_alone(deployment: Deployment) -> None:
    assert len(deployment.all("aws:iam/rolePolicy:RolePolicy")) == 1
    assert deployment.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment") == []
    role = deployment.only("aws:iam/role:Role")
    assert deployment.only("aws:lambda/function:Function")["role"].endswith(f"role/{role['name']}")
    (trust,) = role.policy("assume_role_policy")
    assert trust["Effect"] == "Allow"
    assert trust["Action"] == "sts:AssumeRole"
    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_bucket_has_the_agreed_name_and_outlives_the_stack(deployment: Deployment) -> None:
    bucket = deployment.only("aws:s3/bucket:Bucket")
    assert (bucket["bucket"], bucket["force_destroy"]) == ("prod-nova-data-k7q2", False)


@pytest.mark.requirement("4.3")
@pytest.mark.parametrize(
    ("type_", "key", "value"),
    [
        ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "block_public_acls", True),
        ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "block_public_policy", True),
        ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "ignore_public_acls", True),
        ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "restrict_public_buckets", True),
        (
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            "rule",
            {"object_ownership": "BucketOwnerEnforced"},
        ),
        (
            "aws:s3/bucketVersioning:BucketVersioning",
            "versioning_configuration",
            {"status": "Enabled"},
        ),
        (
            "aws:s3/bucketServerSideEncryptionConfiguration:"
            "BucketServerSideEncryptionConfiguration",
            "rules",
            [
                {
                    "apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"},
                    "bucket_key_enabled": False,
                }
            ],
        ),
        (
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            "rules",
            [
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "transitions": [{"days": 30, "storage_class": "INTELLIGENT_TIERING"}],
                    "noncurrent_version_expiration": {"noncurrent_days": 30},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                }
            ],
        ),
    ],
)
def test_bucket_is_private_versioned_encrypted_and_tidied(
    deployment: Deployment, type_: str, key: str, value: object
) -> None:
    part = deployment.only(type_)
    assert part["bucket"] == "Bucket-data"
    assert part[key] == value


def test_bucket_refuses_requests_without_tls_and_lets_nobody_in(deployment: Deployment) -> None:
    (statement,) = deployment.only("aws:s3/bucketPolicy:BucketPolicy").policy()
    assert statement["Effect"] == "Deny"
    assert (statement["Principal"], statement["Action"]) == ("*", "s3:*")
    assert statement["Resource"] == [BUCKET, f"{BUCKET}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(
    ("name", "user", "condition"),
    [
        (
            "logs-key",
            "logs.us-west-2.amazonaws.com",
            {
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": (
                        f"arn:aws:logs:us-west-2:{ACCOUNT}:log-group:*"
                    )
                }
            },
        ),
        (
            "alerts-key",
            "cloudwatch.amazonaws.com",
            {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        ),
    ],
)
def test_each_key_rotates_and_serves_one_service(
    deployment: Deployment, name: str, user: str, condition: object
) -> None:
    key = deployment.only(KMS_KEY, name)
    assert key["enable_key_rotation"] is True
    assert key["deletion_window_in_days"] == 30
    account, service = key.policy()
    assert account["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert listed(service["Principal"]["Service"]) == [user]
    assert service["Condition"] == condition
