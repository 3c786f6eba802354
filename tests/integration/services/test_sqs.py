"""Queues and queue policies: made, changed, read back, deleted."""

from __future__ import annotations

import json
from typing import Any

from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Cause, Unknown
from stackproof.types.tokens import SQS_POLICY, SQS_QUEUE
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, found


def policy(arn: str, action: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": action,
        "Resource": arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_queue_shows_what_was_declared_and_changed(world: World) -> None:
    dead = world.make(SQS_QUEUE, "dead", tags=TAGS)
    allow = json.dumps({"redrivePermission": "denyAll"})
    made = world.make(
        SQS_QUEUE,
        message_retention_seconds=600,
        visibility_timeout_seconds=180,
        sqs_managed_sse_enabled=True,
        redrive_policy=json.dumps({"deadLetterTargetArn": dead["arn"], "maxReceiveCount": 3}),
        redrive_allow_policy=allow,
        tags=TAGS,
    )
    assert_shown(world, made)
    world.change(made, message_retention_seconds=900, tags={**TAGS, "More": "1"})
    assert_shown(world, made)
    world.change(made, redrive_policy=None, redrive_allow_policy=None, tags=TAGS)
    assert_shown(world, made)
    shown: Any = world.read(made)
    names = ("redrive_policy", "redrive_allow_policy")
    assert [shown.data[name] for name in names] == [None, None]
    assert_gone(world, made)


def test_queue_with_a_key_isnt_encrypted_with_the_one_of_sqs(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    made = world.make(
        SQS_QUEUE,
        kms_master_key_id=key["arn"],
        kms_data_key_reuse_period_seconds=600,
        tags=TAGS,
    )
    assert_shown(world, made)
    shown: Any = world.read(made)
    assert shown.data["sqs_managed_sse_enabled"] is False


def test_ordered_queue_is_named_as_aws_wants_it(world: World) -> None:
    made = world.make(
        SQS_QUEUE,
        fifo_queue=True,
        content_based_deduplication=True,
        deduplication_scope="messageGroup",
        fifo_throughput_limit="perMessageGroupId",
        tags=TAGS,
    )
    assert made["name"].endswith(".fifo")
    shown: Any = world.read(made)
    assert shown.data["fifo_queue"] is True
    assert shown.data["deduplication_scope"] == "messageGroup"


def test_policy_shows_what_was_declared_and_changed(world: World) -> None:
    queue = world.make(SQS_QUEUE, tags=TAGS)
    made = world.make(
        SQS_POLICY, queue_url=queue.id, policy=policy(queue["arn"], "sqs:SendMessage")
    )
    assert_shown(world, made)
    assert_shown(world, queue)
    world.change(made, policy=policy(queue["arn"], "sqs:*"))
    assert_shown(world, made)
    assert_gone(world, made)


def test_queue_whose_attributes_are_denied_is_there_and_unknown(
    world: World, server: Server
) -> None:
    queue = world.make(SQS_QUEUE, tags=TAGS)
    inject(server, Fault("deny", service="sqs", operation="GetQueueAttributes"))
    try:
        snapshot = world.snapshot()
    finally:
        clear(server)
    shown = found(snapshot.stack(), queue)
    hidden = shown.data["kms_master_key_id"]
    assert isinstance(hidden, Unknown)
    assert hidden.cause is Cause.ACCESS_DENIED
    assert (shown.data["name"], shown.data["tags"]) == (queue["name"], TAGS)
    assert SQS_POLICY in snapshot.gaps
