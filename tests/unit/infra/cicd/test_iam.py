from __future__ import annotations

from typing import Any

import pytest

from stackproof.types.tokens import IAM_ROLE, IAM_ROLE_POLICY
from tests.unit.infra.facts import listed, permissions
from tests.unit.infra.program import ACCOUNT, Deployment

HERE = f"us-east-1:{ACCOUNT}"
BUCKET = f"arn:aws:s3:::cicd-artifacts-staging-{ACCOUNT}"
KEY = f"arn:aws:kms:{HERE}:key"
# Actions that the Service Authorization Reference gives no resource type, or, as for
# RegisterTaskDefinition, for which AWS's guide to CodePipeline names none.
RESOURCELESS = {
    "cloudwatch:PutMetricData",
    "ecr:GetAuthorizationToken",
    "ecs:DescribeTaskDefinition",
    "ecs:RegisterTaskDefinition",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
}


def _conditions(deployment: Deployment, name: str, action: str) -> Any:
    (statement,) = (
        s for s in deployment.only(IAM_ROLE_POLICY, name).policy() if action in listed(s["Action"])
    )
    return statement.get("Condition")


@pytest.mark.parametrize(
    ("role", "service"),
    [
        ("app-execution", "ecs-tasks.amazonaws.com"),
        ("app-task", "ecs-tasks.amazonaws.com"),
        ("build", "codebuild.amazonaws.com"),
        ("deployment", "codedeploy.amazonaws.com"),
        ("flow-logs", "vpc-flow-logs.amazonaws.com"),
        ("pipeline", "codepipeline.amazonaws.com"),
        ("pipeline-start", "events.amazonaws.com"),
    ],
)
def test_only_one_service_of_this_account_may_take_a_role(
    deployment: Deployment, role: str, service: str
) -> None:
    declared = deployment.only(IAM_ROLE, role)
    (trust,) = declared.policy("assume_role_policy")
    assert trust["Principal"] == {"Service": service}
    assert trust["Action"] == "sts:AssumeRole"
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert declared["name"] == f"cicd-{role}-{deployment.outputs['environment']}"


def test_every_role_has_one_policy_of_its_own_and_none_of_awss(deployment: Deployment) -> None:
    roles = {role.name for role in deployment.all(IAM_ROLE)}
    assert {policy.name for policy in deployment.all(IAM_ROLE_POLICY)} == roles
    assert not deployment.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")


def test_no_policy_allows_everything_of_a_service_or_on_everything(deployment: Deployment) -> None:
    for policy in deployment.all(IAM_ROLE_POLICY):
        for statement in policy.policy():
            assert statement["Effect"] == "Allow"
            assert not any("*" in action for action in statement["Action"])
            if "*" in listed(statement["Resource"]):
                assert set(statement["Action"]) <= RESOURCELESS


@pytest.mark.requirement("5.8")
def test_the_build_may_do_what_its_commands_do_and_no_more(staging: Deployment) -> None:
    images = [f"arn:aws:ecr:{HERE}:repository/cicd-images-staging"]
    logs = [f"arn:aws:logs:{HERE}:log-group:/aws/codebuild/cicd-build-staging:*"]
    artifacts, registry = [f"{BUCKET}/*"], f"arn:aws:ssm:{HERE}:parameter/cicd-registry-staging"
    reports = [f"arn:aws:codebuild:{HERE}:report-group/cicd-build-staging-*"]
    given = permissions(staging, "build")
    # Of the two keys, `permissions` keeps the last statement's.
    assert given.pop("kms:Decrypt") == [f"{KEY}/credentials-key"]
    assert given == {
        "logs:CreateLogStream": logs,
        "logs:PutLogEvents": logs,
        "codebuild:BatchPutTestCases": reports,
        "codebuild:CreateReport": reports,
        "codebuild:CreateReportGroup": reports,
        "codebuild:UpdateReport": reports,
        "s3:GetObject": artifacts,
        "s3:GetObjectVersion": artifacts,
        "s3:PutObject": artifacts,
        "kms:GenerateDataKey": [f"{KEY}/delivery-key"],
        "ssm:GetParameters": [f"{registry}/username", f"{registry}/password"],
        "ecr:GetAuthorizationToken": ["*"],
        "ecr:BatchCheckLayerAvailability": images,
        "ecr:CompleteLayerUpload": images,
        "ecr:DescribeImages": images,
        "ecr:InitiateLayerUpload": images,
        "ecr:PutImage": images,
        "ecr:UploadLayerPart": images,
        "ecs:DescribeTaskDefinition": ["*"],
    }


def test_credentials_are_decrypted_as_the_build_s_own_parameters_only(staging: Deployment) -> None:
    (statement,) = (
        s
        for s in staging.only(IAM_ROLE_POLICY, "build").policy()
        if s["Sid"] == "DecryptCredentials"
    )
    parameters = permissions(staging, "build")["ssm:GetParameters"]
    assert statement["Condition"] == {
        "StringEquals": {"kms:EncryptionContext:PARAMETER_ARN": parameters}
    }


def test_the_pipeline_may_run_its_own_steps_only(staging: Deployment) -> None:
    artifacts = [f"{BUCKET}/*"]
    source = [f"arn:aws:codecommit:{HERE}:cicd-source-staging"]
    build = [f"arn:aws:codebuild:{HERE}:project/cicd-build-staging"]
    deploy = f"arn:aws:codedeploy:{HERE}"
    application = [f"{deploy}:application:cicd-deployment-staging"]
    group = [f"{deploy}:deploymentgroup:cicd-deployment-staging/cicd-blue-green-staging"]
    delivery_key = [f"{KEY}/delivery-key"]
    assert permissions(staging, "pipeline") == {
        "s3:GetBucketLocation": [BUCKET],
        "s3:GetBucketVersioning": [BUCKET],
        "s3:GetObject": artifacts,
        "s3:GetObjectVersion": artifacts,
        "s3:PutObject": artifacts,
        "kms:Decrypt": delivery_key,
        "kms:GenerateDataKey": delivery_key,
        "codecommit:CancelUploadArchive": source,
        "codecommit:GetBranch": source,
        "codecommit:GetCommit": source,
        "codecommit:GetUploadArchiveStatus": source,
        "codecommit:UploadArchive": source,
        "codebuild:BatchGetBuilds": build,
        "codebuild:StartBuild": build,
        "codedeploy:CreateDeployment": group,
        "codedeploy:GetDeployment": group,
        "codedeploy:GetApplication": application,
        "codedeploy:GetApplicationRevision": application,
        "codedeploy:RegisterApplicationRevision": application,
        "codedeploy:GetDeploymentConfig": [
            f"{deploy}:deploymentconfig:CodeDeployDefault.ECSCanary10Percent5Minutes"
        ],
        "ecs:RegisterTaskDefinition": ["*"],
        "iam:PassRole": [
            f"arn:aws:iam:us-east-1:{ACCOUNT}:role/cicd-app-{part}-staging"
            for part in ("execution", "task")
        ],
    }


def test_codedeploy_may_touch_this_service_and_its_listener_only(staging: Deployment) -> None:
    service = "cicd-cluster-staging/cicd-app-staging"
    task_sets = [
        f"arn:aws:ecs:{HERE}:service/{service}",
        f"arn:aws:ecs:{HERE}:task-set/{service}/*",
    ]
    traffic = [
        f"arn:aws:elasticloadbalancing:{HERE}:{kind}/app/cicd-alb-staging/*"
        for kind in ("listener", "listener-rule")
    ]
    assert permissions(staging, "deployment") == {
        "ecs:CreateTaskSet": task_sets,
        "ecs:DeleteTaskSet": task_sets,
        "ecs:DescribeServices": task_sets,
        "ecs:UpdateServicePrimaryTaskSet": task_sets,
        "elasticloadbalancing:ModifyListener": traffic,
        "elasticloadbalancing:ModifyRule": traffic,
        "elasticloadbalancing:DescribeListeners": ["*"],
        "elasticloadbalancing:DescribeRules": ["*"],
        "elasticloadbalancing:DescribeTargetGroups": ["*"],
        "cloudwatch:DescribeAlarms": [f"arn:aws:cloudwatch:{HERE}:alarm:*"],
        "iam:PassRole": permissions(staging, "pipeline")["iam:PassRole"],
    }


@pytest.mark.parametrize("role", ["pipeline", "deployment"])
def test_roles_are_passed_to_tasks_only(deployment: Deployment, role: str) -> None:
    assert _conditions(deployment, role, "iam:PassRole") == {
        "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    }


def test_a_push_may_start_this_pipeline_only(staging: Deployment) -> None:
    assert permissions(staging, "pipeline-start") == {
        "codepipeline:StartPipelineExecution": [
            f"arn:aws:codepipeline:{HERE}:cicd-pipeline-staging"
        ]
    }


def test_ecs_may_pull_the_delivered_images(staging: Deployment) -> None:
    images = [f"arn:aws:ecr:{HERE}:repository/cicd-images-staging"]
    logs = [f"arn:aws:logs:{HERE}:log-group:/ecs/cicd-app-staging:*"]
    assert permissions(staging, "app-execution") == {
        "logs:CreateLogStream": logs,
        "logs:PutLogEvents": logs,
        "ecr:GetAuthorizationToken": ["*"],
        "ecr:BatchCheckLayerAvailability": images,
        "ecr:BatchGetImage": images,
        "ecr:GetDownloadUrlForLayer": images,
    }


def test_the_application_may_publish_its_metrics_only(staging: Deployment) -> None:
    assert permissions(staging, "app-task") == {"cloudwatch:PutMetricData": ["*"]}
    assert _conditions(staging, "app-task", "cloudwatch:PutMetricData") == {
        "StringEquals": {"cloudwatch:namespace": "cicd-app-staging"}
    }
