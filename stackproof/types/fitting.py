"""Compare a resource's properties with the table of types: names and kinds, at every depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stackproof.model.outcome import Unknown
from stackproof.types.table import Form, Kind, Shape, type_of

_PLAIN: Mapping[Form, tuple[type, ...]] = {
    Form.TEXT: (str,),
    Form.DOCUMENT: (str,),
    Form.INTEGER: (int,),
    Form.NUMBER: (int, float),
    Form.BOOLEAN: (bool,),
    Form.ASSET: (str,),
}


def misfits(token: str, properties: Mapping[str, Any]) -> list[str]:
    """Give each place where properties are not as Pulumi has them: `rules[].port is text, not …`.

    What is unknown or unset fits everywhere.
    """
    known = type_of(token)
    if known is None:
        return [f"Pulumi has no type {token}"]
    return list(_object(known.shape, {k: v for k, v in properties.items() if k != "id"}, ""))


def _object(shape: Shape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, item in value.items():
        place = f"{path}.{name}" if path else name
        kind = shape.kinds.get(name)
        if kind is None:
            yield f"{place}: Pulumi has no such property"
        else:
            yield from _value(kind, item, place)


def _value(kind: Kind, value: Any, place: str) -> Iterator[str]:
    if value is None or isinstance(value, Unknown) or kind.form is Form.ANY:
        return
    match kind.form, value:
        case Form.OBJECT, Mapping():
            yield from _object(kind.shape, value, place)
        case Form.MAP, Mapping() if kind.of:
            for key, item in value.items():
                yield from _value(kind.of, item, f"{place}[{key}]")
        case Form.LIST, list() | tuple() if kind.of:
            for item in value:
                yield from _value(kind.of, item, f"{place}[]")
        case _:
            plain = _PLAIN.get(kind.form, ())
            boolean = isinstance(value, bool) and kind.form is not Form.BOOLEAN
            if boolean or not isinstance(value, plain):
                yield f"{place} is {type(value).__name__}, not {kind.form.name.lower()}"
