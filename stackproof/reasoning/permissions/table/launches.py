"""What rules and schedules run as tasks, what topics put aside, and what else invokes functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stackproof.model import Resource, Stack, Unknown
from stackproof.model.cases import Json, Ref
from stackproof.reasoning.permissions.conditions import Held
from stackproof.reasoning.permissions.context import Source
from stackproof.reasoning.permissions.pairs import Pair, Values
from stackproof.reasoning.permissions.table.finding import (
    Find,
    Found,
    by_arn,
    outside,
    role_of_function,
    roles,
)
from stackproof.reasoning.permissions.table.notices import INVOKE, SEALS, SEND, arn_of
from stackproof.reasoning.permissions.targets import Target, leaves, led_to, target
from stackproof.types import tokens as t

_RUN_PAGE: Final = "Amazon ECS Developer Guide, Amazon ECS EventBridge IAM Role"


def _definitions(path: str) -> Find:
    """Give what finds the task definitions that a property names, with or without a revision."""

    def find(consumer: Resource, stack: Stack) -> Found:
        for leaf in leaves(consumer.data, path.split(".")):
            if isinstance(leaf, Unknown):
                yield from led_to(consumer, path, t.ECS_TASK_DEFINITION, stack)
                return
            found = next(
                (
                    task
                    for task in stack.around(t.ECS_TASK_DEFINITION)
                    if leaf in (task.arn, task.raw("arn"), task.raw("arn_without_revision"))
                ),
                None,
            )
            yield outside(leaf) if found is None else target(found)

    return find


def _passed(path: str) -> Find:
    """Give what finds the roles of the tasks that are to be run."""
    definitions = _definitions(path)

    def find(consumer: Resource, stack: Stack) -> Found:
        for definition in definitions(consumer, stack):
            if isinstance(definition, Unknown):
                yield definition
            elif definition.resource is not None:
                yield from _roles(definition.resource, stack)

    return find


def _roles(definition: Resource, stack: Stack) -> Found:
    for path in ("execution_role_arn", "task_role_arn"):
        for role in roles(definition, path, stack):
            yield role if isinstance(role, Unknown) else target(role)


def _on(cluster: str) -> Values:
    """Give what tells on which cluster tasks are to run.

    Service Authorization Reference, "Condition keys for Amazon Elastic Container Service".
    """

    def says(consumer: Resource, definition: Target) -> Mapping[str, Held]:
        named = next(leaves(consumer.data, cluster.split(".")), None)
        return {"ecs:cluster": (named,) if isinstance(named, str) else named}

    return says


RUNS: Final = tuple(
    pair
    for who, role, cluster, path, example in (
        (
            t.EVENT_TARGET,
            "role_arn",
            "arn",
            "ecs_target.task_definition_arn",
            {"ecs_target": {"task_definition_arn": Ref("definition", "arn")}},
        ),
        (
            t.SCHEDULER_SCHEDULE,
            "target.role_arn",
            "target.arn",
            "target.ecs_parameters.task_definition_arn",
            {"target": {"ecs_parameters": {"task_definition_arn": Ref("definition", "arn")}}},
        ),
    )
    for pair in (
        Pair(
            id="task",
            who=who,
            names=path,
            on=t.ECS_TASK_DEFINITION,
            find=_definitions(path),
            role=role,
            needs=("ecs:RunTask",),
            says=_on(cluster),
            page=_RUN_PAGE,
        ),
        Pair(
            id="roles of the task",
            who=who,
            example=example,
            on=t.IAM_ROLE,
            find=_passed(path),
            beside={"@definition": t.ECS_TASK_DEFINITION},
            role=role,
            needs=("iam:PassRole",),
            says=lambda consumer, passed: {"iam:passedtoservice": ("ecs-tasks.amazonaws.com",)},
            page=_RUN_PAGE,
        ),
    )
)


def _put_aside(subscription: Resource, stack: Stack) -> Found:
    arn = subscription.record("redrive_policy").get("deadLetterTargetArn")
    if isinstance(arn, str):
        yield by_arn((arn,), arn, t.SQS_QUEUE, stack)


PUT_ASIDE: Final = (
    Pair(
        id="dead letters",
        who=t.SNS_SUBSCRIPTION,
        on=t.SQS_QUEUE,
        find=_put_aside,
        example={"redrive_policy": Json({"deadLetterTargetArn": Ref("target", "arn")})},
        beside={"topic": t.SNS_TOPIC},
        service="sns.amazonaws.com",
        needs=SEND,
        key=SEALS,
        source=Source(arn_of("topic", t.SNS_TOPIC)),
        page="Amazon SNS Developer Guide, Configuring an Amazon SNS dead-letter queue",
    ),
)


def _triggers(pool: Resource, stack: Stack) -> Found:
    for block in pool.blocks("lambda_config"):
        for name in block.data:
            yield from led_to(pool, f"lambda_config.{name}", t.LAMBDA_FUNCTION, stack)


USER_POOLS: Final = (
    Pair(
        id="triggers",
        who=t.COGNITO_USER_POOL,
        on=t.LAMBDA_FUNCTION,
        find=_triggers,
        example={"lambda_config": {"pre_sign_up": Ref("target", "arn")}},
        service="cognito-idp.amazonaws.com",
        needs=INVOKE,
        source=Source("{arn}"),
        page="Amazon Cognito Developer Guide, Customizing user pool workflows with Lambda triggers",
    ),
)


def _log_bucket(logging: Resource, stack: Stack) -> Found:
    """Give the bucket that access logs go to, but where an ACL lets S3 write there."""
    for found in led_to(logging, "target_bucket", t.S3_BUCKET, stack):
        by_acl = isinstance(found, Unknown) or any(_for_logs(found.resource, stack))
        if isinstance(found, Unknown) or not by_acl:
            yield found


def _for_logs(bucket: Resource | None, stack: Stack) -> Iterator[bool]:
    if bucket is not None:
        yield bucket.raw("acl") == "log-delivery-write"
        for acl in stack.seen_referrers(bucket, t.S3_ACL, "bucket"):
            yield acl.raw("acl") == "log-delivery-write"
            grants = leaves(acl.data, ("access_control_policy", "grants", "grantee", "uri"))
            yield any(isinstance(uri, str) and uri.endswith("/s3/LogDelivery") for uri in grants)


ACCESS_LOGS: Final = (
    Pair(
        id="log bucket",
        who=t.S3_BUCKET_LOGGING,
        on=t.S3_BUCKET,
        find=_log_bucket,
        example={"bucket": Ref("bucket"), "target_bucket": Ref("target")},
        beside={"bucket": t.S3_BUCKET, "@acl": t.S3_ACL},
        service="logging.s3.amazonaws.com",
        needs=("s3:PutObject",),
        part=lambda logging: f"/{logging.text('target_prefix') or ''}*",
        source=Source(arn_of("bucket", t.S3_BUCKET), account=True),
        page="Amazon S3 User Guide, Enabling Amazon S3 server access logging",
    ),
)


def _streams(mapping: Resource, stack: Stack) -> Found:
    for leaf in leaves(mapping.data, ("event_source_arn",)):
        if isinstance(leaf, Unknown):
            yield from led_to(mapping, "event_source_arn", t.DYNAMODB_TABLE, stack)
        elif ":table/" in leaf and "/stream/" in leaf:
            yield Target(leaf, leaf, plain=True)


TABLE_STREAMS: Final = (
    Pair(
        id="table stream",
        who=t.LAMBDA_EVENT_SOURCE_MAPPING,
        on=t.DYNAMODB_TABLE,
        find=_streams,
        example={
            "event_source_arn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/1"
        },
        beside={"function_name": t.LAMBDA_FUNCTION},
        role_of=role_of_function("function_name"),
        needs=("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
        page="AWS Lambda Developer Guide, Process DynamoDB records with Lambda",
    ),
)
