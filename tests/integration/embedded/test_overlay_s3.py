from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Client, Clients


@pytest.fixture
def s3(aws: Clients) -> Client:
    return aws("s3")


def bucket(s3: Client, name: str, **options: Any) -> str:
    s3.create_bucket(Bucket=name, **options)
    return name


def deny(s3: Client, name: str, **statement: Any) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
                **statement,
            }
        ],
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))


def test_a_new_bucket_is_encrypted_private_and_without_acls(s3: Client) -> None:
    name = bucket(s3, "fresh-bucket")
    rule = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    assert len(block) == 4
    controls = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]
    assert controls["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_ownership_can_be_chosen_at_creation(s3: Client) -> None:
    name = bucket(s3, "owned-bucket", ObjectOwnership="ObjectWriter")
    controls = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]
    assert controls["Rules"] == [{"ObjectOwnership": "ObjectWriter"}]


def test_removed_guards_stay_removed(s3: Client) -> None:
    name = bucket(s3, "open-bucket")
    s3.delete_public_access_block(Bucket=name)
    s3.create_bucket(Bucket=name)
    with pytest.raises(ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        s3.get_public_access_block(Bucket=name)


def test_a_bucket_without_own_encryption_falls_back_to_the_default(s3: Client) -> None:
    name = bucket(s3, "plain-bucket")
    s3.delete_bucket_encryption(Bucket=name)
    rule = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_a_policy_that_demands_tls_lets_tls_through(s3: Client) -> None:
    name = bucket(s3, "tls-bucket")
    deny(s3, name, Condition={"Bool": {"aws:SecureTransport": "false"}})
    s3.put_object(Bucket=name, Key="a", Body=b"text")
    assert s3.get_object(Bucket=name, Key="a")["Body"].read() == b"text"
    s3.delete_object(Bucket=name, Key="a")


def test_a_policy_that_denies_all_denies_objects(s3: Client) -> None:
    name = bucket(s3, "shut-bucket")
    s3.put_object(Bucket=name, Key="a", Body=b"text")
    deny(s3, name, Action="s3:GetObject")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=name, Key="a")
    s3.put_object(Bucket=name, Key="b", Body=b"text")


def test_a_policy_can_demand_kms(s3: Client) -> None:
    name = bucket(s3, "kms-bucket")
    condition = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    deny(s3, name, Action="s3:PutObject", Condition=condition)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=name, Key="a", Body=b"text")
    s3.put_object(Bucket=name, Key="a", Body=b"text", ServerSideEncryption="aws:kms")


def test_replication_reads_back_as_put(s3: Client) -> None:
    for name in ("from-bucket", "to-bucket"):
        bucket(s3, name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": "all",
        "Priority": 3,
        "Status": "Enabled",
        "Filter": {"Prefix": "data/"},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {"Bucket": "arn:aws:s3:::to-bucket", "StorageClass": "STANDARD_IA"},
    }
    s3.put_bucket_replication(
        Bucket="from-bucket",
        ReplicationConfiguration={"Role": "arn:aws:iam::123456789012:role/r", "Rules": [rule]},
    )
    seen = s3.get_bucket_replication(Bucket="from-bucket")["ReplicationConfiguration"]
    assert seen["Rules"] == [rule]


def test_lifecycle_keeps_the_number_of_newer_versions(s3: Client) -> None:
    name = bucket(s3, "aging-bucket")
    s3.put_bucket_lifecycle_configuration(
        Bucket=name,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "old",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "NoncurrentVersionExpiration": {
                        "NoncurrentDays": 30,
                        "NewerNoncurrentVersions": 4,
                    },
                }
            ]
        },
    )
    rule = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]
    assert rule["NoncurrentVersionExpiration"] == {
        "NoncurrentDays": 30,
        "NewerNoncurrentVersions": 4,
    }


def test_object_metadata_with_underscores_and_large_bodies_survive(s3: Client) -> None:
    name = bucket(s3, "data-bucket")
    s3.put_object(Bucket=name, Key="a b/ü", Body=b"x" * 3_000_000, Metadata={"my_key": "v"})
    seen = s3.get_object(Bucket=name, Key="a b/ü")
    assert seen["Metadata"] == {"my_key": "v"}
    assert len(seen["Body"].read()) == 3_000_000
    assert s3.head_object(Bucket=name, Key="a b/ü")["ContentLength"] == 3_000_000
    assert seen["ETag"] == s3.head_object(Bucket=name, Key="a b/ü")["ETag"]
