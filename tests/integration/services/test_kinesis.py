"""Data streams and delivery streams: made, changed, read back, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import KINESIS_FIREHOSE_DELIVERY_STREAM, KINESIS_STREAM
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown

ROLE = "arn:aws:iam::123456789012:role/delivery"
HIDDEN = ("enforce_consumer_deletion",)


def test_stream_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    made = world.make(
        KINESIS_STREAM,
        shard_count=2,
        retention_period=48,
        encryption_type="KMS",
        kms_key_id=key["arn"],
        shard_level_metrics=["IncomingBytes"],
        tags=TAGS,
    )
    assert made.id == f"arn:aws:kinesis:us-east-1:123456789012:stream/{made['name']}"
    assert_shown(world, made, hidden=HIDDEN)
    world.change(
        made,
        shard_count=4,
        retention_period=24,
        shard_level_metrics=["OutgoingBytes"],
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made, hidden=HIDDEN)
    world.change(made, encryption_type="NONE", kms_key_id=None, tags=TAGS)
    assert_shown(world, made, hidden=HIDDEN)
    assert_gone(world, made)


def test_stream_on_demand_takes_fixed_shards(world: World) -> None:
    made = world.make(KINESIS_STREAM, stream_mode_details={"stream_mode": "ON_DEMAND"}, tags=TAGS)
    assert_shown(world, made, hidden=HIDDEN)
    world.change(made, stream_mode_details={"stream_mode": "PROVISIONED"}, shard_count=1)
    assert_shown(world, made, hidden=HIDDEN)


def test_consumer_and_policy_of_a_stream(world: World) -> None:
    stream = world.make(KINESIS_STREAM, shard_count=1)
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    made = [
        world.make("aws:kinesis/streamConsumer:StreamConsumer", stream_arn=stream.id),
        world.make(
            "aws:kinesis/resourcePolicy:ResourcePolicy", resource_arn=stream.id, policy=policy
        ),
    ]
    client = world.cloud.client("kinesis")
    consumers = client.list_stream_consumers(StreamARN=stream.id)["Consumers"]
    assert [one["ConsumerARN"] for one in consumers] == [made[0]["arn"]]
    assert client.get_resource_policy(ResourceARN=stream.id)["Policy"] == policy
    for one in made:
        world.delete(one)
        world.delete(one)
    assert client.list_stream_consumers(StreamARN=stream.id)["Consumers"] == []


def delivery(**more: Any) -> dict[str, Any]:
    target = {"bucket_arn": "arn:aws:s3:::logs", "role_arn": ROLE, **more}
    return {"destination": "extended_s3", "extended_s3_configuration": target}


def test_delivery_stream_writes_to_a_bucket(world: World) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/1"
    made = world.make(
        KINESIS_FIREHOSE_DELIVERY_STREAM,
        **delivery(
            buffering_interval=60, buffering_size=5, compression_format="GZIP", kms_key_arn=key
        ),
        server_side_encryption={"enabled": True, "key_type": "AWS_OWNED_CMK"},
        tags=TAGS,
    )
    assert_shown(world, made)
    client, name = world.cloud.client("firehose"), made["name"]
    shown = client.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
    target = shown["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert target["BufferingHints"] == {"SizeInMBs": 5, "IntervalInSeconds": 60}
    assert target["EncryptionConfiguration"]["KMSEncryptionConfig"]["AWSKMSKeyARN"] == key
    assert shown["DeliveryStreamEncryptionConfiguration"]["Status"] == "ENABLED"
    world.change(made, tags={"More": "1"})
    tags = client.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"]
    assert tags == [{"Key": "More", "Value": "1"}]
    world.delete(made)
    world.delete(made)
    assert_gone(world, made)


def test_delivery_stream_reads_a_data_stream(world: World) -> None:
    stream = world.make(KINESIS_STREAM, shard_count=1)
    source = {"kinesis_stream_arn": stream.id, "role_arn": ROLE}
    made = world.make(
        KINESIS_FIREHOSE_DELIVERY_STREAM, **delivery(), kinesis_source_configuration=source
    )
    shown = world.cloud.client("firehose").describe_delivery_stream(
        DeliveryStreamName=made["name"]
    )["DeliveryStreamDescription"]
    assert shown["DeliveryStreamType"] == "KinesisStreamAsSource"
    assert_shown(world, made)


def test_unknown_setting_of_a_destination_is_refused(world: World) -> None:
    with pytest.raises(EmbeddedError, match=r"^extended_s3_configuration\.colour of aws:kin"):
        world.make(KINESIS_FIREHOSE_DELIVERY_STREAM, **delivery(colour="red"))
