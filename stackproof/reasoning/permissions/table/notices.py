"""What tells others that something happened: alarms, rules, buckets, topics and log groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown
from stackproof.reasoning.permissions.context import Source
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table.logs import STREAMS, TO_SERVICES, WRITE_LOGS
from stackproof.types import tokens as t

PUBLISH: Final = ("sns:Publish",)
SEND: Final = ("sqs:SendMessage",)
INVOKE: Final = ("lambda:InvokeFunction",)
# What writing to an encrypted topic or queue needs of its key. Source: Amazon SNS Developer Guide,
# "Enable compatibility between event sources from AWS services and encrypted topics".
SEALS: Final = ("kms:Decrypt", "kms:GenerateDataKey")
# Of a target that needs a role. Source: Amazon EventBridge User Guide, "Amazon EventBridge event
# bus targets", "Permissions for targets".
BY_ROLE: Final[Mapping[str, tuple[str, ...]]] = {
    t.SFN_STATE_MACHINE: ("states:StartExecution",),
    t.CODEPIPELINE: ("codepipeline:StartPipelineExecution",),
    t.CODEBUILD_PROJECT: ("codebuild:StartBuild",),
    t.EVENT_BUS: ("events:PutEvents",),
    t.KINESIS_STREAM: ("kinesis:PutRecord",),
    t.KINESIS_FIREHOSE_DELIVERY_STREAM: ("firehose:PutRecord",),
    t.SNS_TOPIC: PUBLISH,
    t.SQS_QUEUE: SEND,
    t.LAMBDA_FUNCTION: INVOKE,
}

_ALARM_PAGE: Final = "Amazon SNS Developer Guide, Example cases for Amazon SNS access control"
_EVENTS_PAGE: Final = (
    "Amazon EventBridge User Guide, Using resource-based policies for Amazon EventBridge"
)
_BUCKET_PAGE: Final = (
    "Amazon S3 User Guide, Granting permissions to publish event notification messages"
)
_SOURCE_BOTH: Final = Source("{arn}", account=True)
_NOBODY: Final = Source(None, account=False)


def short(type_: str) -> str:
    """Give the last word of a type token."""
    return type_.rpartition(":")[2].lower()


def arn_of(path: str, type_: str, suffix: str = "") -> Callable[[Resource, Stack], str | Unknown]:
    """Give what finds the ARN of what a property leads to."""

    def find(consumer: Resource, stack: Stack) -> str | Unknown:
        found = stack.follow_one(consumer, path, type_)
        arn = None if found is None else found.arn or found.raw("arn")
        if isinstance(arn, str):
            return f"{arn.removesuffix(suffix)}{suffix}"
        return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, path, f"the ARN of the {short(type_)}")

    return find


_RULE: Final = Source(arn_of("rule", t.EVENT_RULE))
ALARMS: Final = tuple(
    Pair(
        id=f"{path} {short(on)}",
        who=who,
        names=path,
        on=on,
        service=service,
        needs=needs,
        key=SEALS if on == t.SNS_TOPIC else (),
        source=_SOURCE_BOTH,
        page=page,
    )
    for who in (t.METRIC_ALARM, t.CLOUDWATCH_COMPOSITE_ALARM)
    for path in ("alarm_actions", "ok_actions", "insufficient_data_actions")
    for on, service, needs, page in (
        (t.SNS_TOPIC, "cloudwatch.amazonaws.com", PUBLISH, _ALARM_PAGE),
        (
            t.LAMBDA_FUNCTION,
            "lambda.alarms.cloudwatch.amazonaws.com",
            INVOKE,
            "Amazon CloudWatch User Guide, Invoke a Lambda function from an alarm",
        ),
    )
)

# EventBridge doesn't say for whom it publishes to a topic: a condition shuts it out.
EVENT_TARGETS: Final = (
    *(
        Pair(
            id=short(on),
            who=t.EVENT_TARGET,
            names="arn",
            on=on,
            service="events.amazonaws.com",
            needs=needs,
            key=() if on == t.LAMBDA_FUNCTION else SEALS,
            unless="role_arn",
            source=_NOBODY if on == t.SNS_TOPIC else _RULE,
            beside={"rule": t.EVENT_RULE},
            page=_EVENTS_PAGE,
        )
        for on, needs in (
            (t.SNS_TOPIC, PUBLISH),
            (t.SQS_QUEUE, SEND),
            (t.LAMBDA_FUNCTION, INVOKE),
        )
    ),
    Pair(
        id="log group",
        who=t.EVENT_TARGET,
        names="arn",
        on=t.LOG_GROUP,
        service="events.amazonaws.com",
        needs=WRITE_LOGS,
        part=STREAMS,
        source=_RULE,
        beside={"rule": t.EVENT_RULE, **TO_SERVICES},
        page=_EVENTS_PAGE,
    ),
    Pair(
        id="dead letters",
        who=t.EVENT_TARGET,
        names="dead_letter_config.arn",
        on=t.SQS_QUEUE,
        service="events.amazonaws.com",
        needs=SEND,
        key=SEALS,
        source=_RULE,
        beside={"rule": t.EVENT_RULE},
        page="Amazon EventBridge User Guide, Using dead-letter queues for undelivered events",
    ),
    *(
        Pair(
            id=f"{short(on)} by role",
            who=t.EVENT_TARGET,
            names="arn",
            on=on,
            role="role_arn",
            needs=needs,
            key=SEALS if on in (t.SNS_TOPIC, t.SQS_QUEUE) else (),
            page="Amazon EventBridge User Guide, IAM roles for sending events to targets",
        )
        for on, needs in BY_ROLE.items()
    ),
)

SCHEDULES: Final = (
    *(
        Pair(
            id=short(on),
            who=t.SCHEDULER_SCHEDULE,
            names="target.arn",
            on=on,
            role="target.role_arn",
            needs=needs,
            key=SEALS if on in (t.SNS_TOPIC, t.SQS_QUEUE) else (),
            page="Amazon EventBridge Scheduler User Guide, Setting up the execution role",
        )
        for on, needs in BY_ROLE.items()
    ),
    Pair(
        id="dead letters",
        who=t.SCHEDULER_SCHEDULE,
        names="target.dead_letter_config.arn",
        on=t.SQS_QUEUE,
        role="target.role_arn",
        needs=SEND,
        key=SEALS,
        page="Amazon EventBridge Scheduler User Guide, Configuring a dead-letter queue",
    ),
)

BUCKETS: Final = tuple(
    Pair(
        id=short(on),
        who=t.S3_NOTIFICATION,
        names=path,
        on=on,
        service="s3.amazonaws.com",
        needs=needs,
        key=() if on == t.LAMBDA_FUNCTION else SEALS,
        source=Source(arn_of("bucket", t.S3_BUCKET), account=True),
        beside={"bucket": t.S3_BUCKET},
        page=_BUCKET_PAGE,
    )
    for path, on, needs in (
        ("lambda_functions.lambda_function_arn", t.LAMBDA_FUNCTION, INVOKE),
        ("queues.queue_arn", t.SQS_QUEUE, SEND),
        ("topics.topic_arn", t.SNS_TOPIC, PUBLISH),
    )
)

SUBSCRIPTIONS: Final = tuple(
    Pair(
        id=short(on),
        who=t.SNS_SUBSCRIPTION,
        names="endpoint",
        when=("protocol", protocol),
        example={"protocol": protocol},
        on=on,
        service="sns.amazonaws.com",
        needs=needs,
        key=SEALS if on == t.SQS_QUEUE else (),
        source=Source(arn_of("topic", t.SNS_TOPIC)),
        beside={"topic": t.SNS_TOPIC},
        page=page,
    )
    for on, protocol, needs, page in (
        (
            t.SQS_QUEUE,
            "sqs",
            SEND,
            "Amazon SNS Developer Guide, Subscribing an Amazon SQS queue to an Amazon SNS topic",
        ),
        (
            t.LAMBDA_FUNCTION,
            "lambda",
            INVOKE,
            "Amazon SNS Developer Guide, Prerequisites for subscribing Lambda functions",
        ),
    )
)

LOG_FILTERS: Final = (
    Pair(
        id="function",
        who=t.LOG_SUBSCRIPTION_FILTER,
        names="destination_arn",
        on=t.LAMBDA_FUNCTION,
        service="logs.{region}.amazonaws.com",
        needs=INVOKE,
        source=Source(arn_of("log_group", t.LOG_GROUP, ":*"), account=True),
        beside={"log_group": t.LOG_GROUP},
        page="Amazon CloudWatch Logs User Guide, Log group-level subscription filters",
    ),
    *(
        Pair(
            id=short(on),
            who=t.LOG_SUBSCRIPTION_FILTER,
            names="destination_arn",
            on=on,
            role="role_arn",
            needs=needs,
            page="Amazon CloudWatch Logs User Guide, Log group-level subscription filters",
        )
        for on, needs in (
            (t.KINESIS_STREAM, ("kinesis:PutRecord",)),
            (t.KINESIS_FIREHOSE_DELIVERY_STREAM, ("firehose:PutRecord",)),
        )
    ),
)
