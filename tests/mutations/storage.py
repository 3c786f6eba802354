"""Mutations of buckets, log groups and keys that several systems have in common."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.mutations.mutation import Aws

_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def suspend_versions(aws: Aws, bucket: str, region: str | None = None) -> object:
    """Keep no earlier versions of a bucket's objects any more."""
    return aws("s3", region).put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
    )


def encrypt_with(
    aws: Aws, bucket: str, algorithm: str, key: str | None = None, region: str | None = None
) -> object:
    """Encrypt a bucket's objects by another algorithm: `AES256`, `aws:kms`."""
    rule = {"SSEAlgorithm": algorithm} | ({"KMSMasterKeyID": key} if key else {})
    return aws("s3", region).put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]},
    )


def allow_public(
    aws: Aws, bucket: str, setting: str = "BlockPublicPolicy", region: str | None = None
) -> object:
    """Switch off one of the four settings that block public access to a bucket."""
    blocks = {name: name != setting for name in _BLOCKS}
    return aws("s3", region).put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration=blocks
    )


def accept_plain_http(aws: Aws, bucket: str, region: str | None = None) -> object:
    """Take the statements that demand TLS out of a bucket's policy."""
    s3 = aws("s3", region)
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    kept = [s for s in policy["Statement"] if "aws:SecureTransport" not in json.dumps(s)]
    assert len(kept) < len(policy["Statement"])
    if not kept:
        return s3.delete_bucket_policy(Bucket=bucket)
    return s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({**policy, "Statement": kept}))


def refuse_tls(aws: Aws, bucket: str, region: str | None = None) -> object:
    """Turn the condition that demands TLS of a bucket's callers around."""
    s3 = aws("s3", region)
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    turned = re.sub(r'("aws:SecureTransport": *)"false"', r'\1"true"', policy)
    assert turned != policy
    return s3.put_bucket_policy(Bucket=bucket, Policy=turned)


def change_lifecycle(
    aws: Aws, bucket: str, change: Callable[[dict[str, Any]], object], region: str | None = None
) -> object:
    """Change each rule of a bucket's lifecycle."""
    s3 = aws("s3", region)
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    for rule in rules:
        change(rule)
    return s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": rules}
    )


def change_replication(aws: Aws, bucket: str, change: Callable[[dict[str, Any]], object]) -> object:
    """Change how a bucket is copied: `change` gets the whole configuration."""
    s3 = aws("s3")
    found = s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]
    change(found)
    return s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=found)


def keep_logs(aws: Aws, group: str, days: int | None) -> object:
    """Keep a log group's events for another number of days, or for ever."""
    if days is None:
        return aws("logs").delete_retention_policy(logGroupName=group)
    return aws("logs").put_retention_policy(logGroupName=group, retentionInDays=days)


def logs_in_plain(aws: Aws, group: str) -> object:
    """Encrypt a log group with no key of ours any more."""
    return aws("logs").disassociate_kms_key(logGroupName=group)
