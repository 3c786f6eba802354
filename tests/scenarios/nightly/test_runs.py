"""Each night a run is started where it may work, and where nobody reaches it."""

from __future__ import annotations

import json
import re

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.openings import seen
from stackproof.reasoning.security_groups import ingress
from stackproof.sights.live.permissions import read_only_policy
from stackproof.types import tokens
from tests.scenarios.conftest import Named, RoleStatements, Subnets

pytestmark = [
    pytest.mark.security,
    pytest.mark.blueprint("nightly"),
    pytest.mark.requirement("9.4"),
]

PLACE = "target.ecs_parameters.network_configuration"
EVERY_DAY = re.compile(r"cron\(\d+ \d+ \* \* \? \*\)")


def test_a_run_is_started_each_day(
    schedule: Resource, task: Resource, outputs: Outputs, named: Named
) -> None:
    """The schedule is on, has a time of every day, and starts the deployed task on its cluster.

    Evidence with holes in it is what an auditor asks about first.
    """
    assert schedule["state"] == "ENABLED"
    assert EVERY_DAY.fullmatch(schedule["schedule_expression"])
    assert schedule["schedule_expression"] == outputs.settings["schedule"]
    assert schedule.text("target.arn") == named("cluster_name", tokens.ECS_CLUSTER).arn
    assert task.arn == outputs["task_definition_arn"]


def test_runs_stand_in_private_subnets_where_nobody_reaches_them(
    schedule: Resource, outputs: Outputs, subnets: Subnets, live: Stack
) -> None:
    """Tasks are started in the private subnets, without an address, in a group without a way in.

    A run holds a role that sees the whole account.
    """
    assert set(schedule.values(f"{PLACE}.subnets")) == {s.id for s in subnets("private")}
    assert schedule.get(f"{PLACE}.assign_public_ip") is False
    (group,) = schedule.values(f"{PLACE}.security_groups")
    assert group == outputs["task_security_group_id"]
    found = live.look_up(group, tokens.SECURITY_GROUP)
    assert found is not None
    assert list(seen(ingress(found, live))) == []


def test_runs_read_the_account_and_add_records_and_nothing_else(
    task: Resource,
    history: Resource,
    role_statements: RoleStatements,
    named: Named,
    outputs: Outputs,
) -> None:
    """The task's role may do what the read-only policy says, and add to the history, no more.

    What watches the account every night must not be the way to change it, nor its own evidence.
    """
    assert task["task_role_arn"] == outputs["task_role_arn"]
    allowed: dict[str, set[str]] = {}
    for statement in role_statements(named("task_role_arn", tokens.IAM_ROLE)):
        assert statement.allows
        assert not statement.excepted_actions
        for action in statement.actions:
            allowed.setdefault(action, set()).update(statement.resources)
    assert outputs["history"] == f"s3://{history.id}/records"
    records, key = {f"{history.arn}/records/*"}, {outputs["data_kms_key_arn"]}
    reads = read_only_policy()["Statement"][0]["Action"]
    assert allowed == {action: {"*"} for action in reads} | {
        "s3:ListBucket": {str(history.arn)},
        "s3:GetObject": records,
        "s3:PutObject": records,
        "kms:Decrypt": key,
        "kms:GenerateDataKey": key,
    }


def test_only_ecs_takes_the_role(named: Named) -> None:
    """The task's role is taken by tasks of ECS in this account, and by nobody else.

    Whoever else takes it sees all that the account holds.
    """
    (trust,) = named("task_role_arn", tokens.IAM_ROLE).document("assume_role_policy")["Statement"]
    assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert "aws:SourceAccount" in trust["Condition"]["StringEquals"]


def test_runs_keep_their_records_in_the_history(task: Resource, outputs: Outputs) -> None:
    """The container is started with the command that keeps records in the stack's bucket.

    A run whose record is kept nowhere has proven nothing the next morning.
    """
    (container,) = json.loads(str(task["container_definitions"]))
    assert container["command"] == ["nightly", "--history", outputs["history"]]
    assert container["image"].startswith(f"{outputs['image_repository_url']}:")


def test_records_are_kept_private_versioned_and_encrypted(
    history: Resource, outputs: Outputs, live: Stack
) -> None:
    """The history's bucket keeps earlier versions, is encrypted with our key, and public to none.

    What replaces a month of records by mistake must not be the end of them.
    """
    (versions,) = live.seen_referrers(history, tokens.S3_VERSIONING, "bucket")
    assert versions.text("versioning_configuration.status") == "Enabled"
    (encryption,) = live.seen_referrers(history, tokens.S3_ENCRYPTION, "bucket")
    (rule,) = encryption.blocks("rules")
    default = "apply_server_side_encryption_by_default"
    assert rule.text(f"{default}.sse_algorithm") == "aws:kms"
    assert rule.text(f"{default}.kms_master_key_id") == outputs["data_kms_key_arn"]
    (block,) = live.seen_referrers(history, tokens.S3_PUBLIC_ACCESS_BLOCK, "bucket")
    for setting in (
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ):
        assert block[setting] is True, setting


def test_records_are_read_and_written_by_tls_only(history: Resource, live: Stack) -> None:
    """The bucket's policy denies everybody what comes without TLS, and allows nobody anything.

    Records say where an account is weak.
    """
    (policy,) = live.seen_referrers(history, tokens.S3_POLICY, "bucket")
    (statement,) = policy.document("policy")["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == (
        "Deny",
        "*",
        "s3:*",
    )
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
