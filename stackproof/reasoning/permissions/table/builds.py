"""What builds need: artifacts, logs, images and what their environment takes from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from stackproof.model import Block, Resource, Stack
from stackproof.model.cases import Ref
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table import finding
from stackproof.reasoning.permissions.table.finding import Find, Found
from stackproof.reasoning.permissions.table.logs import STREAMS, WRITE_LOGS
from stackproof.reasoning.permissions.table.tasks import PULL
from stackproof.reasoning.permissions.targets import leaves, led_to
from stackproof.types import tokens as t

_PIPELINE_PAGE: Final = "AWS CodePipeline User Guide, Manage the CodePipeline service role"
_BUILD_PAGE: Final = "AWS CodeBuild User Guide, Allow CodeBuild to interact with other services"
ARTIFACTS: Final = ("s3:GetObject", "s3:PutObject")
SEALS: Final = ("kms:Decrypt", "kms:GenerateDataKey")


def _image(project: Resource, stack: Stack) -> Found:
    environment = next(project.blocks("environment"), Block({}))
    if environment["image_pull_credentials_type"] == "SERVICE_ROLE":
        found = finding.image(environment.text("image") or "", stack)
        if found is not None:
            yield found


def _build_group(project: Resource, stack: Stack) -> Found:
    """Source: AWS CodeBuild User Guide, "Build project logs": the group without a name."""
    logs = next(
        (x for b in project.blocks("logs_config") for x in b.blocks("cloudwatch_logs")), None
    )
    if logs is not None and logs["status"] == "DISABLED":
        return
    name = None if logs is None else logs.text("group_name")
    yield finding.log_group(name or f"/aws/codebuild/{project.text('name')}", project, stack)


def _variables(type_: str, kind: str) -> Find:
    """Give what finds what a build's environment takes from where secrets are kept."""

    def find(project: Resource, stack: Stack) -> Found:
        for environment in project.blocks("environment"):
            for variable in environment.blocks("environment_variables"):
                if variable["type"] == kind:
                    text = variable.text("value") or ""
                    yield from finding.kept(text, type_, project, stack)

    return find


def _delivering(project: Resource, stack: Stack) -> Iterator[Resource]:
    """Give the pipelines that run a project."""
    keys = {project.id, project.name, project.text("name")} - {None}
    for pipeline in stack.around(t.CODEPIPELINE):
        computed = project.urn in pipeline.references.get("stages", ())
        if computed or any(keys & action for action in _actions_of_any(pipeline)):
            yield pipeline


def _actions_of_any(pipeline: Resource) -> Iterator[set[Any]]:
    for stage in pipeline.blocks("stages"):
        for action in stage.blocks("actions"):
            if action["provider"] == "CodeBuild":
                yield set(leaves(action.data, ("configuration", "ProjectName")))


def _artifacts(project: Resource, stack: Stack) -> Found:
    for pipeline in _delivering(project, stack):
        yield from led_to(pipeline, "artifact_stores.location", t.S3_BUCKET, stack)


def _artifact_key(project: Resource, stack: Stack) -> Found:
    for pipeline in _delivering(project, stack):
        yield from led_to(pipeline, "artifact_stores.encryption_key.id", t.KMS_KEY, stack)


def _connected(project: Resource, stack: Stack) -> Found:
    for source in (*project.blocks("source"), *project.blocks("secondary_sources")):
        for auth in source.blocks("auth"):
            if auth["type"] == "CODECONNECTIONS" and (arn := auth.text("resource")):
                yield finding.connection(arn, stack)


BUILDS: Final = (
    Pair(
        id="log group",
        who=t.CODEBUILD_PROJECT,
        on=t.LOG_GROUP,
        find=_build_group,
        example={"name": "build"},
        role="service_role",
        needs=WRITE_LOGS,
        part=STREAMS,
        page=_BUILD_PAGE,
    ),
    Pair(
        id="image",
        who=t.CODEBUILD_PROJECT,
        on=t.ECR_REPOSITORY,
        find=_image,
        example={
            "environment": {
                "image_pull_credentials_type": "SERVICE_ROLE",
                "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:1",
            }
        },
        looks={"repository_url": "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders"},
        role="service_role",
        needs=PULL,
        page="AWS CodeBuild User Guide, Amazon ECR sample",
    ),
    Pair(
        id="secret",
        who=t.CODEBUILD_PROJECT,
        on=t.SECRET,
        find=_variables(t.SECRET, "SECRETS_MANAGER"),
        example={
            "environment": {
                "environment_variables": [
                    {"type": "SECRETS_MANAGER", "name": "TOKEN", "value": Ref("target", "arn")}
                ]
            }
        },
        role="service_role",
        needs=("secretsmanager:GetSecretValue",),
        key=("kms:Decrypt",),
        page=_BUILD_PAGE,
    ),
    Pair(
        id="parameter",
        who=t.CODEBUILD_PROJECT,
        on=t.SSM_PARAMETER,
        find=_variables(t.SSM_PARAMETER, "PARAMETER_STORE"),
        example={
            "environment": {
                "environment_variables": [
                    {"type": "PARAMETER_STORE", "name": "TOKEN", "value": Ref("target", "arn")}
                ]
            }
        },
        role="service_role",
        needs=("ssm:GetParameters",),
        key=("kms:Decrypt",),
        page=_BUILD_PAGE,
    ),
    Pair(
        id="artifacts",
        who=t.CODEBUILD_PROJECT,
        on=t.S3_BUCKET,
        find=_artifacts,
        beside={"@pipeline": t.CODEPIPELINE},
        role="service_role",
        needs=ARTIFACTS,
        key=SEALS,
        page=_BUILD_PAGE,
    ),
    Pair(
        id="artifacts' own key",
        who=t.CODEBUILD_PROJECT,
        on=t.KMS_KEY,
        find=_artifact_key,
        beside={"@pipeline": t.CODEPIPELINE},
        role="service_role",
        needs=SEALS,
        page=_BUILD_PAGE,
    ),
    Pair(
        id="connection",
        who=t.CODEBUILD_PROJECT,
        on=t.CODESTAR_CONNECTION,
        find=_connected,
        example={"source": {"auth": {"type": "CODECONNECTIONS", "resource": Ref("target", "arn")}}},
        beside=finding.NEWER_CONNECTION,
        role="service_role",
        needs=finding.either_name("GetConnectionToken"),
        any_of=True,
        page="AWS CodeBuild User Guide, GitHub App connections",
    ),
)
