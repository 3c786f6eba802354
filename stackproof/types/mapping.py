"""Derive where in AWS's answers each property of a described type stands, by both sides' models.

A rule alone is wrong without a sound in one of twenty cases, so it refuses what it isn't sure of:
two members that could be meant, a member of a kind from which the property can't be made. What it
finds nothing for is `missing`, unless the description names it or lists it as `unread`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, Final

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model.outcome import Unknown
from stackproof.types.described import Type, shipped
from stackproof.types.names import alike, bare
from stackproof.types.table import Form, Kind, Shape, type_of

# What every reader gives itself, or only the provider acts upon.
_APART = frozenset({"arn", "id", "region", "tags", "tags_all", "timeouts"})
# The item of the listing, among the answers to questions.
LISTED: Final = "listed"
_FITS: Mapping[Form, frozenset[str]] = {
    Form.TEXT: frozenset({"string", "timestamp", "integer", "long"}),
    Form.DOCUMENT: frozenset({"string"}),
    Form.INTEGER: frozenset({"integer", "long"}),
    Form.NUMBER: frozenset({"integer", "long", "float", "double"}),
    Form.BOOLEAN: frozenset({"boolean"}),
    Form.LIST: frozenset({"list"}),
    Form.MAP: frozenset({"map", "list"}),
    Form.OBJECT: frozenset({"structure", "list"}),
}


class DescriptionError(StackproofError):
    """Raised for a description from which no mapping follows; names the type and the property."""

    code = Code.DESCRIPTION


@dataclass(frozen=True, slots=True)
class Field:
    """Where one property stands: the question that answers it, and the path from there.

    Without a question, from where the object that it belongs to stands.
    """

    name: str
    source: str
    path: str
    kind: Kind
    codec: Callable[[Any], Any] | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapped:
    """The mapping of a type: its fields, and the properties for which there is none."""

    fields: tuple[Field, ...]
    missing: tuple[str, ...]


@cache
def mapping(type_: Type) -> Mapped:
    """Derive the mapping of a described type; raise DescriptionError where that is unsafe."""
    return _Derivation(type_).run()


def value_of(field: Field, answers: Mapping[str, Any], root: Any, here: Any) -> Any:
    """Give a property's value, `None` where AWS leaves it out, Unknown where it wasn't seen."""
    place = here
    if field.source:
        place = answers.get(field.source)
        if isinstance(place, Unknown):
            return place
    elif field.path.startswith("/"):
        place = root
    found = _at(place, field.path.removeprefix("/"))
    if field.codec is not None:
        return None if found is None else field.codec(found)
    return _translated(field, found, answers, root)


class _Derivation:
    """One walk over the properties of a type beside the members of its answers."""

    def __init__(self, type_: Type) -> None:
        self.type = type_
        self.missing: list[str] = []
        self.whole = type_.whole
        self.shapes = {name: _shape(type_, q.operation, q.result) for name, q in _asked(type_)}
        self.top = self.shapes[self.whole or LISTED]

    def run(self) -> Mapped:
        known = type_of(self.type.token)
        if known is None:
            raise DescriptionError(f"Pulumi has no type {self.type.token}")
        fields = self.fields(known.shape, self.top, "")
        return Mapped(fields, tuple(self.missing))

    def fields(self, shape: Shape, members: Any, path: str) -> tuple[Field, ...]:
        found = []
        for name, kind in shape.kinds.items():
            full = f"{path}.{name}" if path else name
            if full in self.type.unread | self.type.provides or (not path and name in _APART):
                continue
            field = self.field(name, kind, members, full)
            if field is None:
                self.missing.append(full)
            else:
                found.append(field)
        return tuple(found)

    def field(self, name: str, kind: Kind, members: Any, full: str) -> Field | None:
        named = self.type.names.get(full)
        written, codec = named if isinstance(named, tuple) else (named, None)
        if written == f"{LISTED}:{self.type.listing.by}":
            return Field(name, LISTED, self.type.listing.by, kind, codec)
        if written is None:
            member = self.rule(name, members, full)
            if member is None:
                return None
            source, path, shape = "", member, members.members[member]
        else:
            source, path, shape = self.named(written, members, full)
        # A question's answer is another place, but for the one that is the whole resource.
        source = source or ("" if full.count(".") else self.whole)
        if codec is not None:
            return Field(name, source, path, kind, codec)
        return Field(name, source, path, kind, None, self.inner(kind, shape, full))

    def rule(self, name: str, members: Any, full: str) -> str | None:
        if getattr(members, "type_name", "") != "structure":
            return None
        wanted = bare(name)
        found = [m for m in members.members if bare(m) == wanted]
        found = found or [m for m in members.members if alike(m, name)]
        if len(found) > 1:
            raise DescriptionError(f"{self.type.token}: {full} may be any of {', '.join(found)}")
        return found[0] if found else None

    def named(self, named: str, members: Any, full: str) -> tuple[str, str, Any]:
        source, colon, path = named.rpartition(":")
        shape = self.shapes[source] if colon else members
        if path.startswith("/"):
            shape = self.top
        listed = False
        for step in filter(None, path.removeprefix("/").split(".")):
            listed |= shape is not None and shape.type_name == "list"
            shape = _element(shape)
            if shape is None or step not in getattr(shape, "members", {}):
                raise DescriptionError(f"{self.type.token}: {full}: AWS has no member {named}")
            shape = shape.members[step]
        return source, path, SimpleNamespace(type_name="list", member=shape) if listed else shape

    def inner(self, kind: Kind, shape: Any, full: str) -> tuple[Field, ...]:
        """Check that the kind can be made of the shape; give the fields of the objects in it."""
        shape = _unwrapped(shape, kind)
        if shape.type_name not in _FITS.get(kind.form, ()) and not (
            kind.form is Form.LIST and shape.type_name == "structure"
        ):
            raise DescriptionError(
                f"{self.type.token}: {full} is {kind.form.name.lower()} in Pulumi and "
                f"{shape.type_name} in AWS; name it with what makes one of the other"
            )
        if kind.form is Form.OBJECT:
            return self.fields(kind.shape, _element(shape), full)
        if kind.form is Form.LIST and kind.of:
            return self.inner(kind.of, _element(shape), full)
        if kind.form is Form.MAP and kind.of and not kind.of.plain:
            raise DescriptionError(f"{self.type.token}: {full} is a map of objects; name it")
        return ()


def _asked(type_: Type) -> list[tuple[str, Any]]:
    return [(LISTED, type_.listing), *type_.questions.items()]


@cache
def _session() -> Any:
    import botocore.session

    return botocore.session.get_session()


@cache
def _service(name: str) -> Any:
    return _session().get_service_model(name)


@cache
def _cut_service(name: str) -> Any:
    """Give the model of a service with what our descriptions ask of it."""
    from botocore.model import ServiceModel

    from stackproof.types.models import loader_of

    asked = {(type_.service, q.operation) for type_ in shipped().values() for _, q in _asked(type_)}
    loader = loader_of(_session(), frozenset(asked))
    return ServiceModel(loader.load_service_model(name, "service-2"), name)


def _shape(type_: Type, operation: str, result: str | None) -> Any:
    """Give the shape of what an operation says of one resource."""
    # Descriptions of a project's own are checked against all that a service has.
    ours = shipped().get(type_.token) is type_
    service = _cut_service(type_.service) if ours else _service(type_.service)
    shape = service.operation_model(operation).output_shape
    for step in filter(None, (result or "").split(".")):
        shape = _element(shape).members[step]
    return _element(shape)


def _element(shape: Any) -> Any:
    return shape.member if shape is not None and shape.type_name == "list" else shape


def _unwrapped(shape: Any, kind: Kind) -> Any:
    """Give the list in CloudFront's `{Quantity, Items}`, where a list is meant."""
    listed = kind.form is Form.LIST and shape.type_name == "structure"
    return shape.members["Items"] if listed and "Items" in shape.members else shape


def _at(value: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        if isinstance(value, (list, tuple)):
            value = [item.get(step) for item in value]
        else:
            value = value.get(step) if value is not None else None
    return value


def _translated(field: Field, value: Any, answers: Mapping[str, Any], root: Any) -> Any:
    """Give a member of AWS's in the form that Pulumi has it in."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    match field.kind.form:
        case Form.LIST:
            if isinstance(value, Mapping):
                value = value.get("Items", ()) if "Quantity" in value else [value]
            of = field.kind.of or field.kind
            each = Field(field.name, field.source, "", of, None, field.fields)
            return [_translated(each, item, answers, root) for item in value]
        case Form.MAP:
            if isinstance(value, (list, tuple)):
                return {item["Key"]: item.get("Value", "") for item in value}
            return dict(value)
        case Form.OBJECT:
            if isinstance(value, (list, tuple)):
                value = value[0] if value else None
            if value is None:
                return None
            made = ((f.name, value_of(f, answers, root, value)) for f in field.fields)
            return {name: item for name, item in made if item is not None}
        case Form.TEXT:
            return value if isinstance(value, str) else str(value)
        case _:
            return value
