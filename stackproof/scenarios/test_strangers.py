"""Whatever the system: policies let no stranger in, nor lock out those who work there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stackproof.model import Resource, Stack
from stackproof.reasoning.access import Circle, Statement, grants, statements
from stackproof.settings.settings import Settings
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types import tokens

pytestmark = pytest.mark.security

# What a bucket is there for; that nobody may delete it is a guard.
_WORK = frozenset(("*", "s3:*", "s3:getobject", "s3:putobject", "s3:listbucket"))
BUCKETS = (tokens.S3_POLICY,)
OTHERS = (tokens.ECR_POLICY, tokens.KMS_KEY, tokens.SECRET_POLICY, tokens.SNS_TOPIC_POLICY)


@pytest.fixture(scope="module")
def circle(run_facts: Snapshot, settings: Settings) -> Circle:
    """Give whom the stack may let in: its own account, and whom the project trusts."""
    return Circle(run_facts.account, frozenset(settings.trusted))


def statements_of(live: Stack, *types: str) -> Iterator[tuple[Resource, Statement]]:
    """Give each statement of the policies that hang on resources of these types."""
    for type_ in types:
        for resource in live.all(type_):
            for statement in statements(resource.document("policy")):
                yield resource, statement


def strangers(policy: Resource, circle: Circle) -> list[str]:
    """Give whom the policy of a resource lets in who is neither of the account nor trusted."""
    document = statements(policy.document("policy"))
    return [str(grant) for grant in grants(document) if not circle.admits(grant)]


@pytest.mark.types(*BUCKETS)
def test_buckets_let_no_stranger_in(live: Stack, circle: Circle) -> None:
    """No bucket's policy allows anything to everybody, or to another account.

    Blocking public access does not stop a policy that names one stranger.
    """
    for policy in (resource for type_ in BUCKETS for resource in live.all(type_)):
        assert strangers(policy, circle) == [], policy.name


@pytest.mark.types(*OTHERS)
def test_keys_topics_secrets_and_images_let_no_stranger_in(live: Stack, circle: Circle) -> None:
    """No policy of a key, a topic, a secret or images lets in everybody, or another account.

    Whoever may use the key reads what it encrypts; whoever may publish wakes whom they like.
    """
    for policy in (resource for type_ in OTHERS for resource in live.all(type_)):
        assert strangers(policy, circle) == [], policy.name


@pytest.mark.types(*BUCKETS)
def test_buckets_can_be_worked_with(live: Stack) -> None:
    """No bucket's policy refuses everybody to read, write or list, unconditionally.

    A bucket that nobody may write to keeps its encryption, its versions, and no object.
    """
    for policy, statement in statements_of(live, *BUCKETS):
        assert not _refuses_work(statement), policy.name


def _refuses_work(statement: Statement) -> bool:
    if statement.allows or not statement.everybody or statement.conditions:
        return False
    excepted = {action.lower() for action in statement.excepted_actions}
    named = {action.lower() for action in statement.actions}
    return bool(_WORK & named) or bool(excepted and not excepted | {"*", "s3:*"} >= _WORK)


@pytest.mark.types(tokens.LOG_GROUP, tokens.SNS_TOPIC)
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
