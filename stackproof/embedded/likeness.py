"""Tell whether two values mean the same, though they are written in different ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def same(one: Any, other: Any) -> bool:
    """Tell whether a program means the same by two values: JSON text counts by what it says."""
    return bool(one == other or _meaning(one, ordered=True) == _meaning(other, ordered=True))


def shows(live: Any, stored: Any) -> bool:
    """Tell whether AWS shows what was stored.

    AWS keeps no order of its lists and no difference between empty and unset, and the program may
    have written a number as text.
    """
    return bool(_meaning(live, ordered=False) == _meaning(stored, ordered=False))


def _meaning(value: Any, *, ordered: bool) -> Any:
    if isinstance(value, Mapping):
        pairs = {key: _meaning(item, ordered=ordered) for key, item in value.items()}
        return {key: item for key, item in pairs.items() if item is not None} or None
    if isinstance(value, (list, tuple)):
        items = [_meaning(item, ordered=ordered) for item in value]
        return (items if ordered else sorted(items, key=repr)) or None
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return _meaning(json.loads(value), ordered=ordered)
        except ValueError:
            return value
    if value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value
