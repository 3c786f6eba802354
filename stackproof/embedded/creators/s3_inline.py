"""S3: settings that a bucket may still hold itself, each put by an operation of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stackproof.embedded.frame.base import Cloud, Properties, changed, parameters, tag_list


@dataclass(frozen=True, slots=True)
class _Inline:
    """How a setting is put, what of it the operation takes, and how it is taken away."""

    put: str
    request: Callable[[Any], Mapping[str, Any]]
    reset: str | None = None
    empty: Mapping[str, Any] | None = None


def website(setting: Mapping[str, Any]) -> dict[str, Any]:
    """Give PutBucketWebsite's parameter for the website inside a bucket."""
    rules = setting.get("routing_rules")
    parts: dict[str, Any] = {
        "error_document": {"key": setting["error_document"]}
        if setting.get("error_document")
        else None,
        "index_document": {"suffix": setting["index_document"]}
        if setting.get("index_document")
        else None,
        "redirect_all_requests_to": _host(setting.get("redirect_all_requests_to")),
        "routing_rules": json.loads(rules) if isinstance(rules, str) and rules else rules,
    }
    return {"website_configuration": {k: v for k, v in parts.items() if v}}


def _host(target: str | None) -> dict[str, str] | None:
    if not target:
        return None
    protocol, separator, host = target.partition("://")
    return {"host_name": host, "protocol": protocol} if separator else {"host_name": target}


def _versioning(setting: Mapping[str, Any]) -> dict[str, Any]:
    status = "Enabled" if setting.get("enabled") else "Suspended"
    return {"versioning_configuration": {"status": status}}


def _encryption(setting: Mapping[str, Any]) -> dict[str, Any]:
    return {"server_side_encryption_configuration": {"rules": [setting["rule"]]}}


def _lifecycle(rules: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {"lifecycle_configuration": {"rules": [_rule(rule) for rule in rules]}}


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    prefix, tags = rule.get("prefix") or "", tag_list(rule.get("tags"))
    moved = {"abort_incomplete_multipart_upload_days", "enabled", "prefix", "tags"}
    made = {name: value for name, value in rule.items() if name not in moved}
    made["status"] = "Enabled" if rule.get("enabled") else "Disabled"
    made["filter"] = {"and": {"prefix": prefix, "tags": tags}} if tags else {"prefix": prefix}
    if days := rule.get("abort_incomplete_multipart_upload_days"):
        made["abort_incomplete_multipart_upload"] = {"days_after_initiation": days}
    for name in ("noncurrent_version_expiration", "noncurrent_version_transitions"):
        if made.get(name):
            made[name] = _noncurrent(made[name])
    return made


def _noncurrent(setting: Any) -> Any:
    if isinstance(setting, (list, tuple)):
        return [_noncurrent(item) for item in setting]
    return {("noncurrent_days" if key == "days" else key): value for key, value in setting.items()}


_INLINE = {
    "acceleration_status": _Inline(
        "put_bucket_accelerate_configuration",
        lambda status: {"accelerate_configuration": {"status": status}},
        empty={"accelerate_configuration": {"status": "Suspended"}},
    ),
    "acl": _Inline("put_bucket_acl", lambda acl: {"acl": acl}, empty={"acl": "private"}),
    "cors_rules": _Inline(
        "put_bucket_cors",
        lambda rules: {"cors_configuration": {"cors_rules": rules}},
        reset="delete_bucket_cors",
    ),
    "lifecycle_rules": _Inline(
        "put_bucket_lifecycle_configuration", _lifecycle, reset="delete_bucket_lifecycle"
    ),
    "logging": _Inline(
        "put_bucket_logging",
        lambda setting: {"bucket_logging_status": {"logging_enabled": setting}},
        empty={"bucket_logging_status": {}},
    ),
    "policy": _Inline(
        "put_bucket_policy", lambda policy: {"policy": policy}, reset="delete_bucket_policy"
    ),
    "server_side_encryption_configuration": _Inline(
        "put_bucket_encryption", _encryption, reset="delete_bucket_encryption"
    ),
    "versioning": _Inline(
        "put_bucket_versioning",
        _versioning,
        empty={"versioning_configuration": {"status": "Suspended"}},
    ),
    "website": _Inline("put_bucket_website", website, reset="delete_bucket_website"),
}
# What the older bucket may hold too, and the embedded AWS has only as a resource of its own.
ELSEWHERE = {
    "grants": "BucketAcl",
    "object_lock_configuration": "BucketObjectLockConfiguration",
    "replication_configuration": "BucketReplicationConfig",
}


def put_settings(aws: Cloud, bucket: str, old: Properties, new: Properties) -> None:
    """Put the settings inside a bucket that differ from before, and take away those gone."""
    for name, inline in _INLINE.items():
        if not changed(old, new, name):
            continue
        setting = new.get(name)
        if setting or setting is False:
            _call(aws, bucket, inline.put, inline.request(setting))
        elif inline.reset:
            _call(aws, bucket, inline.reset, {})
        elif inline.empty is not None and old.get(name):
            _call(aws, bucket, inline.put, inline.empty)


def _call(aws: Cloud, bucket: str, operation: str, given: Mapping[str, Any]) -> None:
    request = parameters(aws, "s3", operation, {"bucket": bucket, **given})
    getattr(aws.client("s3"), operation)(**request)
