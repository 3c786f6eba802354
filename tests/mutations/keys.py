"""Mutations of encryption keys that several systems have in common."""

from __future__ import annotations

import json

from tests.mutations.mutation import Aws


def no_service_may_use(aws: Aws, key: str, service: str) -> object:
    """Take what a service may do out of a key's policy."""
    kms = aws("kms")
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    kept = [s for s in policy["Statement"] if service not in json.dumps(s["Principal"])]
    assert len(kept) < len(policy["Statement"]), f"{service} may not use {key}"
    return kms.put_key_policy(
        KeyId=key, PolicyName="default", Policy=json.dumps({**policy, "Statement": kept})
    )


def stop_rotation(aws: Aws, key: str) -> object:
    """Keep a key's material for ever."""
    return aws("kms").disable_key_rotation(KeyId=key)


def log_groups_key(aws: Aws, group: str) -> str:
    """Give the key of a log group."""
    (found,) = aws("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return str(found["kmsKeyId"])


def topics_key(aws: Aws, topic: str) -> str:
    """Give the key of a topic."""
    return str(aws("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["KmsMasterKeyId"])
