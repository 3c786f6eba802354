"""Event buses, log streams and subscriptions: made, changed, deleted."""

from __future__ import annotations

import json
from typing import Any

from stackproof.types.tokens import LOG_SUBSCRIPTION_FILTER
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, assert_told


def _twice(world: World, *made: Any) -> None:
    for one in made:
        world.delete(one)
        world.delete(one)


def test_bus_archive_and_permission_come_and_go(world: World) -> None:
    events = world.cloud.client("events")
    bus = world.make("aws:cloudwatch/eventBus:EventBus", "orders", tags=TAGS)
    assert bus["arn"].endswith(f":event-bus/{bus.id}")
    assert_shown(world, bus)
    world.change(bus, tags={"Name": "renamed"})
    tags = events.list_tags_for_resource(ResourceARN=bus["arn"])["Tags"]
    assert tags == [{"Key": "Name", "Value": "renamed"}]
    permission = world.make(
        "aws:cloudwatch/eventPermission:EventPermission",
        principal="111122223333",
        statement_id="partner",
        event_bus_name=bus.id,
    )
    assert "111122223333" in events.describe_event_bus(Name=bus.id)["Policy"]
    assert_told(world, permission, principal="111122223333", action="events:PutEvents")
    archive = world.make(
        "aws:cloudwatch/eventArchive:EventArchive", event_source_arn=bus["arn"], retention_days=7
    )
    world.change(archive, retention_days=14)
    assert events.describe_archive(ArchiveName=archive.id)["RetentionDays"] == 14
    _twice(world, archive, permission, bus)
    assert [b["Name"] for b in events.list_event_buses()["EventBuses"]] == ["default"]


def test_stream_subscription_and_policy_come_and_go(world: World) -> None:
    logs = world.cloud.client("logs")
    group = world.make("aws:cloudwatch/logGroup:LogGroup", "group")
    stream = world.make(
        "aws:cloudwatch/logStream:LogStream", "stream", log_group_name=group["name"]
    )
    assert stream["arn"].endswith(f":log-group:{group['name']}:log-stream:{stream.id}")
    (shown,) = logs.describe_log_streams(logGroupName=group["name"])["logStreams"]
    assert shown["logStreamName"] == stream.id
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "es.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": "*",
    }
    receiver = world.make("aws:kinesis/stream:Stream", shard_count=1)
    subscription = world.make(
        LOG_SUBSCRIPTION_FILTER,
        "errors",
        log_group=group["name"],
        filter_pattern="ERROR",
        destination_arn=receiver["arn"],
        role_arn="arn:aws:iam::123456789012:role/logs",
    )
    assert_told(
        world,
        subscription,
        log_group=group["name"],
        destination_arn=receiver["arn"],
        filter_pattern="ERROR",
    )
    assert_gone(world, subscription)
    policy = world.make(
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        policy_name="search",
        policy_document=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    assert [p["policyName"] for p in logs.describe_resource_policies()["resourcePolicies"]] == [
        "search"
    ]
    _twice(world, policy, stream, group)
    assert logs.describe_resource_policies()["resourcePolicies"] == []
