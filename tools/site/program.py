"""A control's example as a program: resources in an order that runs, their arguments by the SDK.

The example's properties are Pulumi's; here each gets the spelling of the wire as well, what only
AWS fills in is set apart, and what points to a neighbour becomes a reference to its variable.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from stackproof.model import Unknown
from stackproof.model.cases import SUBJECT, Given, Json, Ref
from stackproof.types.names import to_snake
from stackproof.types.table import Form, Kind, PulumiType, Shape, type_of
from tools.site.sdk import Arguments, arguments, nested

# Words that mean something in TypeScript and not in Python, and what the programs themselves use.
_WORDS = """
aws case catch const debugger default delete do enum export extends false function implements
instanceof interface json let match new null package private protected public pulumi static super
switch this throw true type typeof undefined var void
"""
_TAKEN = frozenset((*keyword.kwlist, *_WORDS.split()))


class ProgramError(Exception):
    """Raised for an example that no program can be written of; says what stands in the way."""


@dataclass(frozen=True, slots=True)
class Field:
    """A property by its names in Python and on the wire."""

    python: str
    wire: str
    value: Value


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of Pulumi's own words.

    `wanted` are what the SDK wants besides: an example has only what its control looks at.
    """

    fields: tuple[Field, ...]
    wanted: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """JSON text, as the data that it is made of."""

    data: Value

    @property
    def refers(self) -> bool:
        """Tell whether something in it is known only once a neighbour is made."""
        return any(True for _ in references(self.data))


@dataclass(frozen=True, slots=True)
class Reference:
    """An output of another resource."""

    variable: str
    python: str
    wire: str


Value: TypeAlias = (
    "Fields | Document | Reference | dict[str, Value] | list[Value] | str | int | float | bool"
)


@dataclass(frozen=True, slots=True)
class Made:
    """One resource of a program; `variable` is in snake_case.

    `told` are the properties that AWS tells and a program can't set.
    """

    variable: str
    token: str
    arguments: Fields
    told: tuple[str, ...]


def program(given: Given) -> tuple[Made, ...]:
    """Give the resources of an example, each after those that it refers to.

    Raises ProgramError where the AWS provider has no such type or property, or where a value is
    not known or of another kind than the SDK's.
    """
    held = {SUBJECT: (given.type, given.properties)}
    held |= {n.name: (n.type, n.properties) for n in given.neighbours}
    named = variables(given)
    writer = _Writer({name: (named[name], _known(type_)) for name, (type_, _) in held.items()})
    made = {name: writer.made(name, properties) for name, (_, properties) in held.items()}
    return tuple(_ordered({resource.variable: resource for resource in made.values()}))


def variables(given: Given) -> dict[str, str]:
    """Name the variables: neighbours by their names, the judged resource by its type."""
    named = {n.name: n.name for n in given.neighbours}
    named[SUBJECT] = given.type.rpartition(":")[2]
    found: dict[str, str] = {}
    for name, called in named.items():
        words = re.findall(r"[a-z0-9]+", to_snake(called))
        variable = "_".join(words)
        while variable in _TAKEN or variable in found.values():
            variable = f"my_{variable}"
        found[name] = variable
    return found


def references(value: Value) -> Iterator[Reference]:
    """Give every reference in a value."""
    match value:
        case Reference():
            yield value
        case Document(data):
            yield from references(data)
        case Fields(fields):
            for field in fields:
                yield from references(field.value)
        case dict():
            for item in value.values():
                yield from references(item)
        case list():
            for item in value:
                yield from references(item)


def _known(token: str) -> PulumiType:
    found = type_of(token)
    if found is None:
        raise ProgramError(f"the AWS provider has no type {token}")
    return found


def _ordered(made: Mapping[str, Made]) -> Iterator[Made]:
    left = dict(made)
    while left:
        ready = [
            resource
            for resource in left.values()
            if not any(r.variable in left for r in references(resource.arguments))
        ]
        if not ready:
            raise ProgramError(f"{', '.join(left)} refer to each other")
        for resource in ready:
            yield left.pop(resource.variable)


@dataclass(frozen=True, slots=True)
class _Place:
    """An object within a type's properties: where, what may stand in it, and what must."""

    token: str
    path: str
    shape: Shape
    known: Arguments


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes values; `present` has the variable and the type of each resource of the example."""

    present: Mapping[str, tuple[str, PulumiType]]

    def made(self, name: str, properties: Mapping[str, Any]) -> Made:
        variable, type_ = self.present[name]
        told = tuple(key for key in properties if key in type_.outputs)
        place = _Place(type_.token, type_.token, type_.shape, arguments(type_.token))
        set_ = {key: value for key, value in properties.items() if key not in told}
        return Made(variable, type_.token, self._fields(set_, place), told)

    def _fields(self, properties: Mapping[str, Any], place: _Place) -> Fields:
        odd = [name for name in properties if name not in place.shape.kinds]
        if odd:
            raise ProgramError(f"{place.path} has no {', '.join(odd)}")
        wire = place.shape.wire
        wanted = (n for n, argument in place.known.items() if argument.must and n not in properties)
        return Fields(
            tuple(
                Field(name, wire[name], self._value(value, place.shape.kinds[name], place, name))
                for name, value in properties.items()
            ),
            tuple(Field(name, wire[name], "") for name in wanted),
        )

    def _value(self, value: Any, kind: Kind, place: _Place, name: str) -> Value:
        at = f"{place.path}.{name}"
        if isinstance(value, Ref):
            return self._reference(value)
        if isinstance(value, Json) and kind.form in _TEXTS:
            return Document(self._data(value.data, at))
        if kind.form is Form.OBJECT and isinstance(value, Mapping):
            of = place.known[name].of if name in place.known else ""
            inner = _Place(place.token, at, kind.shape, nested(place.token, of))
            return self._fields(value, inner)
        if kind.form is Form.LIST and isinstance(value, (list, tuple)):
            assert kind.of is not None
            return [self._value(item, kind.of, place, name) for item in value]
        if kind.form in _OPEN or (type(value), kind.form) in _PLAIN:
            return self._data(value, at)
        raise ProgramError(f"{at} is no {kind.form.name.lower()}: {value!r}")

    def _data(self, value: Any, at: str) -> Value:
        """Give a value whose words are the user's own."""
        if isinstance(value, Ref):
            return self._reference(value)
        if isinstance(value, Mapping):
            return {str(key): self._data(item, at) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._data(item, at) for item in value]
        if isinstance(value, (str, int, float)) and not isinstance(value, Unknown):
            return value
        raise ProgramError(f"{at} holds {value!r}")

    def _reference(self, ref: Ref) -> Value:
        if ref.name not in self.present:
            return f"{ref.name}-{ref.attribute}"  # it stands in no program: another one made it
        variable, type_ = self.present[ref.name]
        if ref.attribute == "id":
            return Reference(variable, "id", "id")
        if ref.attribute not in type_.shape.kinds:
            raise ProgramError(f"{type_.token} has no output {ref.attribute}")
        return Reference(variable, ref.attribute, type_.shape.wire[ref.attribute])


_TEXTS = frozenset({Form.TEXT, Form.DOCUMENT})
_OPEN = frozenset({Form.MAP, Form.ANY, Form.DOCUMENT})
_PLAIN = frozenset(
    {
        (str, Form.TEXT),
        (bool, Form.BOOLEAN),
        (int, Form.INTEGER),
        (int, Form.NUMBER),
        (float, Form.NUMBER),
    }
)
