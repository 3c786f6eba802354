"""Reader: per Pulumi type, how AWS answers become resources, mostly as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.scope import Scope
from stackproof.types.names import to_snake

Item = Mapping[str, Any]
# What the details of an item answered: the value, `None` when AWS says "not configured", or
# Unknown when it could not be seen.
Details = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Detail:
    """A further question about one item, its parameters made from the item.

    `provides` names the types that are built from nothing but the answer: when it could not be
    seen, these types are a gap. A reader may build one all the same, for controls to judge: it is
    unknown whether that is there.
    """

    ask: Ask
    parameters: Callable[[Item], Mapping[str, Any]]
    provides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """A further question that AWS answers for many items at once, whichever readers they are of.

    `id` gives what an item is asked by, `about` the id that an element of the answer is about;
    an item's detail is the list of the elements about it. At most `size` ids are asked together,
    and only ids with the same `together`.
    """

    ask: Ask
    id: Callable[[Item], str]
    parameters: Callable[[Sequence[str]], Mapping[str, Any]]
    about: Callable[[Item], str]
    size: int
    together: Callable[[str], str] = lambda id_: ""
    provides: tuple[str, ...] = ()


AnyDetail: TypeAlias = Detail | Batch


@dataclass(frozen=True, slots=True)
class Reader:
    """How all resources of some types that come from the same listing are read.

    `targets` gives the parameter sets of the listing (one empty set for an account-wide list, one
    per parent, or batches of ids); `get_parameters` gives the parameters that fetch a single
    resource by its Pulumi id and its last known properties. `ids` are the known ids of what may
    stand where no listing leads, and `by_ids` makes the parameters of the listing that show them.
    `build` makes the resources of one item. `key` gives an item's id, ARN, name and inline tags,
    from which membership is decided before any detail is asked. `parents` are the types whose
    resources `targets` needs, `others_parents` tells that it may ask about those of others, too.
    `arn_service` is the ARN service namespace without which nothing is listed (`""` for types that
    have no ARN: they are always listed; `apigateway:/apis` where a namespace is shared). A
    `referenced` reader is of what the stack mostly leads to by naming it (a role, a key), and is
    read after the others. `parent_fields` names the parameters of the listing that are put into
    each of its items, where the items don't say themselves whose they are. What is `dying` waits
    for its deletion: it is judged, and gone for who asks for it by name. `known_by` has, for types
    whose ids the AWS provider makes up, the properties by which one is known (none where AWS has
    one only). An item that AWS gives as a mere string reaches the reader as `{"Value": string}`.
    What an item `tells` of other things to look for is noted in the scope. `unset` gives what an
    account has where AWS answers that nobody has set anything: a whole account is judged by it.
    """

    types: tuple[str, ...]
    listing: Ask
    key: Callable[[Item, Scope], Key]
    build: Callable[[Item, Details, Scope], Iterable[Resource]]
    arn_service: str
    targets: Callable[[Scope], Iterable[Mapping[str, Any]]] = lambda scope: ({},)
    get_parameters: Callable[[str, Item], Mapping[str, Any]] = lambda id_, state: {}
    ids: Callable[[Scope], Iterable[str]] = lambda scope: ()
    by_ids: Callable[[list[str]], Iterable[Mapping[str, Any]]] = lambda ids: ()
    details: Mapping[str, AnyDetail] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    others_parents: bool = False
    parent_fields: tuple[str, ...] = ()
    dying: Callable[[Item, Details], bool] = lambda item, details: False
    referenced: bool = False
    regional: bool = True
    known_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tells: Callable[[Item, Scope], None] = lambda item, scope: None
    unset: Callable[[Scope], Iterable[Resource]] = lambda scope: ()


@dataclass(frozen=True, slots=True)
class Key:
    """What an item is called, before anything more is asked about it.

    `tags` is `None` when the listing does not carry them: the tagging API's answer counts
    then. `parent_ids` names what the item belongs to (a VPC id, a cluster ARN), `inside` where it
    merely stands (the network of a function): it is the stack's where that is its own, and of no
    interest elsewhere. `holds` is what comes with the item and has ids of its own. Others' things
    may stand in a `shared` item or use it (a network, a cluster, a topic): that a member points to
    it doesn't make it the stack's. What is `others` never is the stack's: AWS's key for a service,
    a thing of another account. A `foreign` item is AWS's own (a default parameter group): nobody's,
    even where the stack names it, save what customers can change about it all the same, which is of
    the types `opened` (the policy of a secret that RDS keeps). A `part` came with another thing,
    which shows it (the volume of an instance): in a whole account it is that thing's.
    """

    id: str
    arn: str | None = None
    names: tuple[str, ...] = ()
    tags: Mapping[str, str] | None = None
    parent_ids: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    shared: bool = False
    others: bool = False
    foreign: bool = False
    opened: tuple[str, ...] = ()
    part: bool = False

    @property
    def closed(self) -> bool:
        """Tell whether the item is AWS's own and nobody else can change anything about it."""
        return self.foreign and not self.opened


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
