"""S3: defaults of new buckets, settings that moto loses, policies that deny under conditions."""

from __future__ import annotations

import json
from typing import Any

from stackproof.embedded.overlay.bucket_policy import denies
from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import patches, postprocesses, validates

_BY_DEFAULT = {
    "Rule": {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": "false",
    }
}
_ACTIONS = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "CopyObject": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "UploadPart": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "ListObjects": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
}


@postprocesses("s3", "CreateBucket")
def create_bucket(call: Call, _: dict[str, Any]) -> None:
    """Encrypt a new bucket, block its public access, turn its ACLs off.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
    """
    from moto.s3.models import PublicAccessBlock

    bucket = bucket_of(call)
    if hasattr(bucket, "stackproof_seen"):  # an owner may create a bucket again, to no effect
        return
    bucket.stackproof_seen = True
    bucket.encryption = _BY_DEFAULT
    bucket.public_access_block = PublicAccessBlock(True, True, True, True)
    bucket.ownership_rule = call.params.get("ObjectOwnership") or "BucketOwnerEnforced"


@postprocesses("s3", "DeleteBucketEncryption")
def delete_encryption(call: Call, _: dict[str, Any]) -> None:
    """Fall back to S3's own keys: there are no unencrypted buckets.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html
    """
    bucket_of(call).encryption = _BY_DEFAULT


@validates("s3", "PutBucketReplication")
def demand_versions(call: Call) -> None:
    """Refuse to copy from a bucket that keeps no versions.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html
    """
    bucket = bucket_of(call)
    if bucket is not None and bucket.versioning_status != "Enabled":
        raise AwsError(
            "InvalidRequest",
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
            400,
        )


@postprocesses("s3", "PutBucketReplication")
def put_replication(call: Call, _: dict[str, Any]) -> None:
    """Keep delete markers, selection by KMS, filters.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
    """
    bucket_of(call).stackproof_replication = call.params["ReplicationConfiguration"]["Rules"]


@postprocesses("s3", "GetBucketReplication")
def get_replication(call: Call, answer: dict[str, Any]) -> None:
    """Answer with the rules as they were put.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html
    """
    _restore(answer["ReplicationConfiguration"]["Rules"], bucket_of(call).stackproof_replication)


@postprocesses("s3", "PutBucketLifecycleConfiguration")
def put_lifecycle(call: Call, _: dict[str, Any]) -> None:
    """Keep the number of newer versions to retain.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
    """
    bucket_of(call).stackproof_lifecycle = call.params["LifecycleConfiguration"]["Rules"]


@postprocesses("s3", "GetBucketLifecycleConfiguration")
def get_lifecycle(call: Call, answer: dict[str, Any]) -> None:
    """Answer with the number of newer versions to retain.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html
    """
    for rule, put in zip(answer["Rules"], bucket_of(call).stackproof_lifecycle, strict=True):
        if put.get("NoncurrentVersionExpiration"):
            rule["NoncurrentVersionExpiration"] = put["NoncurrentVersionExpiration"]
    answer.setdefault("TransitionDefaultMinimumObjectSize", "all_storage_classes_128K")


@postprocesses("s3", "GetBucketNotificationConfiguration")
def get_notification(call: Call, answer: dict[str, Any]) -> None:
    """Say that EventBridge is told, too.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
    """
    told = bucket_of(call).notification_configuration
    if told is not None and told.event_bridge is not None:
        answer["EventBridgeConfiguration"] = {}


@patches("s3")
def ignore_denials() -> None:
    """Stop moto from refusing object calls for any Deny at all: `check_policy` decides.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
    """
    from moto.iam.access_control import PermissionResult
    from moto.s3 import models

    bucket_class: Any = models.FakeBucket
    original = bucket_class.get_permission

    def without_denials(bucket: Any, action: str, resource: str) -> Any:
        result = original(bucket, action, resource)
        return PermissionResult.NEUTRAL if result == PermissionResult.DENIED else result

    bucket_class.get_permission = without_denials


@validates("s3", *_ACTIONS)
def check_policy(call: Call) -> None:
    """Refuse what a Deny statement refuses, its principals and conditions respected.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
    """
    bucket = bucket_of(call)
    if bucket is None or bucket.policy is None:
        return
    arn = f"arn:aws:s3:::{bucket.name}"
    key = call.params.get("Key")
    action = _ACTIONS[call.operation]
    account = f"arn:aws:iam::{call.account}"
    callers = (call.account, f"{account}:root", f"{account}:user/moto")
    context = {
        # Loopback stands in for TLS, which real endpoints have.
        "aws:securetransport": "true",
        "s3:tlsversion": "1.3",
        "aws:sourceip": "127.0.0.1",
        "aws:principalaccount": call.account,
        "aws:principalarn": f"{account}:user/moto",
        "aws:requestedregion": call.region,
        **{f"s3:{n}": value for n, value in call.headers.items() if n.startswith("x-amz-")},
    }
    if denies(json.loads(bucket.policy), action, f"{arn}/{key}" if key else arn, callers, context):
        raise AwsError("AccessDenied", "Access Denied", 403)


def bucket_of(call: Call) -> Any:
    """Give moto's own bucket that a call is about, None when there is none."""
    from moto.s3.models import s3_backends

    name = call.params["Bucket"]
    owner = s3_backends.bucket_accounts.get(name)
    if owner is None:
        return None
    partition, account = owner
    return s3_backends[account][partition].buckets[name]


def _restore(rules: list[dict[str, Any]], put: list[dict[str, Any]]) -> None:
    for rule, given in zip(rules, put, strict=True):
        generated = {"ID": rule["ID"], "Priority": rule["Priority"]}
        rule.clear()
        rule.update({**generated, **given})
