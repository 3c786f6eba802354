from __future__ import annotations

import json
from typing import Any

import pytest

from infra.components.build_project import BUILDSPECS
from stackproof.types.tokens import CODEDEPLOY_GROUP
from tests.unit.infra.facts import permissions
from tests.unit.infra.program import ACCOUNT, Declared, Deployment

ARN = f"us-west-2:{ACCOUNT}"


def _pipeline(nova: Deployment) -> Declared:
    return nova.only("aws:codepipeline/pipeline:Pipeline")


def _stages(nova: Deployment) -> dict[str, dict[str, Any]]:
    return {stage["name"]: stage for stage in _pipeline(nova)["stages"]}


def test_revisions_are_built_and_tested_before_they_are_deployed(nova: Deployment) -> None:
    actions = [(name, stage["actions"][0]) for name, stage in _stages(nova).items()]
    assert [(name, action["category"], action["provider"]) for name, action in actions] == [
        ("Source", "Source", "CodeCommit"),
        ("Build", "Build", "CodeBuild"),
        ("Test", "Test", "CodeBuild"),
        ("Deploy", "Deploy", "CodeDeploy"),
    ]


def test_what_is_deployed_is_what_was_tested(nova: Deployment) -> None:
    stages = _stages(nova)
    (built,) = stages["Build"]["actions"][0]["output_artifacts"]
    assert stages["Test"]["actions"][0]["input_artifacts"] == [built]
    assert stages["Deploy"]["actions"][0]["input_artifacts"] == [built]


@pytest.mark.requirement("1.12")
def test_a_failed_deployment_goes_back_to_the_last_good_execution(nova: Deployment) -> None:
    going_back = {
        name: stage["on_failure"]["result"]
        for name, stage in _stages(nova).items()
        if stage.get("on_failure")
    }
    assert going_back == {"Deploy": "ROLLBACK"}
    # AWS CodePipeline User Guide, "Stage rollback": V2 only, and not in PARALLEL mode.
    assert _pipeline(nova)["pipeline_type"] == "V2"
    assert _pipeline(nova)["execution_mode"] != "PARALLEL"


def test_instances_go_back_to_the_last_working_revision_by_themselves(nova: Deployment) -> None:
    group = nova.only(CODEDEPLOY_GROUP)
    assert group["auto_rollback_configuration"] == {
        "enabled": True,
        "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
    }
    watched = group["alarm_configuration"]
    assert watched["enabled"] is True
    assert set(watched["alarms"]) == {"nova-prod-web-errors-high", "nova-prod-web-unhealthy-hosts"}
    assert set(watched["alarms"]) <= set(nova.outputs["alarm_names"])


def test_deployments_go_to_the_group_one_instance_at_a_time(nova: Deployment) -> None:
    group = nova.only(CODEDEPLOY_GROUP)
    assert group["autoscaling_groups"] == ["nova-prod-web"]
    assert group["deployment_config_name"] == "CodeDeployDefault.OneAtATime"
    assert group["deployment_style"]["deployment_option"] == "WITH_TRAFFIC_CONTROL"
    (target,) = group["load_balancer_info"]["target_group_infos"]
    assert target["name"] == "nova-prod-web"


def test_the_pipeline_deploys_to_that_group(nova: Deployment) -> None:
    configuration = _stages(nova)["Deploy"]["actions"][0]["configuration"]
    group = nova.only(CODEDEPLOY_GROUP)
    assert configuration == {
        "ApplicationName": group["app_name"],
        "DeploymentGroupName": group["deployment_group_name"],
    }


def test_the_pipeline_may_use_its_own_parts_only(nova: Deployment) -> None:
    allowed = permissions(nova, "pipeline")
    assert allowed["codecommit:GetBranch"] == [f"arn:aws:codecommit:{ARN}:nova-prod-source"]
    assert allowed["codedeploy:CreateDeployment"] == [
        f"arn:aws:codedeploy:{ARN}:deploymentgroup:nova-prod-web-deployment/"
        "nova-prod-web-deployment"
    ]
    assert allowed["codedeploy:RegisterApplicationRevision"] == [
        f"arn:aws:codedeploy:{ARN}:application:nova-prod-web-deployment"
    ]
    starts = [
        resource
        for statement in nova.only("aws:iam/rolePolicy:RolePolicy", "pipeline").policy()
        if "codebuild:StartBuild" in statement["Action"]
        for resource in [statement["Resource"]]
    ]
    assert starts == [
        f"arn:aws:codebuild:{ARN}:project/nova-prod-web-{step}" for step in ("build", "test")
    ]


@pytest.mark.requirement("1.12")
def test_builds_run_the_files_that_are_linted(nova: Deployment) -> None:
    projects = {project.name: project for project in nova.all("aws:codebuild/project:Project")}
    assert projects.keys() == {"web-build", "web-test"}
    for name, project in projects.items():
        assert project["source"]["buildspec"] == (BUILDSPECS / f"{name}.yml").read_text()
        assert project["encryption_key"] == nova.outputs["storage_kms_key_arn"]
        assert project["environment"]["privileged_mode"] is False


def test_artifacts_are_encrypted(nova: Deployment) -> None:
    (store,) = _pipeline(nova)["artifact_stores"]
    assert store["location"] == nova.outputs["artifacts_bucket_name"]
    assert store["encryption_key"]["id"] == nova.outputs["storage_kms_key_arn"]


def test_a_push_to_main_starts_the_pipeline_and_a_failure_is_heard_of(nova: Deployment) -> None:
    rules = {
        rule.name: json.loads(rule["event_pattern"])
        for rule in nova.all("aws:cloudwatch/eventRule:EventRule")
    }
    targets = {t.name: t["arn"] for t in nova.all("aws:cloudwatch/eventTarget:EventTarget")}
    assert rules["pipeline-start"]["detail"]["referenceName"] == ["main"]
    assert targets["pipeline-start"].endswith("nova-prod-pipeline")
    assert rules["pipeline-failed"]["detail"] == {
        "pipeline": ["nova-prod-pipeline"],
        "state": ["FAILED"],
    }
    assert targets["pipeline-failed"] == nova.outputs["alerts_topic_arn"]
