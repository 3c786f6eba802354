"""KMS keys and aliases: made, changed, read back, deleted."""

from __future__ import annotations

import json

from stackproof.model import Resource
from stackproof.types.tokens import KMS_ALIAS, KMS_KEY
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown

HIDDEN = ("deletion_window_in_days",)


def _policy() -> str:
    everything = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [everything]})


def test_key_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make(
        KMS_KEY,
        description="Encrypts logs",
        enable_key_rotation=True,
        rotation_period_in_days=200,
        deletion_window_in_days=14,
        policy=_policy(),
        tags=TAGS,
    )
    assert_shown(world, key, hidden=HIDDEN)
    world.change(
        key, description="Encrypts more", rotation_period_in_days=365, tags={**TAGS, "More": "1"}
    )
    assert_shown(world, key, hidden=HIDDEN)
    world.change(key, enable_key_rotation=False, rotation_period_in_days=None, tags=TAGS)
    assert_shown(world, key, hidden=HIDDEN)
    world.change(key, is_enabled=False)
    assert_shown(world, key, hidden=HIDDEN)
    assert_gone(world, key)


def test_key_without_settings_shows_the_defaults(world: World) -> None:
    key = world.make(KMS_KEY)
    assert_shown(world, key, hidden=HIDDEN)
    shown = world.read(key)
    assert isinstance(shown, Resource)
    assert shown.data["policy"] == key["policy"]


def test_keys_are_switched_and_deleted_by_their_arns(world: World) -> None:
    key, kms = world.make(KMS_KEY), world.cloud.client("kms")
    arn = key["arn"]

    def state() -> str:
        return str(kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"])

    kms.disable_key(KeyId=arn)
    assert state() == "Disabled"
    kms.enable_key(KeyId=arn)
    assert state() == "Enabled"
    kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    assert state() == "PendingDeletion"
    kms.cancel_key_deletion(KeyId=arn)
    assert state() == "Disabled"


def test_alias_moves_to_another_key(world: World) -> None:
    first, second = world.make(KMS_KEY), world.make(KMS_KEY)
    alias = world.make(KMS_ALIAS, name="alias/roundtrip", target_key_id=first.id)
    assert_shown(world, alias)
    world.change(alias, target_key_id=second.id)
    assert_shown(world, alias)
    assert alias["target_key_arn"] == second["arn"]
    assert_gone(world, alias)


def test_policy_and_grant_of_a_key_stand_apart(world: World) -> None:
    kms, key = world.cloud.client("kms"), world.make(KMS_KEY)
    policy = world.make("aws:kms/keyPolicy:KeyPolicy", key_id=key.id, policy=_policy())
    grant = world.make(
        "aws:kms/grant:Grant",
        key_id=key.id,
        grantee_principal="arn:aws:iam::123456789012:role/reader",
        operations=["Decrypt"],
        constraints=[{"encryption_context_equals": {"App": "shop"}}],
    )
    named = {"KeyId": key.id, "PolicyName": "default"}
    assert json.loads(kms.get_key_policy(**named)["Policy"]) == json.loads(_policy())
    (shown,) = kms.list_grants(KeyId=key.id)["Grants"]
    assert (shown["GrantId"], shown["Operations"]) == (grant["grant_id"], ["Decrypt"])
    assert_shown(world, grant)
    assert_gone(world, grant)
    world.delete(policy)
    world.delete(policy)
    assert kms.list_grants(KeyId=key.id)["Grants"] == []
    assert "123456789012:root" in kms.get_key_policy(**named)["Policy"]
