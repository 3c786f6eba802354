"""Type: one description of a resource type, from which its reader follows.

A rule finds the member of AWS's answer that holds a property: the same word, else its singular or
plural. A description says only what the rule can't know: where things are asked, how a resource is
called, names that differ, what AWS means by leaving a thing out, and what it never shows. What the
rule finds is printed by `stackproof types TOKEN`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

Item = Mapping[str, Any]
Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The operation that lists resources, and the key of its answer that holds them.

    `single` are the parameters that ask for one by itself, of {id} and its last known properties;
    without any, all are listed and the one is picked. `parent` is the type whose members are
    asked about one by one, and `by` the parameter that takes the parent's id, which is put into
    each item. What only its ARN makes known is `named` by a regular expression of it, after the
    service's name and a colon (`firehose:deliverystream/(.+)`): `by` takes its group, or the whole
    ARN. `absent` are the codes by which AWS says that there is no such thing. Without a `result`
    the whole answer is the one thing.
    """

    operation: str
    result: str | None
    single: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    by: str = ""
    named: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    iam: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """How AWS answers for many items at once: at most `size` of them.

    An item is asked by its `id`, among others in the parameter `ids`; the member `about` of an
    element of the answer says which of them it is about.
    """

    id: str
    ids: str
    about: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A further question about one item, its parameters made of the item's members.

    One that is `whole` describes the resource: its answer holds the properties, and when AWS has
    no such thing the resource is gone. The answers of others hold what `names` says. One that is
    asked of many items `together` has parameters that are the same for all of them.
    """

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    result: str | None = None
    absent: tuple[str, ...] = ()
    whole: bool = False
    together: Together | None = None
    iam: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The proof of a description: what AWS answers, and what is shown then.

    `answers` are whole answers by operation (`{"ListDatabases": {"Databases": [...]}}`), `id` is
    Pulumi's of the resource in them, `properties` those that are shown, and `state` what else a
    question about one of a parent needs (`{"cluster_name": "pay"}`).
    """

    answers: Mapping[str, Any]
    id: str
    properties: Mapping[str, Any]
    state: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Type:
    """One type: identity, how it is read, and what of its properties the rule can't find.

    `id`, `arn` and `name` are texts made of an item's members, {region}, {account} and {partition},
    an odd id or name by a function; an ARN that only an answer tells is written `question:member`.
    `names` maps a property (`vpc_config.subnet_ids` for a nested one) to a dotted path from where
    it stands, after the name of a question and a colon where another answer holds it (`listed:` for
    the listing), from the top of the answer after a `/`; with a function, to what that makes of the
    member. `omitted` is what AWS means by leaving a property out. `unread` are properties that no
    answer holds. `extra` makes the properties `provides` of the item and the answers to questions.
    `tags` is the path of the tags where the tagging API doesn't know them; `parent_ids` the members
    that name what an item belongs to, `inside` where it merely stands; an item that is `foreign` is
    AWS's own; what is `dying`, by what describes it, waits for its deletion or is no more. Of a
    listing that several types share, the items with the members `only` are of this one, and of
    those only what has the member `having`. `arn_service` is the ARN's namespace (`rds:snapshot`
    for one kind in it) where the ARN isn't composed, or more is to be known before it is asked. A
    type of a project's own has its `case`; those of this package are proven by tests.
    """

    token: str
    service: str
    listing: Listing
    id: str | Callable[[Item], str]
    arn: str = ""
    name: str | Callable[[Item], str] = ""
    questions: Mapping[str, Question] = field(default_factory=dict)
    names: Mapping[str, str | tuple[str, Callable[[Any], Any]]] = field(default_factory=dict)
    omitted: Mapping[str, Any] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    extra: Callable[[Item, Answers], Mapping[str, Any]] | None = None
    provides: frozenset[str] = frozenset()
    tags: str = ""
    parent_ids: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    arn_service: str | None = None
    foreign: Callable[[Item], bool] = lambda item: False
    dying: Callable[[Item], bool] = lambda root: False
    only: Mapping[str, str] = field(default_factory=dict)
    having: str = ""
    referenced: bool = False
    regional: bool = True
    case: Answered | None = None

    @property
    def namespace(self) -> str:
        """Give the ARN namespace by which it is known that there may be some."""
        composed = self.arn.split(":")
        return (
            self.arn_service
            if self.arn_service is not None
            else composed[2]
            if composed[3:]
            else ""
        )

    @property
    def whole(self) -> str:
        """Give the question whose answer describes the resource; empty where the item does."""
        return next((name for name, asked in self.questions.items() if asked.whole), "")

    @property
    def arn_told(self) -> tuple[str, str] | None:
        """Give the question and the member that tell the ARN, where the item doesn't."""
        question, colon, member = self.arn.partition(":")
        return (question, member) if colon and question in self.questions else None


_OWN: dict[str, Type] = {}


def described() -> Mapping[str, Type]:
    """Give every description by its token: those of this package, and the project's own."""
    return {**shipped(), **_OWN} if _OWN else shipped()


def own_types() -> tuple[Type, ...]:
    """Give the descriptions of the project's own types."""
    return tuple(_OWN.values())


def use(types: Iterable[Type]) -> None:
    """Take a project's own types for this process, in place of those that it had."""
    _OWN.clear()
    _OWN.update((type_.token, type_) for type_ in types)


@cache
def shipped() -> Mapping[str, Type]:
    """Give the descriptions of this package by their tokens: each service's `TYPES`."""
    found: dict[str, Type] = {}
    package = importlib.import_module("stackproof.types.services")
    for module in pkgutil.iter_modules(package.__path__):
        for type_ in importlib.import_module(f"{package.__name__}.{module.name}").TYPES:
            if type_.token in found:
                raise ValueError(f"{type_.token} is described twice")
            found[type_.token] = type_
    return found


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """Give a template of texts with its fields filled in, at any depth."""
    if isinstance(template, Mapping):
        return {key: filled(item, values) for key, item in template.items()}
    if isinstance(template, (list, tuple)):
        return [filled(item, values) for item in template]
    if callable(template):
        return template(values)
    return template.format_map(values) if isinstance(template, str) else template
