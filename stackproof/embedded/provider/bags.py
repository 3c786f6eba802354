"""Change property bags on the wire, leaving what does not change exactly as it came."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct

from stackproof.embedded.provider.wire import from_struct, to_struct
from stackproof.types.wire import from_wire, python_name, to_wire


def properties(type_: str, struct: Struct) -> dict[str, Any]:
    """Give a bag's properties by Pulumi's names in snake_case."""
    return from_wire(type_, from_struct(struct).values)


def rewritten(
    type_: str, struct: Struct, wanted: Mapping[str, Any], secret: Collection[str] = ()
) -> Struct:
    """Give the bag with other properties; `wanted` and `secret` are in snake_case.

    A property that keeps its value keeps its encoding, its nested secrets included. One that gets
    another value stays as secret as it was.
    """
    bag = from_struct(struct)
    kept = from_wire(type_, bag.values)
    names = {python_name(type_, name): name for name in struct.fields}
    hidden = {python_name(type_, name) for name in bag.secrets}
    if "tags" in hidden:
        hidden.add("tags_all")
    out = Struct()
    for name, value in wanted.items():
        if name in names and kept[name] == value and (name in hidden or name not in secret):
            out.fields[names[name]].CopyFrom(struct.fields[names[name]])
        else:
            marks = {*hidden, *secret}
            wire = to_wire(type_, {name: value})
            out.MergeFrom(to_struct(wire, wire if name in marks else ()))
    return out


def without_secrets(text: str, sent: Iterable[Struct]) -> str:
    """Give a text with every secret of the bags blotted out."""
    for struct in sent:
        bag = from_struct(struct)
        hidden = sorted(_texts([bag.values[name] for name in bag.secrets]), key=len, reverse=True)
        for secret in filter(None, hidden):
            text = text.replace(secret, "[secret]")
    return text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, Mapping)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)
