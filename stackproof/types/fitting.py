"""Hold a resource's properties against the table of types: names and kinds, at every depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from stackproof.model.outcome import Unknown
from stackproof.types.table import Form, Kind, Shape, type_of

_PLAIN: Mapping[Form, tuple[type, ...]] = {
    Form.TEXT: (str,),
    Form.DOCUMENT: (str,),
    Form.INTEGER: (int,),
    Form.NUMBER: (int, float),
    Form.BOOLEAN: (bool,),
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
    if value is None or isinstance(value, Unknown) or kind.form in (Form.ANY, Form.ASSET):
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


def fitted(token: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Give properties in the forms that the table says, where nothing is lost by it.

    Names with the same letters, or the plural or singular of one, become Pulumi's; numbers, flags,
    dates and bytes become text where Pulumi has text, and text a number or a flag; a list of one
    becomes what Pulumi has alone, and what stands alone a list. What can't be made to fit stays.
    """
    known = type_of(token)
    return dict(properties) if known is None else _fit_object(known.shape, properties)


def _fit_object(shape: Shape, value: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, item in value.items():
        own = shape.spelt(name)
        if own != name and own in value:
            own = name  # the right one is there as well
        out[own] = _fit(shape.kinds.get(own), item)
    return out


def _fit(kind: Kind | None, value: Any) -> Any:
    if kind is None or value is None or isinstance(value, Unknown):
        return value
    listed = isinstance(value, (list, tuple))
    if listed and len(value) == 1 and kind.form not in (Form.LIST, Form.ANY, Form.ASSET):
        return _fit(kind, value[0])
    match kind.form:
        case Form.OBJECT:
            return _fit_object(kind.shape, value) if isinstance(value, Mapping) else value
        case Form.LIST:
            return [_fit(kind.of, item) for item in (value if listed else (value,))]
        case Form.MAP if isinstance(value, Mapping):
            return {key: _fit(kind.of, item) for key, item in value.items()}
        case Form.TEXT | Form.DOCUMENT:
            return _text(value)
        case Form.INTEGER | Form.NUMBER | Form.BOOLEAN if isinstance(value, str):
            return _read(kind.form, value)
        case Form.INTEGER if isinstance(value, float) and value.is_integer():
            return int(value)
        case _:
            return value


def _text(value: Any) -> Any:
    match value:
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M:%SZ}"
        case bytes():
            return value.decode(errors="replace")
        case _:
            return value


def _read(form: Form, text: str) -> Any:
    """Give the number or flag that a text says; the text where it says none."""
    if form is Form.BOOLEAN:
        return {"true": True, "false": False}.get(text, text)
    for read in (int,) if form is Form.INTEGER else (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
