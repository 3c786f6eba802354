"""What readers of many services have in common when they build resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.scope import Scope


def shown(
    scope: Scope,
    type_: str,
    id_: str,
    data: Mapping[str, Any],
    *,
    arn: str | None = None,
    name: str | None = None,
) -> Resource:
    """Give a resource as AWS shows it, called by its name, its Name tag or its id."""
    tags = data.get("tags")
    tag = tags.get("Name") if isinstance(tags, Mapping) else None
    return Resource(
        data={**data, "arn": arn} if arn else data,
        type=type_,
        name=name or tag or id_,
        id=id_,
        arn=arn,
        account=account_of(arn) or scope.account,
        region=scope.region,
    )


def account_of(arn: str | None) -> str:
    """Give the account of an ARN, empty where it has none."""
    parts = arn.split(":", 5) if arn else []
    return parts[4] if len(parts) == 6 and parts[4] != "aws" else ""


def own_tags(tags: Any) -> dict[str, str]:
    """Give tags as a map, those that AWS itself adds left out."""
    pairs = {tag["Key"]: tag.get("Value", "") for tag in tags or ()}
    return {key: value for key, value in pairs.items() if not key.startswith("aws:")}


def taken(item: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Give the members that AWS set, by their Pulumi names (`names`: Pulumi's to AWS's)."""
    return {name: item[member] for name, member in names.items() if item.get(member) is not None}


def time_text(time: datetime | None) -> str | None:
    """Give a time as the AWS provider writes it (RFC 3339, seconds)."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}" if time else None


def in_state(
    member: str, *states: str, of: str = ""
) -> Callable[[Mapping[str, Any], Mapping[str, Any]], bool]:
    """Give what tells whether a member says one of some states, in any case.

    It stands in the item itself, or in what the detail `of` answered of it.
    """
    wanted = {state.lower() for state in states}

    def is_in(item: Mapping[str, Any], details: Mapping[str, Any]) -> bool:
        root = details[of] if of else item
        values = root[0] if isinstance(root, list) and root else root
        return isinstance(values, Mapping) and str(values.get(member)).lower() in wanted

    return is_in


def chunks(values: Sequence[str], size: int) -> Iterator[list[str]]:
    """Give values in lists of at most `size`, as AWS limits what may be asked at once."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
