"""What tasks and functions need: to be started, and for what their environment names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackproof.model import Resource, Stack, Unknown
from stackproof.model.cases import Json, Ref
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table import finding
from stackproof.reasoning.permissions.table.finding import Find, Found
from stackproof.reasoning.permissions.table.logs import STREAMS, WRITE_LOGS
from stackproof.reasoning.permissions.table.notices import short
from stackproof.reasoning.permissions.targets import KEYED, target
from stackproof.types import tokens as t

_START_PAGE: Final = "Amazon ECS Developer Guide, Amazon ECS task execution IAM role"
_ECR: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:1"
PULL: Final = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def _container(**parts: Any) -> dict[str, Any]:
    return {"container_definitions": Json([{"name": "app", **parts}])}


EXECUTION: Final = (
    Pair(
        id="registry",
        who=t.ECS_TASK_DEFINITION,
        on=t.ECR_REPOSITORY,
        find=finding.task_registry,
        example=_container(image=_ECR),
        role="execution_role_arn",
        needs=("ecr:GetAuthorizationToken",),
        page=_START_PAGE,
    ),
    Pair(
        id="image",
        who=t.ECS_TASK_DEFINITION,
        on=t.ECR_REPOSITORY,
        find=finding.task_images,
        example=_container(image=_ECR),
        looks={"repository_url": _ECR.partition(":")[0]},
        role="execution_role_arn",
        needs=PULL,
        page=_START_PAGE,
    ),
    Pair(
        id="log group",
        who=t.ECS_TASK_DEFINITION,
        on=t.LOG_GROUP,
        find=finding.task_log_groups,
        example=_container(
            logConfiguration={"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/app"}}
        ),
        role="execution_role_arn",
        needs=WRITE_LOGS,
        part=STREAMS,
        page=_START_PAGE,
    ),
    Pair(
        id="secret",
        who=t.ECS_TASK_DEFINITION,
        on=t.SECRET,
        find=finding.task_secrets(t.SECRET),
        example=_container(secrets=[{"name": "TOKEN", "valueFrom": Ref("target", "arn")}]),
        role="execution_role_arn",
        needs=("secretsmanager:GetSecretValue",),
        key=("kms:Decrypt",),
        page="Amazon ECS Developer Guide, Pass Secrets Manager secrets through the environment",
    ),
    Pair(
        id="parameter",
        who=t.ECS_TASK_DEFINITION,
        on=t.SSM_PARAMETER,
        find=finding.task_secrets(t.SSM_PARAMETER),
        example=_container(secrets=[{"name": "TOKEN", "valueFrom": Ref("target", "arn")}]),
        role="execution_role_arn",
        needs=("ssm:GetParameters",),
        key=("kms:Decrypt",),
        page="Amazon ECS Developer Guide, Pass Systems Manager parameters through environment",
    ),
)

# One action of these is the least that a program does with what it is told the name of.
_USES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    t.DYNAMODB_TABLE: (
        ("TABLE", "DYNAMO"),
        tuple(
            f"dynamodb:{action}"
            for action in (
                "GetItem",
                "Query",
                "Scan",
                "BatchGetItem",
                "PutItem",
                "UpdateItem",
                "DeleteItem",
                "BatchWriteItem",
                "DescribeTable",
            )
        ),
    ),
    t.KINESIS_STREAM: (
        ("STREAM", "KINESIS"),
        ("kinesis:PutRecord", "kinesis:PutRecords", "kinesis:GetRecords", "kinesis:DescribeStream"),
    ),
    t.LAMBDA_FUNCTION: (("FUNCTION", "LAMBDA"), ("lambda:InvokeFunction", "lambda:GetFunction")),
    t.S3_BUCKET: (
        ("BUCKET",),
        ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"),
    ),
    t.SECRET: (
        ("SECRET",),
        tuple(
            f"secretsmanager:{action}"
            for action in ("GetSecretValue", "DescribeSecret", "PutSecretValue")
        ),
    ),
    t.SFN_STATE_MACHINE: (
        ("STATE_MACHINE", "WORKFLOW"),
        ("states:StartExecution", "states:StartSyncExecution", "states:DescribeStateMachine"),
    ),
    t.SNS_TOPIC: (("TOPIC",), ("sns:Publish", "sns:Subscribe", "sns:GetTopicAttributes")),
    t.SQS_QUEUE: (
        ("QUEUE",),
        ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    ),
}


def _of_function(type_: str, words: tuple[str, ...]) -> Find:
    def find(function: Resource, stack: Stack) -> Found:
        variables = function.raw("environment")
        pairs = variables.get("variables") if isinstance(variables, Mapping) else None
        if isinstance(pairs, Mapping):
            yield from finding.own_things(pairs.items(), type_, words, stack)
            yield from _computed(function, "environment", pairs, type_, stack)

    return find


def _of_task(type_: str, words: tuple[str, ...]) -> Find:
    def find(definition: Resource, stack: Stack) -> Found:
        for container in finding.containers(definition):
            paths = [
                (item.text("name") or "", item.raw("value"))
                for item in container.blocks("environment")
            ]
            yield from finding.own_things(paths, type_, words, stack)

    return find


def _computed(
    consumer: Resource, path: str, options: Mapping[str, Any], type_: str, stack: Stack
) -> Found:
    """Give what variables are made of at preview, where their values aren't known yet."""
    if any(isinstance(value, Unknown) for value in options.values()):
        for urn in consumer.references.get(path, ()):
            found = stack.find(urn, type_)
            if found is not None:
                yield target(found)


ENVIRONMENT: Final = (
    *(
        Pair(
            id=f"environment {short(on)}",
            who=t.LAMBDA_FUNCTION,
            on=on,
            find=_of_function(on, words),
            example={"environment": {"variables": {f"{words[0]}_NAME": Ref("target", "arn")}}},
            role="role",
            needs=needs,
            any_of=True,
            key=("kms:Decrypt", "kms:GenerateDataKey") if on in KEYED else (),
            page="AWS Lambda Developer Guide, Defining Lambda function permissions",
        )
        for on, (words, needs) in _USES.items()
    ),
    *(
        Pair(
            id=f"environment {short(on)}",
            who=t.ECS_TASK_DEFINITION,
            on=on,
            find=_of_task(on, words),
            example=_container(
                environment=[{"name": f"{words[0]}_NAME", "value": Ref("target", "arn")}]
            ),
            role="task_role_arn",
            needs=needs,
            any_of=True,
            key=("kms:Decrypt", "kms:GenerateDataKey") if on in KEYED else (),
            page="Amazon ECS Developer Guide, Amazon ECS task IAM role",
        )
        for on, (words, needs) in _USES.items()
    ),
)
