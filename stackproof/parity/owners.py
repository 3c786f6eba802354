"""Whose a thing is by what others say of it: the far side of a peering, a group of a partner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from stackproof.model import Resource
from stackproof.model.plain import SCALARS

# `peer_owner_id` stands beside `peer_vpc_id`, and says whose that is.
_OWNER: Final = re.compile(r"(.+_)(?:owner|account)(?:_id)?")
_NUMBER: Final = re.compile(r"\d{12}")
# A group of another account. EC2 API Reference, "UserIdGroupPair"; the AWS provider writes both.
_WITH_ACCOUNT: Final = re.compile(r"(\d{12})/(sg-[0-9a-f]+)")


def owners_told(resources: Iterable[Resource]) -> dict[str, str]:
    """Give the accounts that resources name as the owners of other things, by these things' ids."""
    return {
        thing: owner
        for resource in resources
        if resource.unread is None
        for thing, owner in _told({name: resource.raw(name) for name in resource.data})
        if owner != resource.account
    }


def _told(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, SCALARS):
        if isinstance(value, str) and (found := _WITH_ACCOUNT.fullmatch(value)):
            yield found[2], found[1]
    elif isinstance(value, (dict, Mapping)):
        yield from _beside(value)
        for item in value.values():
            yield from _told(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _told(item)


def _beside(held: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, owner in held.items():
        if not isinstance(owner, str) or not _NUMBER.fullmatch(owner):
            continue
        matched = _OWNER.fullmatch(str(name))
        if matched is None:
            continue
        for other, thing in held.items():
            if other != name and str(other).startswith(matched[1]) and isinstance(thing, str):
                yield thing, owner
