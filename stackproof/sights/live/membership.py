"""Decide which listed items belong to the stack."""

from __future__ import annotations

from stackproof.model import Unknown
from stackproof.sights.live.reader import Key, Reader
from stackproof.sights.live.scope import Scope


def belongs(key: Key, reader: Reader, scope: Scope) -> bool | Unknown:
    """Tell whether an item is the stack's: by name, by its parent, by its tags.

    Names count only as whole values that the stack's outputs, state or members mention. Gives
    Unknown when only tags could tell and they could not be read.
    """
    if key.foreign:
        return False
    if key.id in scope.keys or (key.arn is not None and key.arn in scope.keys):
        return True
    if any(name in scope.keys for name in key.names):
        return True
    if any(parent in scope.keys for parent in key.within):
        return True
    if not scope.own_tags or (key.tags is None and key.arn is None):
        return False
    tags = key.tags if key.tags is not None else scope.tags_of(key.arn or "")
    if isinstance(tags, Unknown):
        return tags
    return scope.own_tags.items() <= tags.items()
