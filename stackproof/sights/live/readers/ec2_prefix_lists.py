"""Managed prefix lists and what they hold, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, own_tags, shown, taken
from stackproof.sights.live.ec2 import Parameters, own_ids, with_ids
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope, strings
from stackproof.types.tokens import (
    DEFAULT_SECURITY_GROUP,
    PREFIX_LIST,
    PREFIX_LIST_ENTRY,
    ROUTE,
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
)

_LIST = {
    "address_family": "AddressFamily",
    "max_entries": "MaxEntries",
    "name": "PrefixListName",
    "owner_id": "OwnerId",
    "version": "Version",
}
_ENTRY = {"cidr": "Cidr", "description": "Description"}
# What leads through the ranges of a list. The routes that a gateway endpoint adds do, too, but
# not by the program's will.
_USERS = (
    SECURITY_GROUP,
    DEFAULT_SECURITY_GROUP,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_EGRESS_RULE,
    SECURITY_GROUP_RULE,
    ROUTE,
)


def _lists(scope: Scope) -> Iterator[Parameters]:
    used = {
        value
        for type_ in _USERS
        for resource in scope.members[type_]
        for value in strings(resource.data)
        if value.startswith("pl-")
    }
    used.update(own_ids(scope, "prefix-list", "pl"))
    # An entry's id begins with its list's.
    used.update(key.partition(",")[0] for key in scope.given if key.startswith("pl-"))
    yield from with_ids("prefix-list-id")(sorted(used))


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if str(item.get("State", "")).startswith("delete"):
        return  # shown until AWS is done with it
    id_, found = item["PrefixListId"], details["entries"]
    data: dict[str, Any] = {**taken(item, _LIST), "tags": own_tags(item.get("Tags"))}
    if isinstance(found, Unknown):
        data["entries"] = found
    else:
        # An entry does not say whether it was declared inside its list: it is shown there as well,
        # for whoever asks what the list lets through.
        data["entries"] = [taken(entry, _ENTRY) for entry in found or ()]
        for entry in found or ():
            entry_id = f"{id_},{entry['Cidr']}"
            if entry_id in scope.keys:
                held = {"prefix_list_id": id_, **taken(entry, _ENTRY)}
                yield shown(scope, PREFIX_LIST_ENTRY, entry_id, held)
    arn, name = item["PrefixListArn"], item["PrefixListName"]
    yield shown(scope, PREFIX_LIST, id_, data, arn=arn, name=name)


READERS = (
    Reader(
        types=(PREFIX_LIST, PREFIX_LIST_ENTRY),
        listing=Ask("ec2", "DescribeManagedPrefixLists", "PrefixLists"),
        targets=_lists,
        get_parameters=lambda id_, state: next(with_ids("prefix-list-id")([id_.partition(",")[0]])),
        key=lambda item, scope: Key(
            item["PrefixListId"],
            item["PrefixListArn"],
            tags=own_tags(item.get("Tags")),
            shared=True,
        ),
        details={
            "entries": Detail(
                Ask("ec2", "GetManagedPrefixListEntries", "Entries"),
                lambda item: {"PrefixListId": item["PrefixListId"]},
                provides=(PREFIX_LIST_ENTRY,),
            )
        },
        build=_build,
        dying=in_state("State", "delete-in-progress", "delete-complete"),
        arn_service="ec2",
        referenced=True,
    ),
)
