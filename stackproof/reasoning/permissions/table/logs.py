"""What writes logs and records: to log groups, to buckets, with their keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from stackproof.model import Block, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.model.cases import Ref
from stackproof.reasoning.permissions.context import Source, filled
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.sides import left_out
from stackproof.reasoning.permissions.table.finding import Found, made_up, roles
from stackproof.reasoning.permissions.targets import Target, led_to
from stackproof.types import tokens as t

WRITE_LOGS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
# Streams of a group. Source: Service Authorization Reference, "Amazon CloudWatch Logs".
STREAMS: Final = ":log-stream:*"
# Where it stands what services may do with the log groups of an account.
TO_SERVICES: Final = {"@allows": t.LOG_RESOURCE_POLICY}
_OWNS_ALL: Final = {"s3:x-amz-acl": ("bucket-owner-full-control",)}
_BOTH: Final = Source("{arn}", account=True)
_GROUP_KEY_PAGE: Final = "Amazon CloudWatch Logs User Guide, Encrypt log data using AWS KMS"


def _of_the_group(group: Resource, key: Target) -> dict[str, Any]:
    arn = filled("{arn}", group)
    inside = arn if isinstance(arn, Unknown) else (arn[0].removesuffix(":*"),)
    return {"kms:encryptioncontext:aws:logs:arn": inside}


def _of_the_trail(trail: Resource, key: Target) -> dict[str, Any]:
    return {"kms:encryptioncontext:aws:cloudtrail:arn": filled("{arn}", trail)}


def _prefix(consumer: Resource, path: str) -> str:
    prefix = consumer.text(path) or ""
    return f"/{prefix.strip('/')}" if prefix else ""


def _trail_objects(trail: Resource) -> str:
    organization = trail["is_organization_trail"] is True
    return f"{_prefix(trail, 's3_key_prefix')}/AWSLogs/{'*' if organization else '{account}/*'}"


def _config_objects(channel: Resource) -> str:
    return f"{_prefix(channel, 's3_key_prefix')}/AWSLogs/{{account}}/Config/*"


def _recorders(channel: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
    for recorder in stack.around(t.CONFIG_RECORDER):
        if recorder.region == channel.region:
            yield from roles(recorder, "role_arn", stack)


LOG_GROUPS: Final = (
    Pair(
        id="key",
        who=t.LOG_GROUP,
        names="kms_key_id",
        on=t.KMS_KEY,
        service="logs.{region}.amazonaws.com",
        needs=("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"),
        says=_of_the_group,
        page=_GROUP_KEY_PAGE,
    ),
)


def _flow_bucket(flow_log: Resource, stack: Stack) -> Found:
    """Give the bucket of a flow log; one whose policy nobody states is given what it needs by AWS.

    Source: Amazon VPC User Guide, "Amazon S3 bucket permissions for flow logs".
    """
    # A folder may follow the bucket's name.
    named = flow_log.raw("log_destination")
    bucket = named.partition("/")[0] if isinstance(named, str) else named
    sender = replace(flow_log, data={"log_destination": bucket})
    for found in led_to(sender, "log_destination", t.S3_BUCKET, stack):
        seen = None if isinstance(found, Unknown) else found.resource
        if stack.sight is Sight.LIVE or seen is None or not left_out(seen, stack):
            yield found


def _flow_objects(flow_log: Resource) -> str:
    destination = flow_log.text("log_destination") or ""
    prefix = destination.rpartition(":")[2].partition("/")[2].strip("/")
    options = next(flow_log.blocks("destination_options"), Block({}))
    by_name = "aws-account-id=" if options["hive_compatible_partitions"] is True else ""
    return f"{f'/{prefix}' if prefix else ''}/AWSLogs/{by_name}{{account}}/*"


FLOW_LOGS: Final = (
    Pair(
        id="bucket",
        who=t.FLOW_LOG,
        on=t.S3_BUCKET,
        find=_flow_bucket,
        when=("log_destination_type", "s3"),
        example={"log_destination_type": "s3", "log_destination": Ref("target", "arn")},
        service="delivery.logs.amazonaws.com",
        needs=("s3:GetBucketAcl", "s3:PutObject"),
        key=("kms:GenerateDataKey",),
        part=_flow_objects,
        source=Source("arn:{partition}:logs:{region}:{account}:*", account=True),
        says=lambda flow_log, bucket: _OWNS_ALL,
        page="Amazon VPC User Guide, Amazon S3 bucket permissions for flow logs",
    ),
    Pair(
        id="log group",
        who=t.FLOW_LOG,
        names="log_destination",
        on=t.LOG_GROUP,
        role="iam_role_arn",
        needs=WRITE_LOGS,
        part=STREAMS,
        page="Amazon VPC User Guide, IAM role for publishing flow logs to CloudWatch Logs",
    ),
)

TRAILS: Final = (
    Pair(
        id="log group",
        who=t.CLOUDTRAIL_TRAIL,
        names="cloud_watch_logs_group_arn",
        on=t.LOG_GROUP,
        role="cloud_watch_logs_role_arn",
        needs=WRITE_LOGS,
        part=":log-stream:{account}_CloudTrail_*",
        page="AWS CloudTrail User Guide, Role policy document for CloudTrail",
    ),
    Pair(
        id="bucket",
        who=t.CLOUDTRAIL_TRAIL,
        names="s3_bucket_name",
        on=t.S3_BUCKET,
        service="cloudtrail.amazonaws.com",
        needs=("s3:GetBucketAcl", "s3:PutObject"),
        part=_trail_objects,
        source=_BOTH,
        says=lambda trail, bucket: _OWNS_ALL,
        page="AWS CloudTrail User Guide, Amazon S3 bucket policy for CloudTrail",
    ),
    Pair(
        id="key",
        who=t.CLOUDTRAIL_TRAIL,
        names="kms_key_id",
        on=t.KMS_KEY,
        service="cloudtrail.amazonaws.com",
        needs=("kms:GenerateDataKey", "kms:DescribeKey"),
        source=_BOTH,
        says=_of_the_trail,
        page="AWS CloudTrail User Guide, Configure AWS KMS key policies for CloudTrail",
    ),
    Pair(
        id="topic",
        who=t.CLOUDTRAIL_TRAIL,
        names="sns_topic_name",
        on=t.SNS_TOPIC,
        service="cloudtrail.amazonaws.com",
        needs=("sns:Publish",),
        key=("kms:Decrypt", "kms:GenerateDataKey"),
        source=_BOTH,
        page="AWS CloudTrail User Guide, Amazon SNS topic policy for CloudTrail",
    ),
)

# AWS Config tries its role first, and itself where the bucket doesn't let the role in.
CONFIG: Final = (
    Pair(
        id="bucket",
        who=t.CONFIG_DELIVERY_CHANNEL,
        names="s3_bucket_name",
        on=t.S3_BUCKET,
        service="config.amazonaws.com",
        role_of=_recorders,
        beside={"@recorder": t.CONFIG_RECORDER},
        needs=("s3:GetBucketAcl", "s3:PutObject"),
        key=("kms:GenerateDataKey",),
        part=_config_objects,
        source=Source("", account=True),
        says=lambda channel, bucket: _OWNS_ALL,
        page="AWS Config Developer Guide, Permissions for the Amazon S3 bucket",
    ),
    Pair(
        id="topic",
        who=t.CONFIG_DELIVERY_CHANNEL,
        names="sns_topic_arn",
        on=t.SNS_TOPIC,
        service="config.amazonaws.com",
        role_of=_recorders,
        beside={"@recorder": t.CONFIG_RECORDER},
        needs=("sns:Publish",),
        key=("kms:Decrypt", "kms:GenerateDataKey"),
        source=Source("", account=True),
        page="AWS Config Developer Guide, Permissions for the Amazon SNS topic",
    ),
)

MONITORING: Final = tuple(
    Pair(
        id="enhanced monitoring",
        who=who,
        on=t.LOG_GROUP,
        find=made_up(
            "arn:{partition}:logs:{region}:{account}:log-group:RDSOSMetrics",
            "RDSOSMetrics",
            t.LOG_GROUP,
        ),
        role="monitoring_role_arn",
        needs=WRITE_LOGS,
        part=STREAMS,
        page="Amazon RDS User Guide, Setting up and enabling Enhanced Monitoring",
    )
    for who in (t.RDS_INSTANCE, t.RDS_CLUSTER_INSTANCE)
)


QUERY_LOGS: Final = (
    Pair(
        id="log group",
        who=t.ROUTE53_QUERY_LOG,
        names="cloudwatch_log_group_arn",
        on=t.LOG_GROUP,
        service="route53.amazonaws.com",
        needs=WRITE_LOGS,
        part=STREAMS,
        example={"zone_id": "Z0123456789"},
        source=Source("arn:{partition}:route53:::hostedzone/{zone_id}", account=True),
        beside=TO_SERVICES,
        page="Amazon Route 53 Developer Guide, Public DNS query logging",
    ),
)


def _search_groups(domain: Resource, stack: Stack) -> Found:
    for option in domain.blocks("log_publishing_options"):
        if option["enabled"] is not False:
            publishing = replace(domain, data={"log_publishing_options": [option.data]})
            path = "log_publishing_options.cloudwatch_log_group_arn"
            yield from led_to(publishing, path, t.LOG_GROUP, stack)


SEARCH_LOGS: Final = tuple(
    Pair(
        id="log group",
        who=who,
        on=t.LOG_GROUP,
        find=_search_groups,
        service="es.amazonaws.com",
        needs=WRITE_LOGS,
        part=STREAMS,
        example={"log_publishing_options": [{"cloudwatch_log_group_arn": Ref("target", "arn")}]},
        source=Source("{arn}", account=True),
        beside=TO_SERVICES,
        page="Amazon OpenSearch Service Developer Guide, Monitoring OpenSearch logs",
    )
    for who in (t.OPENSEARCH_DOMAIN, t.ELASTICSEARCH_DOMAIN)
)


def _logs_to(kind: str, path: str) -> Any:
    """Give what finds the bucket that load balancers of a kind write to, if they do."""

    def find(balancer: Resource, stack: Stack) -> Found:
        if (balancer.text("load_balancer_type") or "application") != kind:
            return
        try:
            logs = next(balancer.blocks(path), None)
            if logs is not None and logs["enabled"] is True:
                yield from led_to(balancer, f"{path}.bucket", t.S3_BUCKET, stack)
        except UnresolvedError as error:
            yield error.unknown

    return find


def _balancer_objects(path: str) -> Any:
    def part(balancer: Resource) -> str:
        logs = next(balancer.blocks(path), Block({}))
        prefix = str(logs["prefix"] or "").strip("/")
        return f"{f'/{prefix}' if prefix else ''}/AWSLogs/{{account}}/*"

    return part


LOAD_BALANCERS: Final = tuple(
    Pair(
        id=f"{path.replace('_', ' ')} ({kind})",
        who=t.LB,
        on=t.S3_BUCKET,
        find=_logs_to(kind, path),
        example={
            "load_balancer_type": kind,
            path: {"bucket": Ref("target"), "enabled": True},
        },
        service=service,
        needs=("s3:PutObject",),
        part=_balancer_objects(path),
        source=Source("{arn}" if kind == "application" else "", account=says_account),
        says=None if kind == "application" else lambda balancer, bucket: _OWNS_ALL,
        page=page,
    )
    for kind, path, service, says_account, page in (
        (
            "application",
            "access_logs",
            "logdelivery.elasticloadbalancing.amazonaws.com",
            None,
            "Elastic Load Balancing User Guide, Access logs for your Application Load Balancer",
        ),
        (
            "application",
            "connection_logs",
            "logdelivery.elasticloadbalancing.amazonaws.com",
            None,
            "Elastic Load Balancing User Guide, Connection logs for your Application Load Balancer",
        ),
        (
            "network",
            "access_logs",
            "delivery.logs.amazonaws.com",
            True,
            "Elastic Load Balancing User Guide, Access logs for your Network Load Balancer",
        ),
    )
)
