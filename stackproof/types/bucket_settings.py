"""Settings that stand inside a bucket, in the words of the resources that say them apart.

Source: Pulumi AWS 7, s3.Bucket: these properties are deprecated in favour of such resources, but
they work. Anything in them may be Unknown; each function is given a property that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stackproof.model.outcome import Unknown

Words = Callable[[Any], Mapping[str, Any]]


def versioning(inside: Any) -> Mapping[str, Any]:
    """Give the properties of a BucketVersioning."""
    status = _status(_only_object(inside).get("enabled"), off="Suspended")
    return {"versioning_configuration": {"status": status}}


def encryption(inside: Any) -> Mapping[str, Any]:
    """Give the properties of a BucketServerSideEncryptionConfiguration."""
    rule = _only_object(inside).get("rule")
    return {"rules": rule if isinstance(rule, (list, Unknown)) else [rule] if rule else []}


def lifecycle(inside: Any) -> Mapping[str, Any]:
    """Give the properties of a BucketLifecycleConfiguration."""
    return {"rules": _each(inside, _lifecycle_rule)}


def replication(inside: Any) -> Mapping[str, Any]:
    """Give the properties of a BucketReplicationConfig."""
    held = _only_object(inside)
    return {"role": held.get("role"), "rules": _each(held.get("rules"), _replication_rule)}


def logging(inside: Any) -> Mapping[str, Any]:
    """Give the properties of a BucketLogging."""
    return _only_object(inside)


def acl(inside: Any) -> Mapping[str, Any]:
    """Give the properties of a BucketAcl for a canned access list."""
    return {"acl": inside}


def grants(inside: Any) -> Mapping[str, Any]:
    """Give the properties of a BucketAcl for grants, each with one permission or several."""
    return {"access_control_policy": {"grants": _each(inside, _grant)}}


def _grant(grant: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"grantee": grant, "permission": grant.get("permissions")}


def _lifecycle_rule(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    days = rule.get("abort_incomplete_multipart_upload_days")
    expiry = rule.get("noncurrent_version_expiration")
    moves = rule.get("noncurrent_version_transitions")
    return {
        "id": rule.get("id"),
        "status": _status(rule.get("enabled"), off="Disabled"),
        "filter": {"prefix": rule.get("prefix"), "tags": rule.get("tags")},
        "expiration": rule.get("expiration"),
        "transitions": rule.get("transitions"),
        "noncurrent_version_expiration": _noncurrent(expiry) if expiry else None,
        "noncurrent_version_transitions": _each(moves, _noncurrent),
        "abort_incomplete_multipart_upload": days and {"days_after_initiation": days},
    }


def _noncurrent(held: Any) -> Any:
    return held if isinstance(held, Unknown) else _renamed(held, days="noncurrent_days")


def _replication_rule(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    moved = _renamed(rule, delete_marker_replication_status="delete_marker_replication")
    marker = moved.get("delete_marker_replication")
    # "The only valid value is `Enabled`. To disable, omit this argument."
    moved["delete_marker_replication"] = {"status": marker or "Disabled"}
    target = moved.get("destination")
    if isinstance(target, Mapping) and target.get("replica_kms_key_id"):
        key = {"replica_kms_key_id": target["replica_kms_key_id"]}
        moved["destination"] = {**target, "encryption_configuration": key}
    criteria = moved.get("source_selection_criteria")
    if isinstance(criteria, Mapping):
        objects = criteria.get("sse_kms_encrypted_objects")
        if isinstance(objects, Mapping):
            status = {"status": _status(objects.get("enabled"), off="Disabled")}
            moved["source_selection_criteria"] = {"sse_kms_encrypted_objects": status}
    return moved


def _status(enabled: Any, *, off: str) -> Any:
    return enabled if isinstance(enabled, Unknown) else "Enabled" if enabled else off


def _only_object(held: Any) -> Mapping[str, Any]:
    """Give the one object of a property that holds an object or a list of one."""
    first = held[0] if isinstance(held, (list, tuple)) and held else held
    return first if isinstance(first, Mapping) else {}


def _each(held: Any, translate: Callable[[Mapping[str, Any]], Any]) -> Any:
    if isinstance(held, Unknown) or held is None:
        return held
    items = held if isinstance(held, (list, tuple)) else [held]
    return [translate(item) if isinstance(item, Mapping) else item for item in items]


def _renamed(held: Mapping[str, Any], **names: str) -> dict[str, Any]:
    return {names.get(key, key): item for key, item in held.items()}
