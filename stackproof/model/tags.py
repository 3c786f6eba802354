"""Tags: the same map from key to value, in whichever form a type carries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.model.outcome import Cause, Unknown
from stackproof.model.resource import Resource


def tags_of(resource: Resource) -> Mapping[str, Any] | Unknown:
    """Give a resource's tags by key; where a key is hidden, no tag of the resource is known.

    Most types have a map. Auto Scaling groups have a list of objects with `key` and `value`.
    What is neither is Unknown.
    """
    given = resource.raw("tags") or {}
    if type(given) is dict:
        return given
    if isinstance(given, (Mapping, Unknown)):
        return given if isinstance(given, Mapping) else given.at("tags")
    if not isinstance(given, (list, tuple)):
        return _NO_TAGS
    tags: dict[str, Any] = {}
    for tag in given:
        key = tag.get("key") if isinstance(tag, Mapping) else tag
        if isinstance(key, Unknown):
            return key.at("tags")
        if not isinstance(tag, Mapping) or not isinstance(key, str):
            return _NO_TAGS
        tags[key] = tag.get("value")
    return tags


def environment_of(resource: Resource) -> str | Unknown | None:
    """Give the environment that a resource is of, by its own tag."""
    tags = tags_of(resource)
    value = tags if isinstance(tags, Unknown) else tags.get("Environment")
    if isinstance(value, Unknown):
        return value.at("tags")
    return value if isinstance(value, str) else None


_NO_TAGS = Unknown(Cause.UNREADABLE, "tags", "neither a map nor a list of keys and values")
