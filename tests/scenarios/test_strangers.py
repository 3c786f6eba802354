"""Whatever the system: policies let no stranger in, nor lock out those who work there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import Circle, Statement, grants, statements
from stackproof.types import tokens

pytestmark = [
    pytest.mark.security,
    pytest.mark.blueprint("tap", "nova", "scalepayments", "serverless", "cicd"),
]

BUCKETS = (tokens.S3_POLICY,)
OTHERS = (tokens.ECR_POLICY, tokens.KMS_KEY, tokens.SECRET_POLICY, tokens.SNS_TOPIC_POLICY)


def said_of(live: Stack, *types: str) -> Iterator[tuple[Resource, Statement]]:
    """Give each statement of the policies that hang on resources of these types."""
    for type_ in types:
        for resource in live.all(type_):
            for statement in statements(resource.document("policy")):
                yield resource, statement


def strangers(policy: Resource, account: str) -> list[str]:
    """Give whom the policy of a resource lets in who does not belong to the account."""
    circle = Circle(account)
    document = statements(policy.document("policy"))
    return [str(grant) for grant in grants(document) if not circle.admits(grant)]


@pytest.mark.requirement("1.7", "2.5", "4.3", "5.4")
def test_buckets_let_no_stranger_in(live: Stack, outputs: Outputs) -> None:
    """No bucket's policy allows anything to everybody, or to another account.

    Blocking public access does not stop a policy that names one stranger.
    """
    account = str(outputs["account_id"])
    for policy in (one for type_ in BUCKETS for one in live.all(type_)):
        assert strangers(policy, account) == [], policy.name


@pytest.mark.requirement("1.10", "2.6", "3.15", "4.4", "5.5")
def test_keys_topics_secrets_and_images_let_no_stranger_in(live: Stack, outputs: Outputs) -> None:
    """No policy of a key, a topic, a secret or images lets in everybody, or another account.

    Whoever may use the key reads what it encrypts; whoever may publish wakes whom they like.
    """
    account = str(outputs["account_id"])
    for policy in (one for type_ in OTHERS for one in live.all(type_)):
        assert strangers(policy, account) == [], policy.name


@pytest.mark.requirement("1.7", "2.5", "4.3", "5.4")
def test_buckets_can_be_worked_with(live: Stack) -> None:
    """No bucket's policy refuses everybody something unconditionally.

    A bucket that nobody may write to keeps its encryption, its versions, and no object.
    """
    for policy, statement in said_of(live, *BUCKETS):
        assert statement.allows or not statement.everybody or statement.conditions, policy.name


@pytest.mark.requirement("1.10", "2.6", "3.15", "4.1", "5.2")
def test_keys_of_logs_and_alerts_work(live: Stack) -> None:
    """The keys that encrypt log groups and topics are enabled, and nobody deletes them.

    With the key gone no line is written, no alarm is told, and what was written can't be read.
    """
    for type_, path in (
        (tokens.LOG_GROUP, "kms_key_id"),
        (tokens.SNS_TOPIC, "kms_master_key_id"),
    ):
        for resource in live.all(type_):
            for key in live.follow(resource, path, tokens.KMS_KEY):
                assert key["is_enabled"] is True, f"{resource.name}: {key.name}"
