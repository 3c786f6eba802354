"""Buckets as websites, what may still be set inside them, and whom they tell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Unknown
from stackproof.types.tokens import (
    S3_ACL,
    S3_BUCKET,
    S3_BUCKET_OBJECT,
    S3_BUCKET_WEBSITE_CONFIGURATION,
)
from tests.integration.services.roundtrip import (
    TAGS,
    Made,
    World,
    assert_gone,
    assert_shown,
    found,
)


def _missing(call: Any, **which: str) -> str:
    with pytest.raises(ClientError) as told:
        call(**which)
    return str(told.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "s3-website-us-east-1.amazonaws.com"),
        ("eu-central-1", "s3-website.eu-central-1.amazonaws.com"),
    ],
)
def test_website_is_where_its_region_has_it(world: World, region: str, host: str) -> None:
    world.cloud = world.cloud.in_region(region)
    bucket = world.make(S3_BUCKET)
    website = world.make(
        S3_BUCKET_WEBSITE_CONFIGURATION,
        bucket=bucket.id,
        index_document={"suffix": "index.html"},
        error_document={"key": "404.html"},
        routing_rules=[
            {"condition": {"key_prefix_equals": "old/"}, "redirect": {"host_name": "a"}}
        ],
    )
    assert (website["website_domain"], website["website_endpoint"]) == (host, f"{bucket.id}.{host}")
    s3 = world.cloud.client("s3")
    shown = s3.get_bucket_website(Bucket=bucket.id)
    assert shown["IndexDocument"] == {"Suffix": "index.html"}
    assert shown["RoutingRules"][0]["Redirect"] == {"HostName": "a"}
    world.change(website, error_document=None)
    assert "ErrorDocument" not in s3.get_bucket_website(Bucket=bucket.id)
    assert_shown(world, website)
    assert_gone(world, website)
    assert _missing(s3.get_bucket_website, Bucket=bucket.id) == "NoSuchWebsiteConfiguration"


def test_settings_inside_the_bucket_are_put_changed_and_taken_away(world: World) -> None:
    rule = {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}}
    settings: dict[str, Any] = {
        "acl": "public-read",
        "website": {"index_document": "index.html", "redirect_all_requests_to": None},
        "versioning": {"enabled": True},
        "cors_rules": [{"allowed_methods": ["GET"], "allowed_origins": ["*"]}],
        "lifecycle_rules": [
            {
                "enabled": True,
                "prefix": "logs/",
                "expiration": {"days": 30},
                "noncurrent_version_expiration": {"days": 7},
                "abort_incomplete_multipart_upload_days": 3,
            }
        ],
        "server_side_encryption_configuration": {"rule": rule},
    }
    bucket = world.make(S3_BUCKET, **settings)
    s3 = world.cloud.client("s3")
    assert bucket["website_endpoint"].startswith(f"{bucket.id}.s3-website-")
    assert s3.get_bucket_versioning(Bucket=bucket.id)["Status"] == "Enabled"
    grants = s3.get_bucket_acl(Bucket=bucket.id)["Grants"]
    assert {grant["Permission"] for grant in grants} == {"FULL_CONTROL", "READ"}
    (lifecycle,) = s3.get_bucket_lifecycle_configuration(Bucket=bucket.id)["Rules"]
    assert lifecycle["NoncurrentVersionExpiration"]["NoncurrentDays"] == 7
    assert lifecycle["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 3
    encryption = s3.get_bucket_encryption(Bucket=bucket.id)
    (default,) = encryption["ServerSideEncryptionConfiguration"]["Rules"]
    assert default["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    world.change(bucket, versioning={"enabled": False}, website=None, cors_rules=None)
    assert s3.get_bucket_versioning(Bucket=bucket.id)["Status"] == "Suspended"
    assert _missing(s3.get_bucket_website, Bucket=bucket.id) == "NoSuchWebsiteConfiguration"
    assert _missing(s3.get_bucket_cors, Bucket=bucket.id) == "NoSuchCORSConfiguration"
    world.delete(bucket)


def test_settings_that_are_resources_only_are_refused_inside_the_bucket(world: World) -> None:
    with pytest.raises(EmbeddedError, match=r"use aws\.s3\.BucketReplicationConfig"):
        world.make(
            S3_BUCKET, replication_configuration={"role": "arn:aws:iam::1:role/r", "rules": []}
        )


def test_redirection_of_a_whole_website_has_its_protocol(world: World) -> None:
    bucket = world.make(S3_BUCKET, website={"redirect_all_requests_to": "https://example.com"})
    shown = world.cloud.client("s3").get_bucket_website(Bucket=bucket.id)
    assert shown["RedirectAllRequestsTo"] == {"HostName": "example.com", "Protocol": "https"}


def test_access_list_is_put_and_changed(world: World) -> None:
    bucket = world.make(S3_BUCKET)
    world.make(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        bucket=bucket.id,
        rule={"object_ownership": "BucketOwnerPreferred"},
    )
    world.make(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        bucket=bucket.id,
        block_public_acls=False,
    )
    acl = world.make("aws:s3/bucketAcl:BucketAcl", bucket=bucket.id, acl="public-read")
    assert acl.id == f"{bucket.id},public-read"
    assert_shown(world, acl)
    world.change(acl, acl="private")
    assert len(world.cloud.client("s3").get_bucket_acl(Bucket=bucket.id)["Grants"]) == 1
    world.delete(acl)


def test_grants_behind_the_programs_back_are_shown_at_the_bucket_and_apart(world: World) -> None:
    bucket = world.make(S3_BUCKET, tags=TAGS)
    s3 = world.cloud.client("s3")
    s3.put_bucket_ownership_controls(
        Bucket=bucket.id, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    s3.delete_public_access_block(Bucket=bucket.id)
    before = found(world.snapshot().stack(), bucket)
    assert (before["acl"], len(before["grants"])) == ("private", 1)
    owner = s3.get_bucket_acl(Bucket=bucket.id)["Owner"]
    everybody = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
    full = {"Grantee": {"Type": "CanonicalUser", "ID": owner["ID"]}, "Permission": "FULL_CONTROL"}
    written = [{"Grantee": everybody, "Permission": name} for name in ("WRITE", "READ_ACP")]
    s3.put_bucket_acl(
        Bucket=bucket.id, AccessControlPolicy={"Owner": owner, "Grants": [full, *written]}
    )
    stack = world.snapshot().stack()
    shown = found(stack, bucket)
    assert shown["acl"] is None, "no canned list is like it"
    assert {
        "type": "Group",
        "uri": everybody["URI"],
        "permissions": ["READ_ACP", "WRITE"],
    } in shown.data["grants"]
    (apart,) = stack.all(S3_ACL)
    policy = apart.data["access_control_policy"]
    assert policy["owner"]["id"] == owner["ID"]
    assert sorted(grant["permission"] for grant in policy["grants"]) == [
        "FULL_CONTROL",
        "READ_ACP",
        "WRITE",
    ]


def test_access_list_that_cannot_be_seen_is_unknown(world: World, server: Server) -> None:
    bucket = world.make(S3_BUCKET, tags=TAGS)
    inject(server, Fault("deny", service="s3", operation="GetBucketAcl"))
    try:
        stack = world.snapshot().stack()
    finally:
        clear(server)
    shown = found(stack, bucket)
    assert isinstance(shown.raw("acl"), Unknown)
    assert isinstance(shown.raw("grants"), Unknown)
    assert isinstance(stack.all(S3_ACL)[0].raw("access_control_policy"), Unknown)


def test_other_origins_are_let_in_and_kept_out(world: World) -> None:
    bucket = world.make(S3_BUCKET)
    rule = {"allowed_methods": ["GET"], "allowed_origins": ["https://example.com"]}
    cors = world.make(
        "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
        bucket=bucket.id,
        cors_rules=[{**rule, "max_age_seconds": 60}],
    )
    s3 = world.cloud.client("s3")
    (shown,) = s3.get_bucket_cors(Bucket=bucket.id)["CORSRules"]
    assert (shown["AllowedOrigins"], shown["MaxAgeSeconds"]) == (["https://example.com"], 60)
    assert_shown(world, cors)
    assert_gone(world, cors)
    assert _missing(s3.get_bucket_cors, Bucket=bucket.id) == "NoSuchCORSConfiguration"


def test_queue_hears_of_new_objects(world: World) -> None:
    bucket = world.make(S3_BUCKET)
    queue = world.make("aws:sqs/queue:Queue")
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue["arn"],
    }
    world.make(
        "aws:sqs/queuePolicy:QueuePolicy",
        queue_url=queue.id,
        policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
    )
    told = {
        "queue_arn": queue["arn"],
        "events": ["s3:ObjectCreated:*"],
        "filter_prefix": "in/",
        "filter_suffix": ".json",
    }
    notification = world.make(
        "aws:s3/bucketNotification:BucketNotification", bucket=bucket.id, queues=[told]
    )
    s3 = world.cloud.client("s3")
    (shown,) = s3.get_bucket_notification_configuration(Bucket=bucket.id)["QueueConfigurations"]
    rules = {r["Name"].lower(): r["Value"] for r in shown["Filter"]["Key"]["FilterRules"]}
    assert rules == {"prefix": "in/", "suffix": ".json"}
    assert_shown(world, notification)
    world.change(notification, eventbridge=True)
    assert_shown(world, notification)
    assert_gone(world, notification)
    left = s3.get_bucket_notification_configuration(Bucket=bucket.id)
    assert "QueueConfigurations" not in left


def test_object_without_a_key_is_called_like_its_resource(world: World) -> None:
    bucket = world.make(S3_BUCKET)
    thing = world.make(S3_BUCKET_OBJECT, "index.html", bucket=bucket.id, content="hello")
    assert thing["key"] == "index.html"
    world.change(thing, content="bye")
    world.delete(thing)


def test_older_types_make_the_same_things(world: World) -> None:
    bucket: Made = world.make("aws:s3/bucketV2:BucketV2", bucket="older")
    versioning = world.make(
        "aws:s3/bucketVersioningV2:BucketVersioningV2",
        bucket=bucket.id,
        versioning_configuration={"status": "Enabled"},
    )
    s3 = world.cloud.client("s3")
    assert s3.get_bucket_versioning(Bucket=bucket.id)["Status"] == "Enabled"
    world.delete(versioning)
    world.delete(bucket)
