"""What the dimensions of a metric name, and what kind of thing that is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from stackproof.model import Block, Cause, Resource, Sight, Stack, Unknown
from stackproof.reasoning.metric_names import QUALIFIED, called
from stackproof.reasoning.once import once
from stackproof.types import tokens as t

# By dimension, and by namespace and dimension where services use the same word: the types of what
# its value names, each with the property that holds that name. Source: the pages that the table of
# metrics names (`stackproof.types.metrics`).
_NAMED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "ActivityArn": ((t.SFN_ACTIVITY, "arn"),),
    "ApiId": ((t.API, "id"),),
    "ApiName": ((t.APIGATEWAY_REST_API, "name"),),
    "AutoScalingGroupName": ((t.AUTOSCALING_GROUP, "name"),),
    "BackupVaultName": ((t.BACKUP_VAULT, "name"),),
    "BucketName": ((t.S3_BUCKET, "bucket"),),
    "CacheClusterId": (
        (t.ELASTICACHE_CLUSTER, "cluster_id"),
        (t.ELASTICACHE_REPLICATION_GROUP, "member_clusters"),
    ),
    "CertificateArn": ((t.ACM_CERTIFICATE, "arn"),),
    "ClusterIdentifier": ((t.REDSHIFT_CLUSTER, "cluster_identifier"),),
    "ClusterName": ((t.ECS_CLUSTER, "name"),),
    "DBClusterIdentifier": ((t.RDS_CLUSTER, "cluster_identifier"),),
    "DBInstanceIdentifier": (
        (t.RDS_INSTANCE, "identifier"),
        (t.RDS_CLUSTER_INSTANCE, "identifier"),
    ),
    "DeliveryStreamName": ((t.KINESIS_FIREHOSE_DELIVERY_STREAM, "name"),),
    "DestinationBucket": ((t.S3_BUCKET, "bucket"),),
    "DistributionId": ((t.CLOUDFRONT_DISTRIBUTION, "id"),),
    "DomainName": ((t.OPENSEARCH_DOMAIN, "domain_name"),),
    "FileSystemId": ((t.EFS_FILE_SYSTEM, "id"),),
    "FunctionName": ((t.LAMBDA_FUNCTION, "name"),),
    "AWS/CloudFront FunctionName": ((t.CLOUDFRONT_FUNCTION, "name"),),
    "HealthCheckId": ((t.ROUTE53_HEALTH_CHECK, "id"),),
    "HostedZoneId": ((t.ROUTE53_ZONE, "id"),),
    "InstanceId": ((t.EC2_INSTANCE, "id"),),
    "KeyId": ((t.KMS_KEY, "id"),),
    "LoadBalancer": ((t.LB, "arn_suffix"),),
    "LogGroupName": ((t.LOG_GROUP, "name"),),
    "NatGatewayId": ((t.NAT_GATEWAY, "id"),),
    "ProjectName": ((t.CODEBUILD_PROJECT, "name"),),
    "QueueName": ((t.SQS_QUEUE, "name"),),
    "ReplicationGroupId": ((t.ELASTICACHE_REPLICATION_GROUP, "replication_group_id"),),
    "RuleName": ((t.EVENT_RULE, "name"),),
    "AWS/Lambda Resource": ((t.LAMBDA_ALIAS, QUALIFIED),),
    "AWS/ECS ServiceName": ((t.ECS_SERVICE, "name"),),
    "ECS/ContainerInsights ServiceName": ((t.ECS_SERVICE, "name"),),
    "SourceBucket": ((t.S3_BUCKET, "bucket"),),
    "StateMachineArn": ((t.SFN_STATE_MACHINE, "arn"),),
    "StreamName": ((t.KINESIS_STREAM, "name"),),
    "TableName": ((t.DYNAMODB_TABLE, "name"),),
    "TargetGroup": ((t.LB_TARGET_GROUP, "arn_suffix"),),
    "TopicName": ((t.SNS_TOPIC, "name"),),
    "UserPool": ((t.COGNITO_USER_POOL, "id"),),
    "VolumeId": ((t.EBS_VOLUME, "id"),),
    "WebACL": ((t.WAF_ACL, "visibility_config.metric_name"),),
}
NAMED_TYPES: Final = tuple(sorted({type_ for pairs in _NAMED.values() for type_, _ in pairs}))
# Of these not each that is there is seen: AWS is asked for those that the stack itself names by
# their ARNs, and the root volume of an instance belongs to it.
NOT_ALL_SEEN: Final = frozenset(
    {
        t.CODEBUILD_PROJECT,
        t.DYNAMODB_TABLE,
        t.EBS_VOLUME,
        t.ECS_CLUSTER,
        t.KINESIS_FIREHOSE_DELIVERY_STREAM,
        t.KINESIS_STREAM,
        t.KMS_KEY,
        t.ROUTE53_ZONE,
        t.SNS_TOPIC,
    }
)
_WORLDWIDE: Final = frozenset(
    {
        t.CLOUDFRONT_DISTRIBUTION,
        t.CLOUDFRONT_FUNCTION,
        t.ROUTE53_HEALTH_CHECK,
        t.ROUTE53_ZONE,
        t.S3_BUCKET,
    }
)


@dataclass(frozen=True, slots=True)
class Vanished:
    """A value that names nothing of its kind in the account."""

    dimension: str
    value: str
    types: tuple[str, ...]


def subjects(
    alarm: Resource, item: Block, stack: Stack
) -> Iterator[tuple[str, Resource | Vanished | Unknown]]:
    """Give what each dimension of a metric names, for those that name a thing.

    An Unknown stands for one whose value is hidden, or that names nothing that is seen here.
    Raises UnresolvedError when the dimensions are hidden.
    """
    namespace = item.raw("namespace")
    for dimension, value in item.mapping("dimensions").items():
        pairs = _NAMED.get(f"{namespace} {dimension}") or _NAMED.get(dimension)
        if pairs is not None and not _names_nothing(pairs, value):
            yield dimension, _subject(alarm, item, dimension, pairs, stack)


def _names_nothing(pairs: tuple[tuple[str, str], ...], value: Any) -> bool:
    """Tell whether a value is a word of AWS's, or the function or version that needs no alias."""
    if pairs[0][1] == QUALIFIED and isinstance(value, str):
        alias = value.partition(":")[2]
        return not alias or alias.isdigit() or alias == "$LATEST"
    return bool(value == "default")


def _subject(
    alarm: Resource,
    item: Block,
    dimension: str,
    pairs: tuple[tuple[str, str], ...],
    stack: Stack,
) -> Resource | Vanished | Unknown:
    types, value = tuple(type_ for type_, _ in pairs), item.mapping("dimensions")[dimension]
    path = item.at(f"dimensions.{dimension}")
    if isinstance(value, Unknown):
        sources = alarm.references.get("metric_queries" if item.path else "dimensions", ())
        found = [hit for urn in sources for type_ in types if (hit := stack.find(urn, type_))]
        return found[0] if len(found) == 1 else value.at(path)
    hidden: Unknown | None = None
    for type_, name in pairs:
        if type_ in stack.gaps:
            hidden = stack.gaps[type_]
            continue
        by_name, unnamed = once(
            stack, (_by_name, type_, name), partial(_by_name, type_, name, stack)
        )
        if isinstance(value, Hashable) and value in by_name:
            return by_name[value]
        hidden = hidden or unnamed
    if hidden is not None:
        return hidden.at(path)
    if _all_seen(alarm, types, stack):
        return Vanished(dimension, str(value), types)
    return Unknown(Cause.NOT_IN_STACK, path, str(value))


def _by_name(type_: str, name: str, stack: Stack) -> tuple[Mapping[Any, Resource], Unknown | None]:
    """Give the resources of a type by what metrics call them, and why one is not known so."""
    found: dict[Any, Resource] = {}
    unnamed: Unknown | None = None
    for resource in stack.around(type_):
        for value in called(resource, name):
            if isinstance(value, Unknown):
                unnamed = unnamed or value
            elif isinstance(value, Hashable):
                found.setdefault(value, resource)
    return found, unnamed


def _all_seen(alarm: Resource, types: tuple[str, ...], stack: Stack) -> bool:
    """Tell whether one that is not seen is not there.

    AWS lists all of a type in a region where the stack has one; a program shows its own alone.
    """
    if stack.sight is not Sight.LIVE or not NOT_ALL_SEEN.isdisjoint(types):
        return False
    return any(
        resource.region == alarm.region or type_ in _WORLDWIDE
        for type_ in types
        for resource in stack.around(type_)
    )


def kind_of(resource: Resource) -> str | None:
    """Give the kind of a thing by which the table of metrics tells its metrics apart.

    `None` for types of one kind. Raises UnresolvedError when what decides is unknown.
    """
    decide = _KINDS.get(resource.type)
    return None if decide is None else decide(resource)


def _engine(resource: Resource) -> str:
    return "aurora" if str(resource["engine"]).startswith("aurora") else "database"


_KINDS: Final[Mapping[str, Callable[[Resource], str]]] = {
    t.LB_TARGET_GROUP: lambda group: "lambda" if group["target_type"] == "lambda" else "group",
    t.RDS_CLUSTER: _engine,
    t.RDS_CLUSTER_INSTANCE: _engine,
    t.RDS_INSTANCE: _engine,
    t.ELASTICACHE_REPLICATION_GROUP: lambda group: "redis",
    t.ELASTICACHE_CLUSTER: lambda cluster: (
        "memcached" if cluster["engine"] == "memcached" else "redis"
    ),
    t.API: lambda api: str(api["protocol_type"]).lower(),
    t.APIGATEWAY_REST_API: lambda api: "rest",
}
