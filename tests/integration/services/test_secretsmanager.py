"""Secrets: made, changed, read back, deleted; their values are never read."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from stackproof.controls.registry import judge
from stackproof.embedded import apply
from stackproof.embedded.frame.base import session
from stackproof.model import Fail
from stackproof.sights.live.account import take_account
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import guard
from stackproof.types.tokens import (
    RDS_CLUSTER,
    RDS_INSTANCE,
    SECRET,
    SECRET_POLICY,
    SECRETSMANAGER_SECRET_VERSION,
)
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, found

HIDDEN = (
    "force_overwrite_replica_secret",
    "name_prefix",
    "recovery_window_in_days",
)


def test_secret_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    secret = world.make(
        SECRET,
        name_prefix="roundtrip/",
        description="A token",
        kms_key_id=key["arn"],
        recovery_window_in_days=7,
        tags=TAGS,
    )
    assert secret["name"].startswith("roundtrip/")
    assert_shown(world, secret, hidden=HIDDEN)
    world.change(secret, description="Another token", tags={**TAGS, "More": "1"})
    assert_shown(world, secret, hidden=HIDDEN)
    assert_gone(world, secret)


def test_policy_shows_what_was_declared_and_changed(world: World) -> None:
    secret = world.make(SECRET, tags=TAGS)
    policy = world.make(SECRET_POLICY, secret_arn=secret.id, policy=_policy("GetSecretValue"))
    assert_shown(world, policy)
    world.change(policy, policy=_policy("DescribeSecret"))
    assert_shown(world, policy)
    assert_gone(world, policy)
    world.delete(secret)


def _policy(action: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": f"secretsmanager:{action}",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_value_is_kept_but_never_read(world: World) -> None:
    secret = world.make(SECRET, recovery_window_in_days=0, tags=TAGS)
    version = world.make(
        SECRETSMANAGER_SECRET_VERSION, secret_id=secret.id, secret_string="hush-hush"
    )
    assert version.id == f"{secret.id}|{version['version_id']}"
    assert_shown(world, version, hidden=("secret_string",))
    snapshot = world.snapshot()
    assert "hush-hush" not in str(asdict(snapshot))
    assert found(snapshot.stack(), version).data["version_stages"] == ["AWSCURRENT"]
    value = world.cloud.client("secretsmanager").get_secret_value(SecretId=secret.id)
    assert value["SecretString"] == "hush-hush"
    world.delete(version)
    assert_gone(world, secret)
    world.delete(version)


def test_password_is_as_long_as_asked_for(world: World) -> None:
    token = "aws:secretsmanager/getRandomPassword:getRandomPassword"
    asked = {"password_length": 40, "exclude_punctuation": True}
    password = apply.invoke(world.cloud, token, asked)["random_password"]
    assert len(password) == 40
    assert password.isalnum()


@pytest.mark.parametrize("type_", [RDS_CLUSTER, RDS_INSTANCE])
def test_policy_on_a_password_that_rds_keeps_is_judged_and_nothing_else_of_it(
    world: World, type_: str
) -> None:
    kind = "cluster_identifier" if type_ == RDS_CLUSTER else "identifier"
    engine = "aurora-postgresql" if type_ == RDS_CLUSTER else "postgres"
    more = (
        {} if type_ == RDS_CLUSTER else {"allocated_storage": 20, "instance_class": "db.t3.micro"}
    )
    database = world.make(
        type_,
        **{kind: f"kept-{engine}"},
        engine=engine,
        username=None if type_ == RDS_CLUSTER else "administrator",
        master_username="administrator" if type_ == RDS_CLUSTER else None,
        manage_master_user_password=True,
        skip_final_snapshot=True,
        tags=TAGS,
        **more,
    )
    ours = world.make(SECRET, name=f"ours-{engine}", tags=TAGS)  # so that secrets are read
    (secret,) = (one["secret_arn"] for one in database["master_user_secrets"])
    assert _of_the_kept(world, secret) == []
    stranger = _policy("GetSecretValue").replace("123456789012", "999999999999")
    secrets = world.cloud.client("secretsmanager")
    secrets.put_resource_policy(SecretId=secret, ResourcePolicy=stranger)
    assert _of_the_kept(world, secret) == [SECRET_POLICY]
    snapshot = world.snapshot(secret)
    assert secret in snapshot.made_by_aws
    failed = {
        finding.control.id
        for finding in judge(snapshot.stack())
        if finding.resource.id == secret and isinstance(finding.outcome, Fail)
    }
    assert failed == {"secretsmanager-secret-no-external-access"}
    world.delete(ours)
    world.delete(database)


def _of_the_kept(world: World, secret: str) -> list[str]:
    """Give the types of what is read of a secret, alike in the stack and in its account."""
    aws = Aws(guard(readers()), world.cloud.endpoint, session())
    account = take_account(aws, readers(), [world.cloud.region]).snapshot
    seen = [
        [one.type for one in snapshot.resources if secret in (one.id, one.arn)]
        for snapshot in (world.snapshot(), account)
    ]
    assert seen[0] == seen[1]
    return seen[0]
