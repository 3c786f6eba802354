"""AWS Backup: vaults, plans and selections made, changed, read back, deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Unknown
from stackproof.types.tokens import BACKUP_PLAN, BACKUP_SELECTION, BACKUP_VAULT, BACKUP_VAULT_POLICY
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown, found


def _plan(world: World, vault: Made, name: str, **settings: Any) -> Made:
    rule = {
        "rule_name": "daily",
        "target_vault_name": vault["name"],
        "schedule": "cron(0 5 ? * * *)",
        "lifecycle": {"delete_after": 30},
    }
    return world.make(BACKUP_PLAN, **{"name": name, "rules": [rule], "tags": TAGS, **settings})


def _selection(world: World, plan: Made, **settings: Any) -> Made:
    role = world.cloud.arn("iam", "role/backup", "")
    return world.make(BACKUP_SELECTION, plan_id=plan.id, iam_role_arn=role, **settings)


@pytest.fixture
def faulty(server: Server) -> Iterator[Server]:
    yield server
    clear(server)


def test_vault_and_its_policy_show_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    vault = world.make(BACKUP_VAULT, name="roundtrip", kms_key_arn=key["arn"], tags=TAGS)
    assert_shown(world, vault)
    statement = {"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteRecoveryPoint"}
    document = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*"}]}
    policy = world.make(
        BACKUP_VAULT_POLICY, backup_vault_name=vault["name"], policy=json.dumps(document)
    )
    assert_shown(world, policy)
    document["Statement"] = [{**statement, "Action": "backup:*", "Resource": "*"}]
    world.change(policy, policy=json.dumps(document))
    assert_shown(world, policy)
    assert_gone(world, policy)
    world.change(vault, tags={"Project": "roundtrip", "Environment": "test"})
    assert_shown(world, vault)
    assert_gone(world, vault)


def test_policy_goes_with_its_vault(world: World) -> None:
    vault = world.make(BACKUP_VAULT, name="again")
    policy = world.make(BACKUP_VAULT_POLICY, backup_vault_name=vault["name"], policy="{}")
    world.delete(vault)
    world.make(BACKUP_VAULT, name="again")
    assert world.read(policy) is None


def test_plan_shows_what_was_declared_and_changed(world: World) -> None:
    vault = world.make(BACKUP_VAULT, name="planned")
    plan = _plan(
        world,
        vault,
        "roundtrip",
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": vault["name"],
                "schedule": "cron(0 5 ? * * *)",
                "start_window": 120,
                "completion_window": 360,
                "enable_continuous_backup": True,
                "recovery_point_tags": {"CamelCase": "kept"},
                "lifecycle": {"cold_storage_after": 30, "delete_after": 120},
                "copy_actions": [
                    {
                        "destination_vault_arn": world.cloud.arn(
                            "backup", "backup-vault:far", "us-west-2"
                        ),
                        "lifecycle": {"delete_after": 120},
                    }
                ],
            }
        ],
        advanced_backup_settings=[
            {"resource_type": "EC2", "backup_options": {"WindowsVSS": "enabled"}}
        ],
    )
    assert_shown(world, plan)
    first = plan["version"]
    (rule,) = plan.inputs["rules"]
    world.change(
        plan,
        rules=[
            {**rule, "lifecycle": {"delete_after": 7}, "copy_actions": []},
            {"rule_name": "weekly", "target_vault_name": vault["name"]},
        ],
        advanced_backup_settings=None,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, plan)
    assert plan["version"] != first
    assert_gone(world, plan)
    again = _plan(world, vault, "roundtrip")
    assert again.id != plan.id
    assert_gone(world, again)


def test_rule_without_windows_has_those_of_the_provider(world: World) -> None:
    vault = world.make(BACKUP_VAULT, name="windows")
    plan = _plan(world, vault, "windows")
    shown = found(world.snapshot().stack(), plan)
    assert (shown.get("rules.0.start_window"), shown.get("rules.0.completion_window")) == (60, 180)
    world.delete(plan)


def test_selections_show_what_was_declared(world: World) -> None:
    vault = world.make(BACKUP_VAULT, name="selected")
    plan = _plan(world, vault, "selected")
    tag = {"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}
    tagged = _selection(world, plan, name="tagged", selection_tags=[tag])
    listed = _selection(
        world,
        plan,
        name="listed",
        resources=["arn:aws:rds:*:*:db:*", "arn:aws:ec2:*:*:volume/*"],
        not_resources=["arn:aws:rds:*:*:db:scratch"],
        conditions=[
            {
                "string_equals": [{"key": "aws:ResourceTag/Environment", "value": "test"}],
                "string_not_likes": [{"key": "aws:ResourceTag/Name", "value": "tmp-*"}],
            }
        ],
    )
    assert_shown(world, tagged)
    assert_shown(world, listed)
    with pytest.raises(EmbeddedError, match="selections must be deleted"):
        world.delete(plan)
    assert_gone(world, tagged)
    assert_gone(world, listed)
    assert_gone(world, plan)


def test_plan_and_selection_show_all_but_what_is_denied(world: World, faulty: Server) -> None:
    vault = world.make(BACKUP_VAULT, name="denied")
    plan = _plan(world, vault, "denied")
    selection = _selection(world, plan, name="denied", resources=["*"])
    for operation in ("GetBackupPlan", "GetBackupSelection", "GetBackupVaultAccessPolicy"):
        inject(faulty, Fault("deny", service="backup", operation=operation))
    snapshot = world.snapshot()
    hidden = {
        made.type: {n for n, v in found(snapshot.stack(), made).data.items() if _unknown(v)}
        for made in (plan, selection)
    }
    assert hidden == {
        BACKUP_PLAN: {"advanced_backup_settings", "rules"},
        BACKUP_SELECTION: {"conditions", "not_resources", "resources", "selection_tags"},
    }
    assert BACKUP_VAULT_POLICY in snapshot.gaps


def _unknown(value: Any) -> bool:
    return isinstance(value, Unknown)
