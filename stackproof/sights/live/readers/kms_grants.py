"""Grants of KMS keys that somebody gave, as AWS shows them; most are services' own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown, taken
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import KMS_GRANT, KMS_KEY

_GRANT = {
    "grant_id": "GrantId",
    "grantee_principal": "GranteePrincipal",
    "name": "Name",
    "operations": "Operations",
    "retiring_principal": "RetiringPrincipal",
}
_CONSTRAINTS = {
    "encryption_context_equals": "EncryptionContextEquals",
    "encryption_context_subset": "EncryptionContextSubset",
}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data: dict[str, Any] = {**taken(item, _GRANT), "key_id": item["KeyId"].rpartition("/")[2]}
    if constraints := taken(item.get("Constraints") or {}, _CONSTRAINTS):
        data["constraints"] = [constraints]
    yield shown(scope, KMS_GRANT, _id(item), data, name=item.get("Name") or item["GrantId"])


def _id(item: Item) -> str:
    return f"{item['KeyId'].rpartition('/')[2]}:{item['GrantId']}"


def _of_a_service(item: Item) -> bool:
    """Tell whether an AWS service gave itself the grant, for what it encrypts with the key.

    Source: AWS KMS Developer Guide, "Grants for AWS services"; Amazon EBS User Guide, "How Amazon
    EBS encryption works", for the instances that it decrypts for.
    """
    who = [item.get(name) or "" for name in ("GranteePrincipal", "RetiringPrincipal")]
    services = (item.get("GranteeServicePrincipal"), item.get("RetiringServicePrincipal"))
    return any(services) or any(
        name.endswith((".amazonaws.com", ".amazonaws.com.cn")) or ":assumed-role/aws:" in name
        for name in who
    )


READERS = (
    Reader(
        types=(KMS_GRANT,),
        listing=Ask("kms", "ListGrants", "Grants"),
        targets=lambda scope: [{"KeyId": id_} for id_ in scope.ids(KMS_KEY)],
        get_parameters=lambda id_, state: {"KeyId": state["key_id"], "GrantId": state["grant_id"]},
        key=lambda item, scope: Key(
            _id(item),
            names=(item["GrantId"],),
            tags={},
            parent_ids=(item["KeyId"], item["KeyId"].rpartition("/")[2]),
            foreign=_of_a_service(item),
        ),
        build=_build,
        arn_service="kms",
        parents=(KMS_KEY,),
        referenced=True,
        known_by={KMS_GRANT: ("grant_id",)},
    ),
)
