"""Tables and their items: made, changed, read back, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Cause, Unknown
from stackproof.types.tokens import DYNAMODB_TABLE, DYNAMODB_TABLE_ITEM
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, found

KEY = [{"name": "id", "type": "S"}]


def test_table_on_demand_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    made = world.make(
        DYNAMODB_TABLE,
        attributes=[*KEY, {"name": "at", "type": "N"}, {"name": "owner", "type": "S"}],
        hash_key="id",
        range_key="at",
        billing_mode="PAY_PER_REQUEST",
        deletion_protection_enabled=True,
        global_secondary_indexes=[
            {"name": "by-owner", "hash_key": "owner", "range_key": "at", "projection_type": "ALL"}
        ],
        on_demand_throughput={"max_read_request_units": 10, "max_write_request_units": 5},
        point_in_time_recovery={"enabled": True, "recovery_period_in_days": 7},
        server_side_encryption={"enabled": True, "kms_key_arn": key["arn"]},
        stream_enabled=True,
        stream_view_type="NEW_IMAGE",
        table_class="STANDARD_INFREQUENT_ACCESS",
        ttl={"attribute_name": "until", "enabled": True},
        tags=TAGS,
    )
    assert made["stream_arn"].startswith(f"{made['arn']}/stream/")
    assert_shown(world, made)
    world.change(
        made,
        attributes=[*KEY, {"name": "at", "type": "N"}, {"name": "kind", "type": "S"}],
        deletion_protection_enabled=False,
        global_secondary_indexes=[
            {
                "name": "by-kind",
                "hash_key": "kind",
                "projection_type": "INCLUDE",
                "non_key_attributes": ["owner"],
            }
        ],
        point_in_time_recovery=None,
        table_class="STANDARD",
        ttl=None,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made)
    shown: Any = world.read(made)
    assert shown.data["point_in_time_recovery"]["enabled"] is False
    assert shown.data["ttl"] == {"attribute_name": "until", "enabled": False}
    assert_gone(world, made)


def test_provisioned_table_shows_what_was_declared_and_changed(world: World) -> None:
    index = {"name": "by-at", "hash_key": "at", "projection_type": "KEYS_ONLY"}
    made = world.make(
        DYNAMODB_TABLE,
        attributes=[*KEY, {"name": "at", "type": "N"}],
        hash_key="id",
        range_key="at",
        read_capacity=5,
        write_capacity=5,
        global_secondary_indexes=[{**index, "read_capacity": 1, "write_capacity": 1}],
        local_secondary_indexes=[{"name": "also", "range_key": "at", "projection_type": "ALL"}],
        tags=TAGS,
    )
    assert_shown(world, made)
    world.change(
        made,
        read_capacity=10,
        global_secondary_indexes=[{**index, "read_capacity": 2, "write_capacity": 2}],
    )
    assert_shown(world, made)
    world.change(
        made,
        server_side_encryption={"enabled": True},
        stream_enabled=True,
        stream_view_type="KEYS_ONLY",
    )
    shown: Any = world.read(made)
    assert shown.data["server_side_encryption"]["enabled"] is True
    assert shown.data["stream_view_type"] == "KEYS_ONLY"


def test_replica_has_what_was_written_to_the_table(world: World) -> None:
    made = world.make(
        DYNAMODB_TABLE,
        attributes=KEY,
        hash_key="id",
        billing_mode="PAY_PER_REQUEST",
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        replicas=[{"region_name": "us-west-2"}],
        tags=TAGS,
    )
    assert_shown(world, made)
    item = {"id": {"S": "1"}}
    world.cloud.client("dynamodb").put_item(TableName=made.id, Item=item)
    west = world.cloud.client("dynamodb", "us-west-2")
    assert west.get_item(TableName=made.id, Key=item)["Item"] == item
    replica = west.describe_table(TableName=made.id)["Table"]
    assert replica["TableArn"] == made["arn"].replace("us-east-1", "us-west-2")
    world.change(made, replicas=None)
    shown: Any = world.read(made)
    assert shown.data["replicas"] == []
    assert west.list_tables()["TableNames"] == []


def test_table_without_streams_has_no_replica(world: World) -> None:
    with pytest.raises(EmbeddedError, match="Table must have streams enabled"):
        world.make(
            DYNAMODB_TABLE,
            attributes=KEY,
            hash_key="id",
            billing_mode="PAY_PER_REQUEST",
            replicas=[{"region_name": "us-west-2"}],
        )


def test_table_is_not_restored(world: World) -> None:
    with pytest.raises(EmbeddedError, match=r"^restore_source_name of aws:dynamodb/table:Table is"):
        world.make(DYNAMODB_TABLE, restore_source_name="old", hash_key="id", attributes=KEY)


def test_item_is_put_and_moves_to_another_key(world: World) -> None:
    table = world.make(
        DYNAMODB_TABLE, attributes=KEY, hash_key="id", billing_mode="PAY_PER_REQUEST"
    )
    given = {"table_name": table.id, "hash_key": "id"}
    item = world.make(
        DYNAMODB_TABLE_ITEM, **given, item=json.dumps({"id": {"S": "1"}, "kind": {"S": "cat"}})
    )
    assert item.id == f"{table.id}|id|1"
    with pytest.raises(EmbeddedError, match="ConditionalCheckFailed"):
        world.make(DYNAMODB_TABLE_ITEM, **given, item=json.dumps({"id": {"S": "1"}}))
    world.change(item, item=json.dumps({"id": {"S": "2"}, "kind": {"S": "dog"}}))
    items = world.cloud.client("dynamodb").scan(TableName=table.id)["Items"]
    assert items == [{"id": {"S": "2"}, "kind": {"S": "dog"}}]
    world.delete(item)
    world.delete(item)
    assert world.cloud.client("dynamodb").scan(TableName=table.id)["Items"] == []


def test_policy_of_a_table(world: World) -> None:
    table = world.make(
        DYNAMODB_TABLE, attributes=KEY, hash_key="id", billing_mode="PAY_PER_REQUEST"
    )
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    made = world.make(
        "aws:dynamodb/resourcePolicy:ResourcePolicy", resource_arn=table["arn"], policy=policy
    )
    client = world.cloud.client("dynamodb")
    assert client.get_resource_policy(ResourceArn=table["arn"])["Policy"] == policy
    assert_shown(world, made)
    assert_gone(world, made)


def test_table_whose_backups_are_denied_is_there_and_unknown(world: World, server: Server) -> None:
    made = world.make(
        DYNAMODB_TABLE, attributes=KEY, hash_key="id", billing_mode="PAY_PER_REQUEST", tags=TAGS
    )
    inject(server, Fault("deny", service="dynamodb", operation="DescribeContinuousBackups"))
    try:
        shown = found(world.snapshot().stack(), made)
    finally:
        clear(server)
    hidden = shown.data["point_in_time_recovery"]
    assert isinstance(hidden, Unknown)
    assert hidden.cause is Cause.ACCESS_DENIED
    assert shown.data["hash_key"] == "id"
