"""Tell whether two values mean the same, though they are written in different ways."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from stackproof.types.table import Form, Kind, type_of

# JSON texts in which AWS fills in what is not said.
_FILLED_IN = {"container_definitions"}
_DOMAIN = re.compile(r"[\w*.-]+\.")


def same(one: Any, other: Any) -> bool:
    """Tell whether a program means the same by two values: JSON text counts by what it says."""
    return bool(one == other or _meaning(one) == _meaning(other))


def property_seen_as(type_: str, name: str, live: Any, stored: Any) -> Any:
    """Give what AWS shows of a type's property, in the stored words as far as they still hold."""
    if name in _FILLED_IN and _filled_in(live, stored):
        return stored
    known = type_of(type_)
    return seen_as(live, stored, known.shape.kinds.get(name) if known else None)


def seen_as(live: Any, stored: Any, kind: Kind | None = None) -> Any:
    """Give what AWS shows of a stored value, in the stored words as far as they still hold.

    AWS keeps no order of its lists, no difference between empty and unset, and no final dot of a
    domain. Members of an object that were never stored are AWS's defaults, and left out, unless
    it is a map of the user's own words, as tags are.
    """
    if _shown(live) == _shown(stored):
        return stored
    if isinstance(live, Mapping) and isinstance(stored, Mapping):
        inner = _members(kind)
        kept = {k: seen_as(live.get(k), stored[k], inner(k)) for k in stored if k in live}
        return {**kept, **live, **kept} if kind and kind.form is Form.MAP else kept
    if isinstance(live, (list, tuple)) and isinstance(stored, (list, tuple)):
        return _elements(list(live), list(stored), kind and kind.of)
    return live


def _members(kind: Kind | None) -> Callable[[str], Kind | None]:
    """Give what tells the kind of a member of an object or a map."""
    if kind is not None and kind.form is Form.OBJECT:
        return kind.shape.kinds.get
    return lambda _: kind and kind.of


def _filled_in(live: Any, stored: Any) -> bool:
    """Tell whether AWS shows in a JSON text all that is stored of it, and defaults besides."""
    try:
        shown, wanted = json.loads(live), json.loads(stored)
    except (TypeError, ValueError):
        return False
    return bool(seen_as(shown, wanted) == wanted)


def _elements(live: list[Any], stored: list[Any], kind: Kind | None) -> list[Any]:
    """Pair the elements that are still there; what is left is paired in order, or new."""
    there: dict[int, Any] = {}
    for index, element in enumerate(stored):
        match = next((item for item in live if seen_as(item, element, kind) == element), None)
        if match is not None:
            live.remove(match)
            there[index] = element
    for index, element in enumerate(stored):
        if index not in there and live:
            there[index] = seen_as(live.pop(0), element, kind)
    return [there[index] for index in sorted(there)] + live


def _shown(value: Any) -> Any:
    """Give what a value means to AWS, whatever the order of its lists."""
    return _meaning(value, ordered=False)


def _meaning(value: Any, *, ordered: bool = True) -> Any:
    if isinstance(value, Mapping):
        pairs = {key: _meaning(item, ordered=ordered) for key, item in value.items()}
        return {key: item for key, item in pairs.items() if item is not None} or None
    if isinstance(value, (list, tuple)):
        items = [_meaning(item, ordered=ordered) for item in value]
        return (items if ordered else sorted(items, key=repr)) or None
    if isinstance(value, str):
        return _text(value, ordered=ordered)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


def _text(value: str, *, ordered: bool) -> Any:
    if value[:1] in ("{", "["):
        try:
            return _meaning(json.loads(value), ordered=ordered)
        except ValueError:
            return value
    return (value[:-1] if not ordered and _DOMAIN.fullmatch(value) else value) or None
