"""KMS keys and aliases, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import KMS_ALIAS, KMS_KEY

_KEY_ARN = r"arn:[^:]+:kms:{region}:\d+:key/.+"


def _keys(scope: Scope) -> Iterator[Mapping[str, Any]]:
    # Keys are known by their ARNs (tags, outputs, what is encrypted with them): listing and
    # describing the account's other keys would cost a call each.
    for arn in scope.named(_KEY_ARN.format(region=scope.region)):
        yield {"KeyId": arn}


def _build_key(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if item["KeyManager"] != "CUSTOMER" or item["KeyState"] == "PendingDeletion":
        return
    rotation, policy = details["rotation"], details["policy"]
    tags = scope.tags_of(item["Arn"])
    seen = isinstance(rotation, Mapping)
    data: dict[str, Any] = {
        "description": item.get("Description", ""),
        "key_usage": item["KeyUsage"],
        "customer_master_key_spec": item["KeySpec"],
        "is_enabled": item["Enabled"],
        "multi_region": item.get("MultiRegion", False),
        "enable_key_rotation": rotation["KeyRotationEnabled"] if seen else rotation,
        "rotation_period_in_days": rotation.get("RotationPeriodInDays") if seen else rotation,
        "policy": policy,
        "tags": tags,
        "arn": item["Arn"],
        "key_id": item["KeyId"],
    }
    yield Resource(
        data=data,
        type=KMS_KEY,
        name=str((isinstance(tags, dict) and tags.get("Name")) or item["KeyId"]),
        id=item["KeyId"],
        arn=item["Arn"],
        account=scope.account,
        region=scope.region,
    )


def _build_alias(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    yield Resource(
        data={
            "name": item["AliasName"],
            "target_key_id": item["TargetKeyId"],
            "arn": item["AliasArn"],
        },
        type=KMS_ALIAS,
        name=item["AliasName"],
        id=item["AliasName"],
        arn=item["AliasArn"],
        account=scope.account,
        region=scope.region,
    )


READERS = (
    Reader(
        types=(KMS_KEY,),
        listing=Ask("kms", "DescribeKey", "KeyMetadata"),
        targets=_keys,
        one=lambda id_, state: {"KeyId": id_},
        key=lambda item, scope: Key(item["KeyId"], item["Arn"]),
        details={
            "rotation": Detail(
                # An asymmetric key cannot rotate; AWS says so with this error.
                Ask("kms", "GetKeyRotationStatus", absent=("UnsupportedOperationException",)),
                lambda item: {"KeyId": item["KeyId"]},
            ),
            "policy": Detail(
                Ask("kms", "GetKeyPolicy", "Policy"),
                lambda item: {"KeyId": item["KeyId"], "PolicyName": "default"},
            ),
        },
        build=_build_key,
        trigger="kms",
        referenced=True,
    ),
    Reader(
        types=(KMS_ALIAS,),
        listing=Ask("kms", "ListAliases", "Aliases"),
        one=lambda id_, state: {"KeyId": key} if (key := state.get("target_key_id")) else {},
        key=lambda item, scope: Key(
            item["AliasName"], item["AliasArn"], tags={}, within=(item.get("TargetKeyId", ""),)
        ),
        build=_build_alias,
        trigger="kms",
        parents=(KMS_KEY,),
        referenced=True,
    ),
)
