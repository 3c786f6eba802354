"""What delivery needs: pipelines, builds and deployments, on artifacts, projects and services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from stackproof.model import Block, Resource, Stack, Unknown
from stackproof.model.cases import Ref
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table import finding
from stackproof.reasoning.permissions.table.finding import Find, Found
from stackproof.reasoning.permissions.targets import leaves, target
from stackproof.types import tokens as t

_DEPLOYING: Final = ("CodeDeploy", "CodeDeployToECS")
_PIPELINE_PAGE: Final = "AWS CodePipeline User Guide, Manage the CodePipeline service role"
_BUILD_PAGE: Final = "AWS CodeBuild User Guide, Allow CodeBuild to interact with other services"
ARTIFACTS: Final = ("s3:GetObject", "s3:PutObject")
SEALS: Final = ("kms:Decrypt", "kms:GenerateDataKey")


def _actions(pipeline: Resource, *providers: str) -> Iterator[Block]:
    """Give the actions of a pipeline's own role with some providers."""
    for stage in pipeline.blocks("stages"):
        for action in stage.blocks("actions"):
            if action["provider"] in providers and not action["role_arn"]:
                yield action


def _configured(name: str, type_: str, *providers: str) -> Find:
    """Give what finds what actions name in their configuration."""

    def find(pipeline: Resource, stack: Stack) -> Found:
        for action in _actions(pipeline, *providers):
            for item in leaves(action.data, ("configuration", name)):
                if isinstance(item, Unknown):
                    yield from _computed(pipeline, item, (type_,), stack)
                    continue
                found = stack.find(item, type_)
                unseen = stack.gaps.get(type_) or finding.outside(item)
                yield unseen if found is None else target(found)

    return find


def _computed(pipeline: Resource, hidden: Unknown, types: tuple[str, ...], stack: Stack) -> Found:
    urns = pipeline.references.get("stages", ())
    found = [
        resource
        for urn in urns
        for type_ in types
        if (resource := stack.find(urn, type_)) is not None
    ]
    yield from (target(resource) for resource in found)
    if not found:
        yield hidden


def _connected(pipeline: Resource, stack: Stack) -> Found:
    for action in _actions(pipeline, "CodeStarSourceConnection"):
        for item in leaves(action.data, ("configuration", "ConnectionArn")):
            if isinstance(item, Unknown):
                yield from _computed(pipeline, item, finding.CONNECTIONS, stack)
            else:
                yield finding.connection(item, stack)


def _group(pipeline: Resource, stack: Stack) -> Found:
    for action in _actions(pipeline, *_DEPLOYING):
        for item in leaves(action.data, ("configuration", "DeploymentGroupName")):
            application = action.get("configuration.ApplicationName")
            found = None
            if not isinstance(item, Unknown):
                found = next(
                    (
                        group
                        for group in stack.around(t.CODEDEPLOY_GROUP)
                        if group.raw("deployment_group_name") == item
                        and group.raw("app_name") == application
                    ),
                    None,
                )
            if found is not None:
                yield target(found)
            elif isinstance(item, Unknown):
                yield from _computed(pipeline, item, (t.CODEDEPLOY_GROUP,), stack)
            else:
                yield finding.outside(item)


def _settings(pipeline: Resource, stack: Stack) -> Found:
    """Give the configurations by which groups deploy."""
    for group in _group(pipeline, stack):
        if isinstance(group, Unknown):
            yield group
        elif group.resource is not None:
            name = group.resource.text("deployment_config_name")
            arn = f"arn:{{partition}}:codedeploy:{{region}}:{{account}}:deploymentconfig:{name}"
            yield from finding.made_up(arn, f"configuration {name}", "")(group.resource, stack)


def _any_of(*providers: str) -> Find:
    """Give what stands for what actions need that isn't one thing of the stack's."""

    def find(pipeline: Resource, stack: Stack) -> Found:
        if any(True for _ in _actions(pipeline, *providers)):
            yield from finding.everything(pipeline, stack)

    return find


def _stage(provider: str, **configuration: Any) -> dict[str, Any]:
    action = {"name": "do", "provider": provider, "configuration": configuration}
    return {"stages": [{"name": "do", "actions": [action]}]}


PIPELINES: Final = (
    Pair(
        id="artifacts",
        who=t.CODEPIPELINE,
        names="artifact_stores.location",
        on=t.S3_BUCKET,
        role="role_arn",
        needs=ARTIFACTS,
        key=SEALS,
        page=_PIPELINE_PAGE,
    ),
    Pair(
        id="artifacts' own key",
        who=t.CODEPIPELINE,
        names="artifact_stores.encryption_key.id",
        on=t.KMS_KEY,
        role="role_arn",
        needs=SEALS,
        page=_PIPELINE_PAGE,
    ),
    Pair(
        id="project",
        who=t.CODEPIPELINE,
        on=t.CODEBUILD_PROJECT,
        find=_configured("ProjectName", t.CODEBUILD_PROJECT, "CodeBuild"),
        example=_stage("CodeBuild", ProjectName=Ref("target")),
        role="role_arn",
        needs=("codebuild:StartBuild", "codebuild:BatchGetBuilds"),
        page=_PIPELINE_PAGE,
    ),
    Pair(
        id="source",
        who=t.CODEPIPELINE,
        on=t.CODECOMMIT_REPOSITORY,
        find=_configured("RepositoryName", t.CODECOMMIT_REPOSITORY, "CodeCommit"),
        example=_stage("CodeCommit", RepositoryName=Ref("target")),
        role="role_arn",
        needs=tuple(
            f"codecommit:{action}"
            for action in ("GetBranch", "GetCommit", "UploadArchive", "GetUploadArchiveStatus")
        ),
        page="AWS CodePipeline User Guide, CodeCommit source actions",
    ),
    Pair(
        id="connection",
        who=t.CODEPIPELINE,
        on=t.CODESTAR_CONNECTION,
        find=_connected,
        example=_stage("CodeStarSourceConnection", ConnectionArn=Ref("target", "arn")),
        beside=finding.NEWER_CONNECTION,
        role="role_arn",
        needs=finding.either_name("UseConnection"),
        any_of=True,
        page="AWS CodePipeline User Guide, CodeStarSourceConnection source actions",
    ),
    Pair(
        id="deployment",
        who=t.CODEPIPELINE,
        on=t.CODEDEPLOY_GROUP,
        find=_group,
        example=_stage("CodeDeploy", ApplicationName="app", DeploymentGroupName="group"),
        looks={"app_name": "app", "deployment_group_name": "group"},
        role="role_arn",
        needs=("codedeploy:CreateDeployment", "codedeploy:GetDeployment"),
        page="AWS CodePipeline User Guide, CodeDeploy deploy action",
    ),
    Pair(
        id="application",
        who=t.CODEPIPELINE,
        on=t.CODEDEPLOY_APPLICATION,
        find=_configured(
            "ApplicationName", t.CODEDEPLOY_APPLICATION, "CodeDeploy", "CodeDeployToECS"
        ),
        example=_stage("CodeDeploy", ApplicationName=Ref("target")),
        role="role_arn",
        needs=("codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision"),
        page="AWS CodePipeline User Guide, CodeDeploy deploy action",
    ),
    Pair(
        id="deployment's configuration",
        who=t.CODEPIPELINE,
        on=t.CODEDEPLOY_GROUP,
        find=_settings,
        example=_stage("CodeDeploy", ApplicationName="app", DeploymentGroupName="group"),
        looks={
            "app_name": "app",
            "deployment_group_name": "group",
            "deployment_config_name": "CodeDeployDefault.OneAtATime",
        },
        role="role_arn",
        needs=("codedeploy:GetDeploymentConfig",),
        page="AWS CodePipeline User Guide, CodeDeploy deploy action",
    ),
    Pair(
        id="task definition",
        who=t.CODEPIPELINE,
        on=t.ECS_TASK_DEFINITION,
        find=_any_of("CodeDeployToECS"),
        example=_stage("CodeDeployToECS"),
        role="role_arn",
        needs=("ecs:RegisterTaskDefinition",),
        page="AWS CodePipeline User Guide, Amazon ECS and CodeDeploy blue-green deploy action",
    ),
)
