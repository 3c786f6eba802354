"""What a program sets: an empty text is not set, unless it says something.

So does the provider, which takes the zero value of an optional text for unset, and writes one into
the state where nothing is set.
Terraform Plugin SDKv2: https://developer.hashicorp.com/terraform/plugin/sdkv2/schemas/schema-types
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from stackproof.types.table import Form, Kind, type_of

# Texts that say something when they are empty: the first two match every event of a log.
_SAYS_SOMETHING = frozenset({"filter_pattern", "pattern", "content", "content_base64"})


def meant(type_: str, properties: Mapping[str, Any], kept: Container[str] = ()) -> dict[str, Any]:
    """Give the properties of a type without empty texts; the user's own words are all kept.

    `kept` are properties that are set whatever they hold, for they have a default.
    """
    known = type_of(type_)
    return _members(known.shape.kinds if known else {}, properties, kept)


def told(type_: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Give the properties that a provider tells of a type without the empty texts of unset ones.

    What nobody can set and is empty says that there is none: an instance's public address.
    """
    known = type_of(type_)
    return meant(type_, properties, known.outputs if known else ())


def _members(
    kinds: Mapping[str, Kind], properties: Mapping[str, Any], kept: Container[str] = ()
) -> dict[str, Any]:
    return {
        name: _inside(kinds.get(name), value)
        for name, value in properties.items()
        if value != "" or name in _SAYS_SOMETHING or name in kept
    }


def _inside(kind: Kind | None, value: Any) -> Any:
    if kind is None:
        return value
    if isinstance(value, (list, tuple)):
        return [_inside(kind.of, item) for item in value]
    if kind.form is Form.ONE and isinstance(value, Mapping):
        return _inside(kind.of, value)
    if kind.form is Form.OBJECT and isinstance(value, Mapping):
        return _members(kind.shape.kinds, value)
    return value
