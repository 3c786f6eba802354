"""What is found out of a whole stack once, and asked for by each of its resources."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from stackproof.model import Stack

_FOUND: WeakKeyDictionary[Stack, dict[Hashable, Any]] = WeakKeyDictionary()
T = TypeVar("T")


def once(stack: Stack, key: Hashable, find: Callable[[], T]) -> T:
    """Give what `find` gives, which is asked once for each stack and key.

    Stacks don't change. What `find` raises is not kept.
    """
    kept = _FOUND.setdefault(stack, {})
    if key not in kept:
        kept[key] = find()
    found: T = kept[key]
    return found
