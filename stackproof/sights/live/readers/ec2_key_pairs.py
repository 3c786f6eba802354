"""Key pairs, as AWS shows them: the public half only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown, taken
from stackproof.sights.live.ec2 import Parameters
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import EC2_INSTANCE, KEY_PAIR, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE

_ID = re.compile(r"key-[0-9a-f]{8,17}")
_KEY_PAIR = {
    "fingerprint": "KeyFingerprint",
    "key_name": "KeyName",
    "key_pair_id": "KeyPairId",
    "key_type": "KeyType",
}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name = item["KeyName"]
    data: dict[str, Any] = {**taken(item, _KEY_PAIR), "tags": own_tags(item.get("Tags"))}
    if public := item.get("PublicKey"):
        data["public_key"] = public.strip()
    yield shown(scope, KEY_PAIR, name, data, arn=_arn(item, scope), name=name)


def _arn(item: Item, scope: Scope) -> str:
    return scope.arn("ec2", f"key-pair/{item['KeyName']}")


def _listed(scope: Scope) -> Iterator[Parameters]:
    """Ask for the list where one is known: a name that is gone fails a call by names."""
    holders = (EC2_INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE)
    used = any(holder.raw("key_name") for type_ in holders for holder in scope.members[type_])
    if used or scope.named(rf"arn:[^:]+:ec2:{scope.region}:\d+:key-pair/.+"):
        yield {"IncludePublicKey": True}


def _by_id(id_: str, state: Item) -> Parameters:
    by = "KeyPairIds" if _ID.fullmatch(id_) else "KeyNames"
    return {by: [id_], "IncludePublicKey": True}


READERS = (
    Reader(
        types=(KEY_PAIR,),
        listing=Ask("ec2", "DescribeKeyPairs", "KeyPairs"),
        targets=_listed,
        get_parameters=_by_id,
        key=lambda item, scope: Key(
            item["KeyName"], _arn(item, scope), tags=own_tags(item.get("Tags"))
        ),
        build=_build,
        arn_service="ec2",
        referenced=True,
    ),
)
