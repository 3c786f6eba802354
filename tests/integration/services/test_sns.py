"""Topics, topic policies and subscriptions: made, changed, read back, deleted."""

from __future__ import annotations

import json
from typing import Any

from stackproof.types.tokens import SNS_SUBSCRIPTION, SNS_TOPIC, SNS_TOPIC_POLICY
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def _policy(arn: str, action: str) -> str:
    statement: dict[str, Any] = {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": action,
        "Resource": arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_topic_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    topic = world.make(
        SNS_TOPIC, name="roundtrip", display_name="Alarms", kms_master_key_id=key["arn"], tags=TAGS
    )
    assert_shown(world, topic)
    world.change(topic, display_name="More alarms", tags={**TAGS, "More": "1"})
    assert_shown(world, topic)
    assert_gone(world, topic)


def test_policy_goes_back_to_the_default(world: World) -> None:
    topic = world.make(SNS_TOPIC, tags=TAGS)
    policy = world.make(SNS_TOPIC_POLICY, arn=topic.id, policy=_policy(topic.id, "sns:Publish"))
    assert_shown(world, policy)
    world.change(policy, policy=_policy(topic.id, "sns:Subscribe"))
    assert_shown(world, policy)
    assert_gone(world, policy)
    world.delete(topic)


def test_subscription_shows_what_was_declared_and_changed(world: World) -> None:
    topic = world.make(SNS_TOPIC, tags=TAGS)
    queue = "arn:aws:sqs:us-east-1:123456789012:roundtrip"
    world.cloud.client("sqs").create_queue(QueueName="roundtrip")
    email = world.make(
        SNS_SUBSCRIPTION, topic=topic.id, protocol="email", endpoint="ops@example.com"
    )
    sqs = world.make(SNS_SUBSCRIPTION, topic=topic.id, protocol="sqs", endpoint=queue)
    hidden = ("confirmation_timeout_in_minutes", "endpoint_auto_confirms")
    assert_shown(world, email, hidden=hidden)
    world.change(sqs, raw_message_delivery=True)
    assert_shown(world, sqs, hidden=hidden)
    assert_gone(world, email)
    assert_shown(world, sqs, hidden=hidden)
