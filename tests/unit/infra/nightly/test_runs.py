from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout
from typing import Any

import pytest

from infra.components.nightly import ENDED
from stackproof.commands.nights import summed_up
from stackproof.reasoning.events import lets_through, stopped_task_event
from stackproof.sights.live.permissions import read_only_policy
from stackproof.types import tokens
from tests.unit.infra.facts import outputs_tell_the_alarms, permissions, taggable
from tests.unit.infra.program import ACCOUNT, ROOT, Deployment, run_program

BUCKET = f"arn:aws:s3:::nightly-history-prod-{ACCOUNT}"
HERE = f"us-east-1:{ACCOUNT}"
# IAM and AWS STS quotas, "IAM and STS character limits": of all inline policies of a role, without
# white space.
LONGEST_POLICIES = 10_240

pytestmark = pytest.mark.requirement("9.4")


def _task(deployment: Deployment) -> dict[str, Any]:
    definition = deployment.only(tokens.ECS_TASK_DEFINITION)
    (container,) = json.loads(definition["container_definitions"])
    found: dict[str, Any] = container
    return found


def _target(deployment: Deployment) -> dict[str, Any]:
    target: dict[str, Any] = deployment.only(tokens.SCHEDULER_SCHEDULE)["target"]
    return target


def test_the_schedule_starts_the_task_every_day_at_two(deployment: Deployment) -> None:
    schedule = deployment.only(tokens.SCHEDULER_SCHEDULE)
    assert (schedule["state"], schedule["schedule_expression"]) == ("ENABLED", "cron(0 2 * * ? *)")
    parameters = _target(deployment)["ecs_parameters"]
    assert parameters["task_definition_arn"] == deployment.outputs["task_definition_arn"]
    assert parameters["launch_type"] == "FARGATE"
    network = parameters["network_configuration"]
    assert network["assign_public_ip"] is False
    assert sorted(network["subnets"]) == ["Subnet-private-a", "Subnet-private-b"]
    assert network["security_groups"] == ["SecurityGroup-task-security-group"]


def test_nobody_reaches_the_task_and_it_reaches_https_only(deployment: Deployment) -> None:
    assert deployment.all(tokens.SECURITY_GROUP_INGRESS_RULE) == []
    out = deployment.only("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert (out["from_port"], out["to_port"], out["ip_protocol"]) == (443, 443, "tcp")
    assert _task(deployment)["portMappings"] == []


def test_the_task_keeps_records_and_writes_to_its_scratch_only(deployment: Deployment) -> None:
    task = _task(deployment)
    assert task["command"] == ["nightly", "--history", f"s3://{BUCKET[13:]}/records"]
    assert task["image"] == f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/nightly-images-prod:1.0.0"
    assert task["readonlyRootFilesystem"] is True
    told = {item["name"]: item["value"] for item in task["environment"]}
    assert told == {"AWS_REGION": "us-east-1", "HOME": "/tmp"}
    assert task["linuxParameters"]["tmpfs"][0]["containerPath"] == told["HOME"]


def test_the_task_reads_the_account_and_adds_records_and_nothing_else(
    deployment: Deployment,
) -> None:
    records, key = [f"{BUCKET}/records/*"], [f"arn:aws:kms:{HERE}:key/data-key"]
    reads = {action: ["*"] for action in read_only_policy()["Statement"][0]["Action"]}
    assert permissions(deployment, "stackproof-task") == reads | {
        "s3:ListBucket": [BUCKET],
        "s3:GetObject": records,
        "s3:PutObject": records,
        "kms:Decrypt": key,
        "kms:GenerateDataKey": key,
    }
    policy = deployment.only(tokens.IAM_ROLE_POLICY, "stackproof-task")["policy"]
    assert len(re.sub(r"\s", "", policy)) < LONGEST_POLICIES


def test_the_policy_in_the_documentation_is_the_tasks(deployment: Deployment) -> None:
    documented = json.loads((ROOT / "docs/read-only-policy.json").read_text())["Statement"]
    own = deployment.only(tokens.IAM_ROLE_POLICY, "stackproof-task").policy()
    assert [statement for statement in own if statement in documented] == documented


def test_the_schedule_may_start_this_task_on_this_cluster_only(deployment: Deployment) -> None:
    run, hand_on = deployment.only(tokens.IAM_ROLE_POLICY, "schedule").policy()
    assert run["Resource"] == f"arn:aws:ecs:{HERE}:task-definition/nightly-stackproof-prod:*"
    assert run["Condition"] == {"ArnEquals": {"ecs:cluster": _target(deployment)["arn"]}}
    assert len(hand_on["Resource"]) == 2
    assert hand_on["Condition"] == {
        "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    }


@pytest.mark.parametrize(("code", "noticed"), [(0, False), (1, True), (3, True), (None, True)])
def test_whatever_ends_badly_is_told(
    code: int | None, noticed: bool, deployment: Deployment
) -> None:
    rule = deployment.only(tokens.EVENT_RULE)
    task = f"arn:aws:ecs:{HERE}:task/nightly/0123456789abcdef"
    event = stopped_task_event(_target(deployment)["arn"], code, arn=task)
    assert lets_through(json.loads(rule["event_pattern"]), event) is noticed
    target = deployment.only(tokens.EVENT_TARGET)
    assert target["arn"] == deployment.outputs["alerts_topic_arn"]
    assert "/ecs/nightly-stackproof-prod" in target["input_transformer"]["input_template"]


def test_a_day_without_a_run_is_told(deployment: Deployment) -> None:
    counted = deployment.only(tokens.LOG_METRIC_FILTER)
    (alarm,) = deployment.all(tokens.METRIC_ALARM)
    metric = counted["metric_transformation"]
    assert (alarm["namespace"], alarm["metric_name"]) == (metric["namespace"], metric["name"])
    assert (alarm["period"], alarm["treat_missing_data"]) == (86_400, "breaching")
    assert alarm["alarm_actions"] == [deployment.outputs["alerts_topic_arn"]]


@pytest.mark.parametrize("codes", [[0], [1], [0, 1, 3], [3] * 12])
def test_what_counts_as_the_end_of_a_run_is_its_last_line(codes: list[int]) -> None:
    printed = io.StringIO()
    with redirect_stdout(printed):
        summed_up([(f"stack-{number}", code) for number, code in enumerate(codes)])
    pattern = re.compile(ENDED.strip("%"))
    assert [bool(pattern.search(line)) for line in printed.getvalue().splitlines()] == [True]
    assert not pattern.search("shop-prod: verified: everything was seen and everything holds")


def test_every_taggable_resource_says_whose_it_is(deployment: Deployment) -> None:
    found = [resource for resource in deployment.custom if taggable(resource)]
    assert found
    for resource in found:
        assert resource["tags"]["Project"] == "nightly"
        assert resource["tags"]["Environment"] == "prod"
        assert resource["tags"]["Owner"] == "platform-team"


def test_outputs_tell_where_records_and_images_are(deployment: Deployment) -> None:
    assert outputs_tell_the_alarms(deployment)
    assert deployment.outputs["history"] == f"s3://{BUCKET[13:]}/records"
    assert deployment.outputs["image_repository_name"] == "nightly-images-prod"
    assert deployment.outputs["settings"]["image_tag"] == "1.0.0"


def test_a_first_preview_declares_the_same_resources(deployment: Deployment) -> None:
    preview = run_program("nightly-prod", preview=True)
    assert {(r.type, r.name) for r in preview.resources} == {
        (r.type, r.name) for r in deployment.resources
    }
