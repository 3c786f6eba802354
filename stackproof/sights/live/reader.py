"""Reader: per Pulumi type, how AWS answers become resources, mostly as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.model.names import to_snake
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.scope import Scope

Item = Mapping[str, Any]
# What the details of an item answered: the value, `None` when AWS says "not configured", or
# Unknown when it could not be seen.
Details = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Detail:
    """A further question about one item, its parameters made from the item."""

    ask: Ask
    parameters: Callable[[Item], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Reader:
    """How all resources of some types that come from the same listing are read.

    `targets` gives the parameter sets of the listing (one empty set for an account-wide list,
    one per parent, or batches of ids); `one` gives the parameters that fetch a single resource
    by its Pulumi id and its last known properties. `build` makes the resources of one item.
    `key` gives an item's id, ARN, name and inline tags, from which membership is decided before
    any detail is asked. `parents` are the types whose resources `targets` needs. `trigger` is
    the ARN service namespace without which nothing is listed. A `referenced` reader belongs to
    the stack only by being named by it (a role, a key), never by its tags alone, and is read
    after the others.
    """

    types: tuple[str, ...]
    listing: Ask
    key: Callable[[Item, Scope], Key]
    build: Callable[[Item, Details, Scope], Iterable[Resource]]
    trigger: str
    targets: Callable[[Scope], Iterable[Mapping[str, Any]]] = lambda scope: ({},)
    one: Callable[[str, Item], Mapping[str, Any]] = lambda id_, state: {}
    details: Mapping[str, Detail] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    referenced: bool = False
    regional: bool = True


@dataclass(frozen=True, slots=True)
class Key:
    """What an item is called, before anything more is asked about it.

    `tags` is `None` when the listing does not carry them: the tagging API's answer counts
    then. `within` names what the item belongs to (a VPC id, a cluster ARN).
    """

    id: str
    arn: str | None = None
    names: tuple[str, ...] = ()
    tags: Mapping[str, str] | None = None
    within: tuple[str, ...] = ()


def snake(value: Any, rename: Mapping[str, str] | None = None) -> Any:
    """Translate an AWS answer to Pulumi's names: members to snake_case, `rename` applied after.

    `rename` maps the snake_case AWS name to Pulumi's, at any depth.
    """
    names = rename or {}
    if isinstance(value, Mapping):
        return {
            names.get(to_snake(key), to_snake(key)): snake(item, rename)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [snake(item, rename) for item in value]
    return value


def tag_map(tags: Any, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Give tags as a map, from AWS's lists of pairs or from a map."""
    if isinstance(tags, Mapping):
        return dict(tags)
    return {item[key]: item.get(value, "") for item in tags or ()}


def all_asks(readers: Iterable[Reader]) -> list[Ask]:
    """Give every question that the readers can ask, once each."""
    asks = {
        (ask.service, ask.operation): ask
        for reader in readers
        for ask in (reader.listing, *(detail.ask for detail in reader.details.values()))
    }
    return list(asks.values())


def hidden(details: Details, name: str) -> Unknown | None:
    """Give the Unknown of a detail that could not be seen, else `None`."""
    value = details.get(name)
    return value if isinstance(value, Unknown) else None
