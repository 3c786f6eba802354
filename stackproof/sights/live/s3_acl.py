"""Access lists of buckets, as AWS shows them: every bucket has one, though few programs say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Unknown
from stackproof.sights.live.build import taken
from stackproof.sights.live.reader import Item

_GROUPS = "http://acs.amazonaws.com/groups/"
_EVERYBODY = f"{_GROUPS}global/AllUsers"
_OF_ANY_ACCOUNT = f"{_GROUPS}global/AuthenticatedUsers"
_LOG_DELIVERY = f"{_GROUPS}s3/LogDelivery"
# What a canned list gives besides the owner's full control. Amazon S3 User Guide, "Canned ACL".
_CANNED = {
    "private": frozenset[tuple[str, str]](),
    "public-read": frozenset({(_EVERYBODY, "READ")}),
    "public-read-write": frozenset({(_EVERYBODY, "READ"), (_EVERYBODY, "WRITE")}),
    "authenticated-read": frozenset({(_OF_ANY_ACCOUNT, "READ")}),
    "log-delivery-write": frozenset({(_LOG_DELIVERY, "WRITE"), (_LOG_DELIVERY, "READ_ACP")}),
}
_GRANTEE = {"email_address": "EmailAddress", "id": "ID", "type": "Type", "uri": "URI"}


def inline(answer: Item | Unknown) -> dict[str, Any]:
    """Give what a bucket itself says of its list: the canned one that it is, and all grants."""
    if isinstance(answer, Unknown):
        return {"acl": answer, "grants": answer}
    together: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for grant in answer["Grants"]:
        who = taken(grant["Grantee"], {"id": "ID", "type": "Type", "uri": "URI"})
        together[tuple(sorted(who.items()))].append(grant["Permission"])
    grants = [
        {**dict(who), "permissions": sorted(permissions)} for who, permissions in together.items()
    ]
    return {**_canned(answer), "grants": grants}


def apart(bucket: str, answer: Item | Unknown, known: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Give the id and the properties of the list as a resource of its own.

    The AWS provider puts the canned list, and the expected owner, into the id behind the bucket's
    name: that one counts, where it is among the `known` ids that begin so.
    """
    id_ = min(known, default=bucket)
    data: dict[str, Any] = {"bucket": bucket}
    if isinstance(answer, Unknown):
        return id_, {**data, "acl": answer, "access_control_policy": answer}
    grants = [
        {"grantee": taken(grant["Grantee"], _GRANTEE), "permission": grant["Permission"]}
        for grant in answer["Grants"]
    ]
    policy = {"grants": grants, "owner": taken(answer["Owner"], {"id": "ID"})}
    return id_, {**data, **_canned(answer), "access_control_policy": policy}


def _canned(answer: Item) -> Mapping[str, str]:
    owner = answer["Owner"].get("ID")
    others = frozenset(
        (grantee.get("URI") or grantee.get("ID") or grantee.get("EmailAddress"), permission)
        for grantee, permission in ((g["Grantee"], g["Permission"]) for g in answer["Grants"])
        if (grantee.get("ID"), permission) != (owner, "FULL_CONTROL")
    )
    return next(({"acl": name} for name, given in _CANNED.items() if given == others), {})
