"""Tags: the same map from key to value, in whichever form a type carries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.model.outcome import Unknown
from stackproof.model.resource import Resource


def tags_of(resource: Resource) -> Mapping[str, Any] | Unknown:
    """Give a resource's tags by key; where a key is hidden, no tag of the resource is known.

    Most types have a map. Auto Scaling groups have a list of objects with `key` and `value`.
    """
    given = resource.raw("tags") or {}
    if isinstance(given, (Mapping, Unknown)):
        return given if isinstance(given, Mapping) else given.at("tags")
    tags: dict[str, Any] = {}
    for tag in given:
        key = tag if isinstance(tag, Unknown) else tag.get("key")
        if isinstance(key, Unknown):
            return key.at("tags")
        tags[key] = tag.get("value")
    return tags
