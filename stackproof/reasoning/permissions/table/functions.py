"""What functions need: their logs, their network, and where their events come from and go to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stackproof.model import Resource, Stack
from stackproof.model.cases import Json, Ref
from stackproof.reasoning.permissions.context import Source
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table.finding import (
    Found,
    everything,
    functions_in,
    log_group,
    role_of_function,
)
from stackproof.reasoning.permissions.table.logs import STREAMS, WRITE_LOGS
from stackproof.reasoning.permissions.table.notices import (
    INVOKE,
    PUBLISH,
    SEALS,
    SEND,
    arn_of,
    short,
)
from stackproof.types import tokens as t

_STREAM_ACTIONS: Final = ("GetRecords", "GetShardIterator", "DescribeStream")


def _own_group(function: Resource, stack: Stack) -> Found:
    """Source: AWS Lambda Developer Guide, "Configuring CloudWatch log groups"."""
    named = function.text("logging_config.log_group")
    name = named or f"/aws/lambda/{function['name']}"
    yield log_group(name, function, stack)


def _network(function: Resource, stack: Stack) -> Found:
    if function.get("vpc_config.subnet_ids"):
        yield from everything(function, stack)


FUNCTIONS: Final = (
    Pair(
        id="log group",
        who=t.LAMBDA_FUNCTION,
        on=t.LOG_GROUP,
        find=_own_group,
        example={"name": "target-id"},
        role="role",
        needs=WRITE_LOGS,
        part=STREAMS,
        page="AWS Lambda Developer Guide, Sending Lambda function logs to CloudWatch Logs",
    ),
    Pair(
        id="network",
        who=t.LAMBDA_FUNCTION,
        on=t.NETWORK_INTERFACE,
        find=_network,
        example={"vpc_config": {"subnet_ids": ["subnet-1"]}},
        role="role",
        needs=(
            "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DeleteNetworkInterface",
        ),
        page="AWS Lambda Developer Guide, Giving Lambda functions access to resources in a VPC",
    ),
    *(
        Pair(
            id=f"dead letters {short(on)}",
            who=t.LAMBDA_FUNCTION,
            names="dead_letter_config.target_arn",
            on=on,
            role="role",
            needs=needs,
            key=SEALS,
            page="AWS Lambda Developer Guide, Capturing records of asynchronous invocations",
        )
        for on, needs in ((t.SQS_QUEUE, SEND), (t.SNS_TOPIC, PUBLISH))
    ),
)

DESTINATIONS: Final = tuple(
    Pair(
        id=f"{path.replace('_', ' ')} {short(on)}",
        who=t.LAMBDA_EVENT_CONFIG,
        names=f"destination_config.{path}.destination",
        on=on,
        role_of=role_of_function("function_name"),
        beside={"function_name": t.LAMBDA_FUNCTION},
        needs=needs,
        key=SEALS if on in (t.SQS_QUEUE, t.SNS_TOPIC) else (),
        page="AWS Lambda Developer Guide, Capturing records of asynchronous invocations",
    )
    for path in ("on_failure", "on_success")
    for on, needs in (
        (t.SQS_QUEUE, SEND),
        (t.SNS_TOPIC, PUBLISH),
        (t.LAMBDA_FUNCTION, INVOKE),
        (t.EVENT_BUS, ("events:PutEvents",)),
        (t.S3_BUCKET, ("s3:PutObject", "s3:ListBucket")),
    )
)

_SOURCES: Final[Mapping[str, tuple[str, ...]]] = {
    t.SQS_QUEUE: ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    t.KINESIS_STREAM: tuple(f"kinesis:{action}" for action in _STREAM_ACTIONS),
}

EVENT_SOURCES: Final = tuple(
    Pair(
        id=short(on),
        who=t.LAMBDA_EVENT_SOURCE_MAPPING,
        names="event_source_arn",
        on=on,
        role_of=role_of_function("function_name"),
        beside={"function_name": t.LAMBDA_FUNCTION},
        needs=needs,
        key=("kms:Decrypt",),
        page="AWS Lambda Developer Guide, How Lambda processes records from event sources",
    )
    for on, needs in _SOURCES.items()
)

INTEGRATIONS: Final = (
    Pair(
        id="function",
        who=t.API_INTEGRATION,
        names="integration_uri",
        on=t.LAMBDA_FUNCTION,
        unless="credentials_arn",
        service="apigateway.amazonaws.com",
        needs=INVOKE,
        example={"api_id": "abc"},
        source=Source("arn:{partition}:execute-api:{region}:{account}:{api_id}/*/*"),
        page="Amazon API Gateway Developer Guide, AWS Lambda proxy integrations for HTTP APIs",
    ),
    Pair(
        id="function",
        who=t.APIGATEWAY_INTEGRATION,
        names="uri",
        on=t.LAMBDA_FUNCTION,
        unless="credentials",
        service="apigateway.amazonaws.com",
        needs=INVOKE,
        example={"rest_api": "abc"},
        source=Source("arn:{partition}:execute-api:{region}:{account}:{rest_api}/*/*/*"),
        page="Amazon API Gateway Developer Guide, Lambda integrations for REST APIs",
    ),
    *(
        Pair(
            id="function by role",
            who=who,
            names=names,
            on=t.LAMBDA_FUNCTION,
            role=role,
            needs=INVOKE,
            page="Amazon API Gateway Developer Guide, Lambda integrations for REST APIs",
        )
        for who, names, role in (
            (t.API_INTEGRATION, "integration_uri", "credentials_arn"),
            (t.APIGATEWAY_INTEGRATION, "uri", "credentials"),
        )
    ),
)

AUTHORIZERS: Final = tuple(
    pair
    for who, api, role, page in (
        (
            t.APIGATEWAY_AUTHORIZER,
            "rest_api",
            "authorizer_credentials",
            "Amazon API Gateway Developer Guide, Use API Gateway Lambda authorizers",
        ),
        (
            t.API_AUTHORIZER,
            "api_id",
            "authorizer_credentials_arn",
            "Amazon API Gateway Developer Guide, Control access with AWS Lambda authorizers",
        ),
    )
    for pair in (
        Pair(
            id="function",
            who=who,
            names="authorizer_uri",
            on=t.LAMBDA_FUNCTION,
            unless=role,
            service="apigateway.amazonaws.com",
            needs=INVOKE,
            example={api: "abc"},
            source=Source(
                f"arn:{{partition}}:execute-api:{{region}}:{{account}}:{{{api}}}/authorizers/{{id}}"
            ),
            page=page,
        ),
        Pair(
            id="function by role",
            who=who,
            names="authorizer_uri",
            on=t.LAMBDA_FUNCTION,
            role=role,
            needs=INVOKE,
            page=page,
        ),
    )
)

ROTATIONS: Final = (
    Pair(
        id="function",
        who=t.SECRET_ROTATION,
        names="rotation_lambda_arn",
        on=t.LAMBDA_FUNCTION,
        service="secretsmanager.amazonaws.com",
        needs=INVOKE,
        source=Source(arn_of("secret_id", t.SECRET), account=True),
        beside={"secret_id": t.SECRET},
        page="AWS Secrets Manager User Guide, Permissions for rotation",
    ),
    Pair(
        id="secret",
        who=t.SECRET_ROTATION,
        names="secret_id",
        on=t.SECRET,
        role_of=role_of_function("rotation_lambda_arn"),
        beside={"rotation_lambda_arn": t.LAMBDA_FUNCTION},
        needs=tuple(
            f"secretsmanager:{action}"
            for action in (
                "DescribeSecret",
                "GetSecretValue",
                "PutSecretValue",
                "UpdateSecretVersionStage",
            )
        ),
        key=SEALS,
        page="AWS Secrets Manager User Guide, Lambda rotation function execution role permissions",
    ),
)

STATE_MACHINES: Final = (
    Pair(
        id="functions",
        who=t.SFN_STATE_MACHINE,
        on=t.LAMBDA_FUNCTION,
        find=functions_in("definition"),
        example={"definition": Json({"Resource": Ref("target", "arn")})},
        role="role_arn",
        needs=INVOKE,
        page="AWS Step Functions Developer Guide, IAM policies for integrated services",
    ),
)
