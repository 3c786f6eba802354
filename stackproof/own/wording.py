"""Whether an example speaks Pulumi: its types have the properties that it names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from stackproof.model.cases import Given
from stackproof.types.table import Form, Kind, Shape, type_of


def strangers(given: Given, judged: Collection[str]) -> list[tuple[str, str]]:
    """Give type and path of each property that an example's types do not have.

    The judged resource stands for each of the types that its control judges: one that has the
    property is enough. A type that the AWS provider does not have has no properties to compare.
    """
    lacking = [dict(_lacking(type_, given.properties)) for type_ in judged]
    everywhere = set.intersection(*map(set, lacking)) if lacking else set()
    found = [
        (type_, path)
        for path, type_ in (lacking[0] if lacking else {}).items()
        if path in everywhere
    ]
    for neighbour in given.neighbours:
        found += [(t, path) for path, t in _lacking(neighbour.type, neighbour.properties)]
    return found


def _lacking(token: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    known = type_of(token)
    if known is not None:
        yield from ((path, token) for path in _nested(data, known.shape, ""))


def _nested(data: Mapping[str, Any], shape: Shape, path: str) -> Iterator[str]:
    for name, value in data.items():
        if name not in shape.kinds:
            yield f"{path}{name}"
            continue
        inside = _shape(shape.kinds[name])
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if inside is not None and isinstance(item, Mapping):
                yield from _nested(item, inside, f"{path}{name}.")


def _shape(kind: Kind) -> Shape | None:
    if kind.form in (Form.OBJECT, Form.ONE):
        return kind.shape
    return _shape(kind.of) if kind.of is not None and kind.form is Form.LIST else None
