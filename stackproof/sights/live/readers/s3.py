"""Buckets and what is configured on each, as AWS shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import S3_BUCKET


@dataclass(frozen=True, slots=True)
class _Setting:
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
    return {"rules": snake(answer["Rules"])}


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


_SETTINGS = (
    _Setting(
        "aws:s3/bucketVersioning:BucketVersioning",
        Ask("s3", "GetBucketVersioning"),
        _versioning,
        ("versioning_configuration",),
    ),
    _Setting(
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
    _Setting(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        Ask(
            "s3",
            "GetPublicAccessBlock",
            "PublicAccessBlockConfiguration",
            iam="s3:GetBucketPublicAccessBlock",
        ),
        snake,
        (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        ),
    ),
    _Setting(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        Ask("s3", "GetBucketOwnershipControls", "OwnershipControls"),
        lambda answer: {"rule": {"object_ownership": answer["Rules"][0]["ObjectOwnership"]}},
        ("rule",),
    ),
    _Setting(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        Ask("s3", "GetBucketLifecycleConfiguration", iam="s3:GetLifecycleConfiguration"),
        _lifecycle,
        ("rules",),
    ),
    _Setting(
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
    _Setting(
        "aws:s3/bucketPolicy:BucketPolicy",
        Ask("s3", "GetBucketPolicy", "Policy"),
        lambda answer: {"policy": answer},
        ("policy",),
    ),
    _Setting(
        "aws:s3/bucketLogging:BucketLogging",
        Ask("s3", "GetBucketLogging", "LoggingEnabled"),
        _logging,
        ("target_bucket", "target_prefix"),
    ),
)


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name = item["Name"]
    arn = f"arn:{scope.partition}:s3:::{name}"
    data = {
        "arn": arn,
        "bucket": name,
        "bucket_domain_name": f"{name}.s3.amazonaws.com",
        "bucket_regional_domain_name": f"{name}.s3.{scope.region}.amazonaws.com",
        "region": scope.region,
        "tags": scope.tags_of(arn),
    }
    yield _resource(S3_BUCKET, name, data, scope, arn=arn)
    for setting in _SETTINGS:
        answer = details[setting.type]
        if isinstance(answer, Unknown):
            properties: Mapping[str, Any] | None = dict.fromkeys(setting.hides, answer)
        else:
            properties = None if answer is None else setting.translate(answer)
        if properties is not None:
            yield _resource(setting.type, name, {"bucket": name, **properties}, scope)


def _resource(
    type_: str, name: str, data: Mapping[str, Any], scope: Scope, *, arn: str | None = None
) -> Resource:
    return Resource(
        data=data,
        type=type_,
        name=name,
        id=name,
        arn=arn,
        account=scope.account,
        region=scope.region,
    )


READERS = (
    Reader(
        types=(S3_BUCKET, *(setting.type for setting in _SETTINGS)),
        listing=Ask("s3", "ListBuckets", "Buckets", iam="s3:ListAllMyBuckets"),
        targets=lambda scope: ({"BucketRegion": scope.region},),
        one=lambda id_, state: {"Prefix": id_},
        key=lambda item, scope: Key(item["Name"], f"arn:{scope.partition}:s3:::{item['Name']}"),
        details={
            setting.type: Detail(setting.ask, lambda item: {"Bucket": item["Name"]})
            for setting in _SETTINGS
        },
        build=_build,
        trigger="s3",
    ),
)
