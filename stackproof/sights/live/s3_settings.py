"""What is configured on a bucket, each a resource of its own: what AWS is asked and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Item, snake
from stackproof.types.names import to_snake
from stackproof.types.tokens import S3_BUCKET_WEBSITE_CONFIGURATION, S3_CORS, S3_NOTIFICATION

# Whom a bucket tells: Pulumi's property, AWS's member, and the member of that which is the ARN.
_TOLD = (
    ("lambda_functions", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
    ("queues", "QueueConfigurations", "QueueArn"),
    ("topics", "TopicConfigurations", "TopicArn"),
)
_WEBSITE = ("ErrorDocument", "IndexDocument", "RedirectAllRequestsTo", "RoutingRules")


@dataclass(frozen=True, slots=True)
class Setting:
    """A resource type that is one setting of a bucket.

    `translate` gives its properties, `None` for an answer that says "not configured"; `hides`
    names the properties that nobody knows when the answer could not be had.
    """

    type: str
    ask: Ask
    translate: Callable[[Any], Mapping[str, Any] | None]
    hides: tuple[str, ...]


def _versioning(answer: Item) -> Mapping[str, Any] | None:
    if not answer.get("Status"):
        return None  # nobody ever turned it on
    mfa = {"mfa_delete": answer["MFADelete"]} if answer.get("MFADelete") else {}
    return {"versioning_configuration": {"status": answer["Status"], **mfa}}


def _encryption(answer: Item) -> Mapping[str, Any]:
    rules = snake(answer["Rules"])
    for rule in rules:
        if blocked := rule.pop("blocked_encryption_types", None):
            rule["blocked_encryption_types"] = list(blocked.get("encryption_type") or ())
    return {"rules": rules}


def _lifecycle(answer: Item) -> Mapping[str, Any]:
    size = answer.get("TransitionDefaultMinimumObjectSize")
    return {
        "rules": [_rule(rule) for rule in answer["Rules"]],
        "transition_default_minimum_object_size": size,
    }


def _rule(rule: Item) -> dict[str, Any]:
    translated: dict[str, Any] = snake(_dates_as_text(rule))
    both = translated.get("filter", {}).get("and")
    if both and "tags" in both:
        both["tags"] = {tag["key"]: tag["value"] for tag in both["tags"]}
    return translated


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Mapping):
        return {key: _dates_as_text(item) for key, item in value.items()}
    return [_dates_as_text(item) for item in value] if isinstance(value, list) else value


def _replication(answer: Item) -> Mapping[str, Any]:
    return {"role": answer["Role"], "rules": [_rule(rule) for rule in answer["Rules"]]}


def _logging(answer: Item) -> Mapping[str, Any]:
    return {"target_prefix": "", **snake(answer)}


def _notification(answer: Item) -> Mapping[str, Any] | None:
    told = {
        here: [_told(item, arn) for item in answer[there]]
        for here, there, arn in _TOLD
        if answer.get(there)
    }
    eventbridge = answer.get("EventBridgeConfiguration") is not None
    return {**told, "eventbridge": eventbridge} if told or eventbridge else None


def _told(item: Item, arn: str) -> dict[str, Any]:
    rules = item.get("Filter", {}).get("Key", {}).get("FilterRules") or ()
    return {
        to_snake(arn): item[arn],
        "events": list(item["Events"]),
        "id": item.get("Id"),
        # AWS answers Prefix or prefix, whichever was given.
        **{f"filter_{rule['Name'].lower()}": rule["Value"] for rule in rules},
    }


def _website(answer: Item) -> Mapping[str, Any]:
    return {to_snake(name): snake(answer[name]) for name in _WEBSITE if answer.get(name)}


BLOCKS = (
    "block_public_acls",
    "block_public_policy",
    "ignore_public_acls",
    "restrict_public_buckets",
)

SETTINGS = (
    Setting(
        "aws:s3/bucketVersioning:BucketVersioning",
        Ask("s3", "GetBucketVersioning"),
        _versioning,
        ("versioning_configuration",),
    ),
    Setting(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        Ask(
            "s3",
            "GetBucketEncryption",
            "ServerSideEncryptionConfiguration",
            iam="s3:GetEncryptionConfiguration",
        ),
        _encryption,
        ("rules",),
    ),
    Setting(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        Ask(
            "s3",
            "GetPublicAccessBlock",
            "PublicAccessBlockConfiguration",
            iam="s3:GetBucketPublicAccessBlock",
        ),
        snake,
        BLOCKS,
    ),
    Setting(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        Ask("s3", "GetBucketOwnershipControls", "OwnershipControls"),
        lambda answer: {"rule": {"object_ownership": answer["Rules"][0]["ObjectOwnership"]}},
        ("rule",),
    ),
    Setting(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        Ask("s3", "GetBucketLifecycleConfiguration", iam="s3:GetLifecycleConfiguration"),
        _lifecycle,
        ("rules",),
    ),
    Setting(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        Ask(
            "s3",
            "GetBucketReplication",
            "ReplicationConfiguration",
            iam="s3:GetReplicationConfiguration",
        ),
        _replication,
        ("role", "rules"),
    ),
    Setting(
        "aws:s3/bucketPolicy:BucketPolicy",
        Ask("s3", "GetBucketPolicy", "Policy"),
        lambda answer: {"policy": answer},
        ("policy",),
    ),
    Setting(
        "aws:s3/bucketLogging:BucketLogging",
        Ask("s3", "GetBucketLogging", "LoggingEnabled"),
        _logging,
        ("target_bucket", "target_prefix"),
    ),
    Setting(
        S3_NOTIFICATION,
        Ask("s3", "GetBucketNotificationConfiguration", iam="s3:GetBucketNotification"),
        _notification,
        ("eventbridge", *(here for here, _, _ in _TOLD)),
    ),
    Setting(
        S3_CORS,
        Ask("s3", "GetBucketCors", iam="s3:GetBucketCORS"),
        lambda answer: {"cors_rules": snake(answer["CORSRules"], {"i_d": "id"})},
        ("cors_rules",),
    ),
    Setting(
        S3_BUCKET_WEBSITE_CONFIGURATION,
        Ask("s3", "GetBucketWebsite"),
        _website,
        ("error_document", "index_document", "redirect_all_requests_to", "routing_rules"),
    ),
)
