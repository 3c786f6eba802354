"""KMS keys and aliases, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import KMS_ALIAS, KMS_EXTERNAL_KEY, KMS_KEY

_KEY_ARN = r"arn:[^:]+:kms:{region}:\d+:key/.+"


def _keys(scope: Scope) -> Iterator[Mapping[str, Any]]:
    # Keys are known by their ARNs (tags, outputs, what is encrypted with them): listing and
    # describing the account's other keys would cost a call each.
    for arn in scope.named(_KEY_ARN.format(region=scope.region)):
        yield {"KeyId": arn}


def _build_key(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    rotation, tags = details["rotation"], scope.tags_of(item["Arn"])
    seen = isinstance(rotation, Mapping)
    # A key that waits for its deletion is not enabled.
    common = {
        "description": item.get("Description", ""),
        "key_usage": item.get("KeyUsage", "ENCRYPT_DECRYPT"),
        "multi_region": item.get("MultiRegion", False),
        "policy": details["policy"],
        "tags": tags,
    }
    if item.get("Origin") == "EXTERNAL":
        data = {
            **common,
            "enabled": item["Enabled"],
            "expiration_model": item.get("ExpirationModel"),
            "key_state": item.get("KeyState"),
        }
    else:
        data = {
            **common,
            "custom_key_store_id": item.get("CustomKeyStoreId"),
            "customer_master_key_spec": item.get("KeySpec") or item["CustomerMasterKeySpec"],
            "enable_key_rotation": rotation["KeyRotationEnabled"] if seen else rotation,
            "is_enabled": item["Enabled"],
            "key_id": item["KeyId"],
            "rotation_period_in_days": rotation.get("RotationPeriodInDays") if seen else rotation,
            "xks_key_id": (item.get("XksKeyConfiguration") or {}).get("Id"),
        }
    type_ = KMS_EXTERNAL_KEY if item.get("Origin") == "EXTERNAL" else KMS_KEY
    yield shown(scope, type_, item["KeyId"], data, arn=item["Arn"])


def _build_alias(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name = item["AliasName"]
    # AWS's own alias has no key until a first resource uses it. AWS KMS API, ListAliases.
    data = {"name": name, "target_key_id": item.get("TargetKeyId")}
    yield shown(scope, KMS_ALIAS, name, data, arn=item["AliasArn"], name=name)


READERS = (
    Reader(
        types=(KMS_KEY, KMS_EXTERNAL_KEY),
        listing=Ask("kms", "DescribeKey", "KeyMetadata"),
        targets=_keys,
        get_parameters=lambda id_, state: {"KeyId": id_},
        key=lambda item, scope: Key(
            item["KeyId"], item["Arn"], others=item.get("KeyManager") == "AWS"
        ),
        details={
            "rotation": Detail(
                # Asymmetric, HMAC, imported keys and those of key stores can't rotate.
                Ask("kms", "GetKeyRotationStatus", absent=("UnsupportedOperationException",)),
                lambda item: {"KeyId": item["KeyId"]},
            ),
            "policy": Detail(
                Ask("kms", "GetKeyPolicy", "Policy"),
                lambda item: {"KeyId": item["KeyId"], "PolicyName": "default"},
            ),
        },
        build=_build_key,
        dying=in_state("KeyState", "PendingDeletion", "PendingReplicaDeletion"),
        arn_service="kms",
        referenced=True,
    ),
    Reader(
        types=(KMS_ALIAS,),
        listing=Ask("kms", "ListAliases", "Aliases"),
        get_parameters=lambda id_, state: (
            {"KeyId": key} if (key := state.get("target_key_id")) else {}
        ),
        key=lambda item, scope: Key(
            item["AliasName"],
            item["AliasArn"],
            tags={},
            parent_ids=(item["TargetKeyId"],) if item.get("TargetKeyId") else (),
            others=item["AliasName"].startswith("alias/aws/"),
        ),
        build=_build_alias,
        arn_service="kms",
        parents=(KMS_KEY, KMS_EXTERNAL_KEY),
        referenced=True,
    ),
)
