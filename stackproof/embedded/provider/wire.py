"""Turn the property bags of Pulumi's provider protocol into plain data and back.

Names stay as they are on the wire; stackproof.types.names translates them. The encoding, its
signatures and its sentinels are those of sdk/go/common/resource/plugin/rpc.go and
sdk/go/common/resource/sig/sig.go in pulumi/pulumi.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from google.protobuf.struct_pb2 import (
    NULL_VALUE,
    ListValue,
    Struct,
    Value,
)

from stackproof.model import Cause, Unknown

# A nested object with this key is not an object of the program but what the signature says.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

# Strings that stand for a value not known yet; one per type that the value will have.
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWNS = frozenset(
    {
        UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)

# The largest integers that a double, the wire's only number, holds exactly (RFC 8259, section 6).
_EXACT = 2**53


class WireError(ValueError):
    """Say in one sentence which value can't cross the wire."""


class Bag(NamedTuple):
    """Plain properties, and the names of the top-level ones that are or hold a secret."""

    values: dict[str, Any]
    secrets: frozenset[str]


def from_struct(struct: Struct) -> Bag:
    """Decode a property bag.

    A value not known yet becomes an `Unknown` leaf, an integral number an `int`, a secret its
    plain value. An asset or archive stays the dict that it is on the wire (`path`, `text`, `uri`
    or `assets`, and `hash`), with its SIGNATURE, so that `to_struct` gives it back unharmed.
    Raises WireError for a signature that is not of the protocol.
    """
    values: dict[str, Any] = {}
    secrets: set[str] = set()
    for name in sorted(struct.fields):  # a protobuf map has no order of its own
        values[name], secret = _decode(struct.fields[name], name)
        if secret:
            secrets.add(name)
    return Bag(values, frozenset(secrets))


def to_struct(values: Mapping[str, Any], secrets: Collection[str] = ()) -> Struct:
    """Encode plain properties as a property bag, marking the named top-level ones as secret.

    Raises WireError for a value that is not plain data.
    """
    return Struct(
        fields={
            name: _secret(_encode(value, name)) if name in secrets else _encode(value, name)
            for name, value in values.items()
        }
    )


def _decode(value: Value, path: str) -> tuple[Any, bool]:
    """Give a value's plain form and whether a secret is in it."""
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return (Unknown(Cause.NOT_KNOWN_AT_PREVIEW) if text in UNKNOWNS else text), False
        case "number_value":
            return _number(value.number_value), False
        case "bool_value":
            return value.bool_value, False
        case "list_value":
            return _decode_list(value.list_value, path)
        case "struct_value":
            return _decode_object(value.struct_value, path)
        case _:
            return None, False


def _number(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) <= _EXACT else number


def _decode_list(items: ListValue, path: str) -> tuple[list[Any], bool]:
    pairs = [_decode(item, f"{path}[{index}]") for index, item in enumerate(items.values)]
    return [plain for plain, _ in pairs], any(secret for _, secret in pairs)


def _decode_object(struct: Struct, path: str) -> tuple[Any, bool]:
    pairs = {name: _decode(struct.fields[name], f"{path}.{name}") for name in sorted(struct.fields)}
    plain = {name: value for name, (value, _) in pairs.items()}
    secret = any(is_secret for _, is_secret in pairs.values())
    signature = plain.get(SIGNATURE)
    if signature in (None, ASSET, ARCHIVE):
        return plain, secret
    not_known = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    if signature == SECRET and "value" in plain:
        return plain["value"], True
    if signature == OUTPUT:
        return plain.get("value", not_known), secret or plain.get("secret") is True
    if signature == RESOURCE and "urn" in plain:
        # A custom resource is its id, empty while not known; a component has only its URN.
        return plain.get("id", plain["urn"]) or not_known, secret
    raise WireError(f"{path} has a form that this provider doesn't know: {signature}.")


def _secret(value: Value) -> Value:
    fields = {SIGNATURE: Value(string_value=SECRET), "value": value}
    return Value(struct_value=Struct(fields=fields))


def _encode(value: Any, path: str) -> Value:
    match value:
        case None:
            return Value(null_value=NULL_VALUE)
        case Unknown():
            return Value(string_value=UNKNOWN_STRING)
        case bool():
            return Value(bool_value=value)
        case int() | float():
            return Value(number_value=value)
        case str():
            return Value(string_value=value)
        case Mapping():
            fields = {name: _encode(item, f"{path}.{name}") for name, item in value.items()}
            return Value(struct_value=Struct(fields=fields))
        case Sequence() if not isinstance(value, (bytes, bytearray)):
            items = [_encode(item, f"{path}[{index}]") for index, item in enumerate(value)]
            return Value(list_value=ListValue(values=items))
        case _:
            raise WireError(
                f"{path} is a {type(value).__name__}, which Pulumi's protocol can't carry; "
                "plain data is text, numbers, booleans, lists and dicts."
            )
