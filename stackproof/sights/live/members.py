"""Members: what an answer always has, so that its lack is not taken for "there is none".

AWS sends the list that was asked for even when it is empty: as an element without children in the
XML protocols, as `[]` in the JSON ones. The exceptions are listed here, each with its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel, Shape, StructureShape

from stackproof.sights.live.ask import Ask

# Members that AWS leaves out to say "none".
SOMETIMES: Mapping[str, str] = {
    # "Returns null if no reserved concurrency": Lambda API Reference, GetFunctionConcurrency.
    "lambda:GetFunctionConcurrency": "ReservedConcurrentExecutions",
    # An empty BucketLoggingStatus says that logging is off: S3 API Reference, GetBucketLogging.
    "s3:GetBucketLogging": "LoggingEnabled",
    # Flattened lists, of which XML shows nothing when they are empty: S3 API Reference.
    "s3:ListBucketAnalyticsConfigurations": "AnalyticsConfigurationList",
    "s3:ListBucketInventoryConfigurations": "InventoryConfigurationList",
    # Without a policy, only ARN and Name: Secrets Manager API Reference, GetResourcePolicy.
    "secretsmanager:GetResourcePolicy": "ResourcePolicy",
    # Without queues, nothing at all: https://github.com/boto/boto3/issues/1813.
    "sqs:ListQueues": "QueueUrls",
}

# What is always there where a question wants the whole answer and botocore's model requires
# nothing of it, or where AWS may leave out what the question names.
ALWAYS: Mapping[str, tuple[str, ...]] = {
    "apigateway:GetAccount": ("throttleSettings",),
    "cloudtrail:GetEventSelectors": ("TrailARN",),
    "codepipeline:GetPipeline": ("pipeline",),
    "cognito-idp:GetUserPoolMfaConfig": ("MfaConfiguration",),
    "dynamodb:GetResourcePolicy": ("Policy",),
    "ec2:GetEbsEncryptionByDefault": ("EbsEncryptionByDefault",),
    "ec2:GetInstanceMetadataDefaults": ("AccountLevel",),
    "ecr:DescribeRegistry": ("registryId",),
    "ecr:GetRegistryPolicy": ("policyText",),
    "ecr:GetRegistryScanningConfiguration": ("scanningConfiguration",),
    "ecs:DescribeTaskDefinition": ("taskDefinition",),
    "events:DescribeEventBus": ("Arn", "Name"),
    "iam:GetOpenIDConnectProvider": ("Url",),
    "iam:ListEntitiesForPolicy": ("PolicyRoles",),
    "kms:GetKeyRotationStatus": ("KeyRotationEnabled",),
    "lambda:GetLayerVersionByArn": ("LayerArn", "LayerVersionArn", "Content"),
    "redshift:DescribeLoggingStatus": ("LoggingEnabled",),
    "s3:GetBucketAcl": ("Owner", "Grants"),
    "s3:GetBucketCors": ("CORSRules",),
    "s3:GetBucketLifecycleConfiguration": ("Rules",),
    "s3:ListBucketAnalyticsConfigurations": ("IsTruncated",),
    "s3:ListBucketInventoryConfigurations": ("IsTruncated",),
    "scheduler:GetSchedule": ("Arn", "Name", "ScheduleExpression", "State", "Target"),
    "secretsmanager:GetResourcePolicy": ("ARN", "Name"),
    "sts:GetCallerIdentity": ("Account", "Arn"),
}

# The root elements of S3's answers: S3 API Reference, "Response Syntax" of each operation.
ROOTS: Mapping[str, str] = {
    "s3:GetBucketAcl": "AccessControlPolicy",
    "s3:GetBucketCors": "CORSConfiguration",
    "s3:GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "s3:GetBucketLogging": "BucketLoggingStatus",
    "s3:GetBucketNotificationConfiguration": "NotificationConfiguration",
    "s3:GetBucketVersioning": "VersioningConfiguration",
    "s3:GetBucketWebsite": "WebsiteConfiguration",
    "s3:ListBucketAnalyticsConfigurations": "ListBucketAnalyticsConfigurationResult",
    "s3:ListBucketInventoryConfigurations": "ListInventoryConfigurationsResult",
    "s3:ListBuckets": "ListAllMyBucketsResult",
}


def always(ask: Ask, model: OperationModel) -> set[str]:
    """Give the members that every answer to a question has."""
    members = set(ALWAYS.get(ask.name, ()))
    if ask.result:
        members.add(ask.result.split(".")[0])
    elif not members:
        members = _required(model.output_shape)
    return members - {SOMETIMES.get(ask.name, "")}


def lacking(ask: Ask, model: OperationModel, answer: Mapping[str, Any]) -> list[str]:
    """Give the members that the answer to a question ought to have and hasn't."""
    missing = sorted(name for name in always(ask, model) if answer.get(name) is None)
    return missing or _incomplete(ask, model.output_shape, answer)


def _required(shape: Shape | None) -> set[str]:
    """Give the members of the body that botocore's model requires."""
    if not isinstance(shape, StructureShape):
        return set()
    return {m for m in shape.required_members if "location" not in shape.members[m].serialization}


def _incomplete(ask: Ask, shape: Shape | None, answer: Mapping[str, Any]) -> list[str]:
    """Look into the one thing that was asked for: it isn't empty, and has what identifies it.

    CloudFront's lists are things that say how much is in them.
    """
    first, *rest = (ask.result or "").split(".")
    inner = shape.members.get(first) if isinstance(shape, StructureShape) else None
    value = answer.get(first)
    if not isinstance(inner, StructureShape) or not isinstance(value, Mapping):
        return []
    items = value.get("Items", ())
    if rest == ["Items"] and value.get("Quantity", len(items)) != len(items):
        return [f"{first}.Items"]
    if not value:
        return [f"anything in {first}"]
    return [f"{first}.{name}" for name in sorted(_required(inner)) if value.get(name) is None]


def root_of(model: OperationModel) -> str | None:
    """Give the root element of an operation's XML answer; `None` where any will do.

    Query and EC2 name it after the operation, REST after the payload:
    https://smithy.io/2.0/aws/protocols/index.html.
    """
    service = model.service_model.service_name
    if f"{service}:{model.name}" in ROOTS:
        return ROOTS[f"{service}:{model.name}"]
    shape = model.output_shape
    payload = shape.serialization.get("payload") if shape is not None else None
    if shape is None or payload is None:
        return f"{model.name}Response"
    member = shape.members[payload]
    return str(member.serialization.get("name", payload))
