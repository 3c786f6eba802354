"""Cases: the examples that prove a control, as data that can be replayed at every sight."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeAlias

from stackproof.model.outcome import Cause, Unknown
from stackproof.model.resource import Resource
from stackproof.model.stack import Sight, Stack
from stackproof.model.unknowns import has_unknown

SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Ref:
    """A property value that points to a resource of the example by its name there."""

    name: str
    attribute: str = "id"


@dataclass(frozen=True, slots=True)
class Json:
    """A property value that is JSON text; mutations reach into it."""

    data: Any


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A resource that stands beside the judged one."""

    name: str
    type: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """An example: the judged resource (named `subject`) and its neighbours.

    With ids known it is what AWS shows, unless the sight says that a program said it.
    """

    type: str
    properties: Mapping[str, Any]
    neighbours: tuple[Neighbour, ...] = ()
    sight: Sight = Sight.LIVE


@dataclass(frozen=True, slots=True)
class Change:
    """Set the value at a dotted path (of the subject, or of a neighbour)."""

    path: str
    value: Any
    of: str = SUBJECT


@dataclass(frozen=True, slots=True)
class Remove:
    """Leave the property at a dotted path out."""

    path: str
    of: str = SUBJECT


@dataclass(frozen=True, slots=True)
class Hide:
    """Make the value at a dotted path unknown."""

    path: str
    of: str = SUBJECT


@dataclass(frozen=True, slots=True)
class Without:
    """Leave a neighbour out; what pointed to it points to nothing that can be seen."""

    name: str


@dataclass(frozen=True, slots=True)
class With:
    """Add a neighbour."""

    neighbour: Neighbour


Mutation: TypeAlias = Change | Remove | Hide | Without | With
Variant: TypeAlias = "Mutation | tuple[Mutation, ...]"


class Form(Enum):
    """How an example's references show: by ids, or unknown with URN dependencies."""

    KNOWN = "known"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Cases:
    """A passing example and the mutations of it that must fail, be unknown, or still pass.

    `absent` holds the mutations that take a needed neighbour away; they may never pass.
    """

    passing: Given
    failing: tuple[Variant, ...]
    unknown: tuple[Variant, ...]
    absent: tuple[Variant, ...] = ()
    also_passing: tuple[Variant, ...] = ()
    not_applicable: tuple[Variant, ...] = ()

    def problem(self, *, relational: bool) -> str | None:
        """Say what the cases lack, or `None`."""
        for kind in ("failing", "unknown"):
            if not getattr(self, kind):
                return f"has no {kind} case"
        if relational and not self.absent:
            return "looks at neighbours but has no case with the neighbour missing"
        return None


def mutated(given: Given, variant: Variant) -> Given:
    """Give a copy of the example with the mutations applied.

    Raises KeyError or IndexError when a mutation names something the example does not have.
    """
    properties: dict[str, Any] = {SUBJECT: given.properties}
    properties |= {n.name: n.properties for n in given.neighbours}
    types = {SUBJECT: given.type} | {n.name: n.type for n in given.neighbours}
    for mutation in variant if isinstance(variant, tuple) else (variant,):
        match mutation:
            case Change(path, value, of):
                holder, key = _holder(properties, of, path)
                holder[key] = value
            case Remove(path, of):
                holder, key = _holder(properties, of, path)
                del holder[key]
            case Hide(path, of):
                holder, key = _holder(properties, of, path)
                holder[key] = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
            case Without(name):
                del properties[name]
            case With(neighbour):
                properties[neighbour.name] = neighbour.properties
                types[neighbour.name] = neighbour.type
    neighbours = tuple(
        Neighbour(name, types[name], held) for name, held in properties.items() if name != SUBJECT
    )
    return replace(given, properties=properties[SUBJECT], neighbours=neighbours)


def build(given: Given, form: Form) -> tuple[Resource, Stack]:
    """Make the judged resource and its stack out of an example."""
    present = {SUBJECT: given.type} | {n.name: n.type for n in given.neighbours}
    resources = [_resource(given.type, SUBJECT, given.properties, present, form)]
    resources += [_resource(n.type, n.name, n.properties, present, form) for n in given.neighbours]
    sight = Sight.DECLARED if form is Form.PREVIEW else given.sight
    return resources[0], Stack(resources, sight)


def stack_of(given: Given) -> Stack:
    """Give an example's resources as AWS shows them, ids and all: what a scenario is tried on."""
    return build(given, Form.KNOWN)[1]


def _holder(properties: dict[str, Any], of: str, path: str) -> tuple[Any, Any]:
    """Give what holds the last part of a path, copied with all that is above it, and that part.

    The rest is shared: some thousand mutations are made of the catalogue's examples.
    """
    holder: Any = properties
    key: Any = of
    for part in path.split("."):
        inner = _opened(holder[key])
        holder[key] = Json(inner) if isinstance(holder[key], Json) else inner
        holder, key = inner, int(part) if isinstance(inner, list) else part
    return holder, key


def _opened(value: Any) -> Any:
    held = value.data if isinstance(value, Json) else value
    if isinstance(held, Mapping):
        return dict(held)
    return list(held) if isinstance(held, (list, tuple)) else held


def _resource(
    type_: str, name: str, properties: Mapping[str, Any], present: Mapping[str, str], form: Form
) -> Resource:
    references = {
        key: tuple(_urn(present[ref.name], ref.name) for ref in _refs(value) if ref.name in present)
        for key, value in properties.items()
    }
    preview = form is Form.PREVIEW
    data = {key: _plain(value, form) for key, value in properties.items()}
    return Resource(
        data=data,
        type=type_,
        name=name,
        urn=_urn(type_, name) if preview else None,
        id=None if preview else _value_of(Ref(name)),
        arn=None if preview else _value_of(Ref(name, "arn")),
        account="123456789012",
        region="us-east-1",
        references={key: urns for key, urns in references.items() if urns},
    )


def _urn(type_: str, name: str) -> str:
    return f"urn:pulumi:case::case::{type_}::{name}"


def _value_of(ref: Ref) -> str:
    if ref.attribute == "arn":
        return f"arn:aws:case:us-east-1:123456789012:{ref.name}"
    return f"{ref.name}-{ref.attribute}"


def _plain(value: Any, form: Form) -> Any:
    hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    if isinstance(value, Ref):
        return hidden if form is Form.PREVIEW else _value_of(value)
    if isinstance(value, Json):
        text = _plain(value.data, form)
        return hidden if has_unknown(text) else json.dumps(text)
    if isinstance(value, Mapping):
        return {key: _plain(item, form) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, form) for item in value]
    return value


def _refs(value: Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Json):
        yield from _refs(value.data)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _refs(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _refs(item)
