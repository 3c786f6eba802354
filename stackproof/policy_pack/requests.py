"""What the engine sends, as plain data: straight from the messages of its analyzer protocol."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from math import isfinite
from typing import Any, Final

from google.protobuf import struct_pb2
from pulumi.runtime import proto
from pulumi_policy import proxy

from stackproof.model import Cause, Unknown
from stackproof.sights import special
from stackproof.sights.declared import Program, Shown

HIDDEN: Final = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
# What stands on the wire for a value that isn't known, by the type that it will have.
SENTINELS: Final = frozenset(
    (
        proxy.UNKNOWN_ARCHIVE_VALUE,
        proxy.UNKNOWN_ARRAY_VALUE,
        proxy.UNKNOWN_ASSET_VALUE,
        proxy.UNKNOWN_BOOLEAN_VALUE,
        proxy.UNKNOWN_NUMBER_VALUE,
        proxy.UNKNOWN_OBJECT_VALUE,
        proxy.UNKNOWN_STRING_VALUE,
    )
)


def alone(request: proto.AnalyzeRequest) -> Shown:
    """Give the resource that resource policies are asked about: its inputs, no neighbours."""
    return _shown(request, {}, None)


def together(
    requested: Iterable[proto.AnalyzerResource], inputs: Mapping[str, Collection[str]]
) -> Program:
    """Give the resources that stack policies are asked about; `inputs` are told by URN."""
    requested = list(requested)
    present = {request.urn for request in requested}
    return Program(
        _shown(
            request,
            {
                name: [urn for urn in dependencies.urns if urn in present]
                # Only what a property was computed from points somewhere. `dependencies` also
                # holds depends_on, which orders two resources and relates them in no other way.
                for name, dependencies in request.propertyDependencies.items()
            },
            inputs.get(request.urn),
        )
        for request in requested
    )


def unpacked(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Give a Struct as plain data: unknown values are Unknown leaves, secrets are their values.

    An asset is given as its path, address or text, and an archive of assets as their names.
    """
    return {name: _value(value) for name, value in struct.fields.items()}


def _shown(
    request: proto.AnalyzeRequest | proto.AnalyzerResource,
    references: Mapping[str, list[str]],
    inputs: Collection[str] | None,
) -> Shown:
    return Shown(
        request.type,
        request.name,
        request.urn,
        partial(unpacked, request.properties),
        partial(_region, request.provider) if request.HasField("provider") else None,
        references,
        inputs,
    )


def _region(provider: proto.AnalyzerProviderResource) -> Any:
    fields = provider.properties.fields
    return _value(fields["region"]) if "region" in fields else None


def _value(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return HIDDEN if value.string_value in SENTINELS else value.string_value
        case "number_value":
            return _number(value.number_value)
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_value(item) for item in value.list_value.values]
        case "struct_value":
            held = unpacked(value.struct_value)
            return _special(held) if special.SIGNATURE in held else held
        case _:
            return None


def _number(value: float) -> Any:
    if not isfinite(value):
        return Unknown(Cause.UNREADABLE, detail=f"{value} is no number")
    # The wire has one kind of number: a port arrives as 443.0.
    return int(value) if value.is_integer() else value


def _special(held: Mapping[str, Any]) -> Any:
    match held[special.SIGNATURE]:
        case special.SECRET if "value" in held:
            return held["value"]
        case special.ASSET | special.ARCHIVE:
            return special.whereabouts(held)
        case special.OUTPUT:
            return held.get("value", HIDDEN)
        case special.REFERENCE:
            # A resource that is yet to be made has an id without letters, a component has none.
            return held.get("id", held.get("urn")) or HIDDEN
        case _:
            return Unknown(Cause.UNREADABLE, detail="special value")
