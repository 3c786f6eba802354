from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.types.tokens import (
    CODEBUILD_PROJECT,
    CODEDEPLOY_GROUP,
    CODEPIPELINE,
    EVENT_RULE,
    EVENT_TARGET,
    SSM_PARAMETER,
)
from tests.unit.infra.cicd.conftest import Deployed
from tests.unit.infra.program import ROOT, TOKEN, Deployment


def _actions(deployment: Deployment) -> dict[str, dict[str, Any]]:
    stages = deployment.only(CODEPIPELINE)["stages"]
    assert all(len(stage["actions"]) == 1 for stage in stages)
    return {stage["name"]: stage["actions"][0] for stage in stages}


def _pattern(deployment: Deployment, rule: str) -> dict[str, Any]:
    pattern: dict[str, Any] = json.loads(deployment.only(EVENT_RULE, rule)["event_pattern"])
    return pattern


def test_images_are_scanned_and_their_tags_never_move(deployment: Deployment) -> None:
    images = deployment.only("aws:ecr/repository:Repository")
    assert images["name"] == f"cicd-images-{deployment.outputs['environment']}"
    assert images["image_scanning_configuration"] == {"scan_on_push": True}
    assert images["image_tag_mutability"] == "IMMUTABLE"
    (encryption,) = images["encryption_configurations"]
    assert encryption["encryption_type"] == "KMS"
    assert encryption["kms_key"] == deployment.outputs["delivery_kms_key_arn"]


@pytest.mark.requirement("5.2")
def test_the_last_ten_images_are_kept(deployment: Deployment) -> None:
    policy = deployment.only("aws:ecr/lifecyclePolicy:LifecyclePolicy")
    assert policy["repository"] == deployment.outputs["image_repository_name"]
    (rule,) = json.loads(policy["policy"])["rules"]
    assert rule["selection"] == {
        "tagStatus": "any",
        "countType": "imageCountMoreThan",
        "countNumber": 10,
    }
    assert rule["action"] == {"type": "expire"}


def test_the_source_is_encrypted(deployment: Deployment) -> None:
    source = deployment.only("aws:codecommit/repository:Repository")
    assert source["repository_name"] == f"cicd-source-{deployment.outputs['environment']}"
    assert source["kms_key_id"] == deployment.outputs["delivery_kms_key_arn"]


def test_the_build_runs_the_buildspec_file(deployment: Deployment) -> None:
    project = deployment.only(CODEBUILD_PROJECT)
    text = (ROOT / "infra/buildspecs/cicd.yml").read_text(encoding="utf-8")
    assert project["source"] == {"type": "CODEPIPELINE", "buildspec": text}
    assert project["artifacts"] == {"type": "CODEPIPELINE"}
    assert project["encryption_key"] == deployment.outputs["delivery_kms_key_arn"]


def test_only_a_build_of_images_gets_a_docker_daemon(deployment: Deployment) -> None:
    environment = deployment.only(CODEBUILD_PROJECT)["environment"]
    assert environment["privileged_mode"] is True
    assert environment["type"] == "LINUX_CONTAINER"


def test_the_registrys_credentials_come_from_parameters(deployment: Deployment) -> None:
    suffix = deployment.outputs["environment"]
    variables = deployment.only(CODEBUILD_PROJECT)["environment"]["environment_variables"]
    given = {v["name"]: (v["type"], v["value"]) for v in variables}
    assert given == {
        "CONTAINER_NAME": ("PLAINTEXT", "app"),
        "CONTAINER_PORT": ("PLAINTEXT", "8080"),
        "IMAGE_REPOSITORY": ("PLAINTEXT", deployment.outputs["image_repository_url"]),
        "TASK_FAMILY": ("PLAINTEXT", f"cicd-app-{suffix}"),
        "REGISTRY_USERNAME": ("PARAMETER_STORE", f"/cicd-registry-{suffix}/username"),
        "REGISTRY_PASSWORD": ("PARAMETER_STORE", f"/cicd-registry-{suffix}/password"),
    }


@pytest.mark.parametrize("part", ["username", "password"])
def test_parameters_are_secret_and_left_to_whoever_fills_them_in(
    deployment: Deployment, part: str
) -> None:
    parameter = deployment.only(SSM_PARAMETER, f"registry-{part}")
    assert parameter["type"] == "SecureString"
    assert parameter["key_id"] == deployment.outputs["credentials_kms_key_arn"]
    assert parameter.secret_inputs == {"value"}
    assert parameter.ignore_changes == ("value",)


@pytest.mark.requirement("5.6")
def test_no_credential_is_anywhere_else(deployment: Deployment) -> None:
    holders = [r for r in deployment.custom if TOKEN in json.dumps(r.inputs, default=str)]
    assert {holder.type for holder in holders} == {SSM_PARAMETER}
    assert TOKEN not in json.dumps(deployment.outputs)


def test_builds_log_to_a_group_that_is_kept_for_two_weeks(deployment: Deployment) -> None:
    name = f"/aws/codebuild/cicd-build-{deployment.outputs['environment']}"
    logs = deployment.only(CODEBUILD_PROJECT)["logs_config"]["cloudwatch_logs"]
    assert logs == {"group_name": name, "status": "ENABLED"}
    group = deployment.only("aws:cloudwatch/logGroup:LogGroup", "build")
    assert (group["name"], group["retention_in_days"]) == (name, 14)


@pytest.mark.requirement("5.4")
@pytest.mark.parametrize(
    ("environment", "traffic", "minutes"),
    [
        ("dev", "ECSAllAtOnce", 5),
        ("staging", "ECSCanary10Percent5Minutes", 15),
        ("prod", "ECSCanary10Percent15Minutes", 60),
    ],
)
def test_the_traffic_moves_between_the_colours(
    deployed: Deployed, environment: str, traffic: str, minutes: int
) -> None:
    deployment = deployed(environment)
    group = deployment.only(CODEDEPLOY_GROUP)
    assert group["deployment_config_name"] == f"CodeDeployDefault.{traffic}"
    assert group["deployment_style"] == {
        "deployment_type": "BLUE_GREEN",
        "deployment_option": "WITH_TRAFFIC_CONTROL",
    }
    assert group["load_balancer_info"]["target_group_pair_info"] == {
        "prod_traffic_route": {"listener_arns": [deployment.outputs["http_listener_arn"]]},
        "target_groups": [
            {"name": f"cicd-blue-{environment}"},
            {"name": f"cicd-green-{environment}"},
        ],
    }
    assert group["blue_green_deployment_config"] == {
        "deployment_ready_option": {"action_on_timeout": "CONTINUE_DEPLOYMENT"},
        "terminate_blue_instances_on_deployment_success": {
            "action": "TERMINATE",
            "termination_wait_time_in_minutes": minutes,
        },
    }


def test_a_deployment_goes_back_when_it_fails_or_an_alarm_goes_off(deployment: Deployment) -> None:
    group = deployment.only(CODEDEPLOY_GROUP)
    assert group["auto_rollback_configuration"] == {
        "enabled": True,
        "events": [
            "DEPLOYMENT_FAILURE",
            "DEPLOYMENT_STOP_ON_ALARM",
            "DEPLOYMENT_STOP_ON_REQUEST",
        ],
    }
    environment = deployment.outputs["environment"]
    assert group["alarm_configuration"]["enabled"] is True
    assert set(group["alarm_configuration"]["alarms"]) == {
        f"cicd-{what}-{environment}"
        for what in (
            "alb-errors-high",
            "alb-rejected-connections-high",
            *(
                f"{colour}-{sign}"
                for colour in ("blue", "green")
                for sign in ("errors-high", "latency-high", "unhealthy-hosts")
            ),
        )
    }


def test_the_deployment_group_is_that_of_the_service(deployment: Deployment) -> None:
    application = deployment.only("aws:codedeploy/application:Application")
    environment = deployment.outputs["environment"]
    assert application["compute_platform"] == "ECS"
    assert deployment.only(CODEDEPLOY_GROUP)["app_name"] == application["name"]
    assert deployment.only(CODEDEPLOY_GROUP)["ecs_service"] == {
        "cluster_name": f"cicd-cluster-{environment}",
        "service_name": f"cicd-app-{environment}",
    }


def test_the_pipeline_goes_from_source_over_build_to_deploy(deployment: Deployment) -> None:
    actions = _actions(deployment)
    assert [(name, action["provider"]) for name, action in actions.items()] == [
        ("Source", "CodeCommit"),
        ("Build", "CodeBuild"),
        ("Deploy", "CodeDeployToECS"),
    ]
    assert [(a["input_artifacts"], a["output_artifacts"]) for a in actions.values()] == [
        ([], ["source"]),
        (["source"], ["build"]),
        (["build"], []),
    ]
    assert deployment.only(CODEPIPELINE)["execution_mode"] == "QUEUED"


def test_each_stage_uses_what_the_stack_made(deployment: Deployment) -> None:
    actions, outputs = _actions(deployment), deployment.outputs
    assert actions["Source"]["configuration"] == {
        "RepositoryName": outputs["source_repository_name"],
        "BranchName": "main",
        "PollForSourceChanges": "false",
    }
    assert actions["Build"]["configuration"] == {"ProjectName": outputs["build_project_name"]}
    assert actions["Deploy"]["configuration"] == {
        "ApplicationName": outputs["deployment_application_name"],
        "DeploymentGroupName": outputs["deployment_group_name"],
        "TaskDefinitionTemplateArtifact": "build",
        "TaskDefinitionTemplatePath": "taskdef.json",
        "AppSpecTemplateArtifact": "build",
        "AppSpecTemplatePath": "appspec.yaml",
        "Image1ArtifactName": "build",
        "Image1ContainerName": "IMAGE1_NAME",
    }


def test_artifacts_are_kept_in_the_encrypted_bucket(deployment: Deployment) -> None:
    (store,) = deployment.only(CODEPIPELINE)["artifact_stores"]
    assert store == {
        "type": "S3",
        "location": "Bucket-artifacts",
        "encryption_key": {"id": deployment.outputs["delivery_kms_key_arn"], "type": "KMS"},
    }


def test_a_push_to_main_starts_the_pipeline(deployment: Deployment) -> None:
    environment = deployment.outputs["environment"]
    repository = f"arn:aws:codecommit:us-east-1:123456789012:cicd-source-{environment}"
    assert _pattern(deployment, "pipeline-start") == {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        "resources": [repository],
        "detail": {
            "event": ["referenceCreated", "referenceUpdated"],
            "referenceType": ["branch"],
            "referenceName": ["main"],
        },
    }
    target = deployment.only(EVENT_TARGET, "pipeline-start")
    assert target["arn"] == deployment.outputs["pipeline_arn"]
    assert target["role_arn"].endswith(f"/cicd-pipeline-start-{environment}")


@pytest.mark.requirement("5.5")
def test_a_failed_execution_is_published_in_a_sentence(deployment: Deployment) -> None:
    environment = deployment.outputs["environment"]
    assert _pattern(deployment, "pipeline-failed") == {
        "source": ["aws.codepipeline"],
        "detail-type": ["CodePipeline Pipeline Execution State Change"],
        "detail": {"pipeline": [f"cicd-pipeline-{environment}"], "state": ["FAILED"]},
    }
    target = deployment.only(EVENT_TARGET, "pipeline-failed")
    assert target["arn"] == deployment.outputs["alerts_topic_arn"]
    # EventBridge publishes by the topic's policy; with a role, delivery to encrypted topics fails.
    assert "role_arn" not in target.inputs
    transformer = target["input_transformer"]
    assert set(transformer["input_paths"]) == {"pipeline", "execution", "time"}
    for name in transformer["input_paths"]:
        assert f"<{name}>" in transformer["input_template"]
