"""Buckets, their settings and objects: made, changed, read back, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.model import Resource
from stackproof.types.tokens import (
    S3_ACL,
    S3_BUCKET,
    S3_BUCKET_LOGGING,
    S3_BUCKET_OBJECT,
    S3_ENCRYPTION,
    S3_LIFECYCLE,
    S3_OWNERSHIP,
    S3_POLICY,
    S3_PUBLIC_ACCESS_BLOCK,
    S3_REPLICATION,
    S3_VERSIONING,
)
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

HIDDEN = ("force_destroy",)


def _bucket(world: World, **settings: Any) -> Made:
    return world.make(S3_BUCKET, "bucket", tags=TAGS, **settings)


def _policy(bucket: Made, *statements: dict[str, Any]) -> str:
    deny = {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket["arn"], f"{bucket['arn']}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [deny, *statements]})


def test_bucket_shows_what_was_declared_and_changed(world: World) -> None:
    bucket = world.make(S3_BUCKET, bucket="roundtrip-bucket", tags=TAGS)
    assert bucket["bucket_regional_domain_name"] == "roundtrip-bucket.s3.us-east-1.amazonaws.com"
    assert_shown(world, bucket, hidden=HIDDEN)
    world.change(bucket, tags={**TAGS, "More": "1"})
    assert_shown(world, bucket, hidden=HIDDEN)
    world.change(bucket, tags=None)
    assert_shown(world, bucket, hidden=HIDDEN)
    assert_gone(world, bucket)


def test_full_bucket_is_deleted_only_by_force(world: World) -> None:
    bucket = _bucket(world)
    world.make(S3_VERSIONING, bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    world.make(S3_POLICY, bucket=bucket.id, policy=_policy(bucket))
    s3 = world.cloud.client("s3")
    for body in (b"one", b"two"):
        s3.put_object(Bucket=bucket.id, Key="key", Body=body)
    s3.delete_object(Bucket=bucket.id, Key="key")
    with pytest.raises(EmbeddedError, match="BucketNotEmpty"):
        world.delete(bucket)
    world.change(bucket, force_destroy=True)
    assert_gone(world, bucket)


def test_settings_show_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    bucket = _bucket(world)
    rule = {
        "apply_server_side_encryption_by_default": {
            "sse_algorithm": "aws:kms",
            "kms_master_key_id": key["arn"],
        },
        "bucket_key_enabled": True,
    }
    own_keys = {
        "apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"},
        "bucket_key_enabled": False,
    }
    wanted: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        S3_VERSIONING: (
            {"versioning_configuration": {"status": "Enabled"}},
            {"versioning_configuration": {"status": "Suspended"}},
        ),
        S3_ENCRYPTION: ({"rules": [rule]}, {"rules": [own_keys]}),
        S3_PUBLIC_ACCESS_BLOCK: (
            dict.fromkeys(("block_public_acls", "block_public_policy"), True),
            dict.fromkeys(("ignore_public_acls", "restrict_public_buckets"), True),
        ),
        S3_OWNERSHIP: (
            {"rule": {"object_ownership": "BucketOwnerEnforced"}},
            {"rule": {"object_ownership": "BucketOwnerPreferred"}},
        ),
        S3_POLICY: ({"policy": _policy(bucket)}, {"policy": _policy(bucket)[:-2] + "]}"}),
    }
    for type_, (first, then) in wanted.items():
        setting = world.make(type_, bucket=bucket.id, **first)
        assert setting.id == bucket.id
        assert_shown(world, setting)
        world.change(setting, **then)
        assert_shown(world, setting)
        if type_ not in (S3_VERSIONING, S3_ENCRYPTION):  # which AWS never takes away whole
            assert_gone(world, setting)
    world.delete(bucket)


def test_lifecycle_shows_what_was_declared_and_changed(world: World) -> None:
    bucket = _bucket(world)
    expire = {
        "id": "expire",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "expiration": {"days": 90},
        "noncurrent_version_expiration": {
            "noncurrent_days": 30,
            "newer_noncurrent_versions": 2,
        },
        "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
    }
    archive = {
        "id": "archive",
        "status": "Enabled",
        "filter": {"and": {"prefix": "old/", "tags": {"Keep": "yes"}}},
        "transitions": [{"days": 30, "storage_class": "GLACIER"}],
    }
    lifecycle = world.make(S3_LIFECYCLE, bucket=bucket.id, rules=[expire, archive])
    assert_shown(world, lifecycle)
    world.change(lifecycle, rules=[{**expire, "expiration": {"days": 30}}])
    assert_shown(world, lifecycle)
    assert_gone(world, lifecycle)


def _versioned(world: World, **settings: Any) -> Made:
    bucket, region = (
        _bucket(world, **settings),
        {k: v for k, v in settings.items() if k == "region"},
    )
    enabled = {"status": "Enabled"}
    world.make(S3_VERSIONING, bucket=bucket.id, versioning_configuration=enabled, **region)
    return bucket


def test_replication_to_another_region_shows_what_was_declared_and_changed(world: World) -> None:
    world.cloud = world.cloud.in_region("us-west-2")
    bucket, replica = _versioned(world), _versioned(world, region="us-east-1")
    assert (bucket["region"], replica["region"]) == ("us-west-2", "us-east-1")
    rule = {
        "id": "everything",
        "status": "Enabled",
        "priority": 0,
        "filter": {"prefix": ""},
        "delete_marker_replication": {"status": "Enabled"},
        "destination": {
            "bucket": replica["arn"],
            "storage_class": "STANDARD_IA",
            "encryption_configuration": {
                "replica_kms_key_id": world.cloud.arn("kms", "key/replica", "us-east-1")
            },
            "metrics": {"status": "Enabled", "event_threshold": {"minutes": 15}},
            "replication_time": {"status": "Enabled", "time": {"minutes": 15}},
        },
        "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
    }
    tagged = {
        "id": "tagged",
        "status": "Disabled",
        "priority": 1,
        "filter": {"and": {"prefix": "a/", "tags": {"CamelCase": "yes"}}},
        "delete_marker_replication": {"status": "Disabled"},
        "destination": {"bucket": replica["arn"]},
    }
    role = world.cloud.arn("iam", "role/replication", "")
    setting = world.make(S3_REPLICATION, bucket=bucket.id, role=role, rules=[rule, tagged])
    assert_shown(world, setting)
    world.change(setting, rules=[{**rule, "delete_marker_replication": {"status": "Disabled"}}])
    assert_shown(world, setting)
    assert_gone(world, setting)


def test_replication_by_prefix_shows_what_was_declared(world: World) -> None:
    bucket, replica = _versioned(world), _versioned(world)
    rule = {"status": "Enabled", "prefix": "logs/", "destination": {"bucket": replica["arn"]}}
    role = world.cloud.arn("iam", "role/replication", "")
    setting = world.make(S3_REPLICATION, bucket=bucket.id, role=role, rules=[rule])
    assert_shown(world, setting)
    assert_gone(world, setting)


def test_replication_needs_versions(world: World) -> None:
    bucket, replica = _bucket(world), _versioned(world)
    rule = {"status": "Enabled", "filter": {}, "destination": {"bucket": replica["arn"]}}
    role = world.cloud.arn("iam", "role/replication", "")
    with pytest.raises(EmbeddedError, match="Versioning must be 'Enabled'"):
        world.make(S3_REPLICATION, bucket=bucket.id, role=role, rules=[rule])


def test_logging_shows_what_was_declared_and_changed(world: World) -> None:
    bucket, logs = _bucket(world), _bucket(world)
    deliver = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": [f"{logs['arn']}/a/*", f"{logs['arn']}/b*"],
    }
    world.make(S3_POLICY, bucket=logs.id, policy=_policy(logs, deliver))
    with pytest.raises(EmbeddedError, match="InvalidTargetBucketForLogging"):
        world.make(S3_BUCKET_LOGGING, bucket=bucket.id, target_bucket=logs.id, target_prefix="c/")
    logging = world.make(
        S3_BUCKET_LOGGING, bucket=bucket.id, target_bucket=logs.id, target_prefix="a/"
    )
    assert_shown(world, logging)
    world.change(logging, target_prefix="b/")
    assert_shown(world, logging)
    assert_gone(world, logging)


def test_new_bucket_shows_what_aws_sets_by_itself(world: World) -> None:
    bucket = _bucket(world)
    stack = world.snapshot().stack()
    shown = {r.type for r in stack if r.id == bucket.id}
    assert shown == {S3_BUCKET, S3_ACL, S3_ENCRYPTION, S3_PUBLIC_ACCESS_BLOCK, S3_OWNERSHIP}
    block = stack.find(bucket.id, S3_PUBLIC_ACCESS_BLOCK)
    assert isinstance(block, Resource)
    assert block.data["restrict_public_buckets"] is True


def test_object_is_put_changed_and_deleted_with_its_versions(world: World) -> None:
    bucket = _bucket(world)
    world.make(S3_VERSIONING, bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    thing = world.make(
        S3_BUCKET_OBJECT,
        bucket=bucket.id,
        key="a/b",
        content="one",
        content_type="text/plain",
        tags=TAGS,
    )
    world.change(thing, content="two")
    s3 = world.cloud.client("s3")
    answer = s3.get_object(Bucket=bucket.id, Key="a/b")
    assert (answer["Body"].read(), answer["ContentType"]) == (b"two", "text/plain")
    world.delete(thing)
    world.delete(thing)
    world.delete(bucket)
