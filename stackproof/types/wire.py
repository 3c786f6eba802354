"""Translate properties between the wire (camelCase) and Python (snake_case), by the table of types.

Only names that the table says are Pulumi's are translated: keys of maps are the user's own words,
at every depth, and so is all that stands inside a property of a form that isn't known (another
provider's, a component's, one of a newer SDK). A type's older name comes out in the newer one's
words, and goes back in its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.model.outcome import Unknown
from stackproof.types.names import to_camel, to_snake
from stackproof.types.table import Form, Kind, Shape, function_of, type_of

_NONE = Shape("", {})


def from_wire(token: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Give the properties of a resource as Python names them."""
    return _from(_shape(token), properties)


def to_wire(token: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Give the properties of a resource as the wire names them."""
    return _to(_shape(token), properties)


def python_name(token: str, wire: str) -> str:
    """Give the Python name of a property: `dbSubnetGroupName` becomes `db_subnet_group_name`."""
    return _shape(token).python.get(wire) or to_snake(wire)


def wire_name(token: str, name: str) -> str:
    """Give the name of a property on the wire."""
    return _shape(token).wire.get(name) or to_camel(name)


def arguments_from_wire(token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a provider function is asked with as Python names it."""
    function = function_of(token)
    return _from(function.arguments if function else _NONE, arguments)


def answer_to_wire(token: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a provider function answers as the wire names it."""
    function = function_of(token)
    return _to(function.result if function else _NONE, answer)


def _shape(token: str) -> Shape:
    known = type_of(token)
    return known.shape if known else _NONE


def _from(shape: Shape, data: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for wire, value in data.items():
        name = shape.python.get(wire)
        if name is None:
            out[to_snake(wire)] = value
            continue
        kind = shape.kinds[name]
        if kind.form is Form.ONE and isinstance(value, (list, tuple)):
            if value:
                out[name] = _read(kind, value[0])
        else:
            out[name] = value if kind.plain else _read(kind, value)
    return out


def _read(kind: Kind, value: Any) -> Any:
    return _each(kind, value, _from)


def _to(shape: Shape, data: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in data.items():
        kind = shape.kinds.get(name)
        if kind is None:
            out[to_camel(name)] = value
            continue
        written = value if kind.plain else _each(kind, value, _to)
        single = kind.form is Form.ONE and isinstance(value, Mapping)
        out[shape.wire[name]] = [written] if single else written
    return out


def _each(kind: Kind, value: Any, translate: Any) -> Any:
    """Translate the objects in a value; a list of one and what stands alone count the same."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, (list, tuple)):
        inner = kind.of if kind.form in (Form.LIST, Form.ONE) and kind.of else kind
        return [_each(inner, item, translate) for item in value]
    if not isinstance(value, Mapping) or kind.plain:
        return value
    if kind.form is Form.OBJECT:
        return translate(kind.shape, value)
    if kind.form is Form.MAP and kind.of:
        return {key: _each(kind.of, item, translate) for key, item in value.items()}
    return _each(kind.of, value, translate) if kind.of else value
