"""Managed prefix lists, and their entries on their own."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.asking import listed
from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
)
from stackproof.types.tokens import PREFIX_LIST, PREFIX_LIST_ENTRY


@creator
class ManagedPrefixList(Creator):
    """A list of address ranges that rules and routes name."""

    type = PREFIX_LIST
    replace_on = frozenset({"address_family"})
    auto_name = "name"

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the list with its entries."""
        request = parameters(
            aws,
            "ec2",
            "create_managed_prefix_list",
            inputs,
            rename={"name": "prefix_list_name"},
            omit=["tags"],
        )
        made = aws.client("ec2").create_managed_prefix_list(
            **request, **tag_specifications("prefix-list", inputs)
        )
        return Created(made["PrefixList"]["PrefixListId"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change name, entries and tags in place."""
        retag(aws, id_, old, new)
        settings: dict[str, Any] = {}
        if changed(old, new, "name"):
            settings["PrefixListName"] = new["name"]
        if changed(old, new, "max_entries"):
            settings["MaxEntries"] = int(new["max_entries"])
        before, now = _entries(old), _entries(new)
        if gone := [{"Cidr": cidr} for cidr in before if before[cidr] != now.get(cidr)]:
            settings["RemoveEntries"] = gone
        if added := [now[cidr] for cidr in now if before.get(cidr) != now[cidr]]:
            settings["AddEntries"] = added
        if settings:
            _modify(aws, id_, settings)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the list."""
        with already_gone():
            aws.client("ec2").delete_managed_prefix_list(PrefixListId=id_)


@creator
class ManagedPrefixListEntry(Creator):
    """One range of a list that is declared elsewhere."""

    type = PREFIX_LIST_ENTRY
    replace_on = frozenset({"cidr", "description", "prefix_list_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Add the range."""
        list_, cidr = inputs["prefix_list_id"], inputs["cidr"]
        _modify(aws, list_, {"AddEntries": [_entry(inputs)]})
        return Created(f"{list_},{cidr}")

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the range out."""
        with already_gone():
            list_, entry = state["prefix_list_id"], {"Cidr": state["cidr"]}
            held = aws.client("ec2").get_managed_prefix_list_entries(PrefixListId=list_)["Entries"]
            if any(other["Cidr"] == entry["Cidr"] for other in held):
                _modify(aws, list_, {"RemoveEntries": [entry]})


def _entries(inputs: Properties) -> dict[str, dict[str, Any]]:
    return {entry["cidr"]: _entry(entry) for entry in inputs.get("entries") or ()}


def _entry(entry: Properties) -> dict[str, Any]:
    described = {"Description": entry["description"]} if entry.get("description") else {}
    return {"Cidr": entry["cidr"], **described}


def _modify(aws: Cloud, id_: str, settings: Properties) -> None:
    """Change a list from the version that it has now."""
    ((_, now),) = listed(aws, PREFIX_LIST, {"PrefixListIds": [id_]})
    aws.client("ec2").modify_managed_prefix_list(
        PrefixListId=id_, CurrentVersion=now["Version"], **settings
    )
