"""Patch operations, by which API Gateway takes changes of its resources.

AWS: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Lists whose elements are named by the path instead of the value.
_BY_PATH = frozenset({"/binaryMediaTypes"})


def patches(before: Mapping[str, Any], now: Mapping[str, Any], path: str = "") -> Iterator[Any]:
    """Give the operations that turn one representation of a resource into another."""
    for name in sorted({*before, *now}):
        yield from _changes(f"{path}/{escaped(name)}", before.get(name), now.get(name))


def escaped(name: str) -> str:
    """Write a name as a segment of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _changes(path: str, old: Any, new: Any) -> Iterator[Any]:
    if old == new:
        return
    if isinstance(new or old, list):
        for op, items, others in (("remove", old, new), ("add", new, old)):
            for item in items or ():
                if item not in (others or ()):
                    yield _element(op, path, _text(item))
    elif not new and new is not False and new != 0:
        yield {"op": "remove", "path": path}
    elif isinstance(new, Mapping):
        yield from patches(old or {}, new, path)
    else:
        yield {"op": "replace", "path": path, "value": _text(new)}


def _element(op: str, path: str, item: str) -> dict[str, str]:
    if path in _BY_PATH:
        return {"op": op, "path": f"{path}/{escaped(item)}"}
    return {"op": op, "path": path, "value": item}


def _text(value: Any) -> str:
    if isinstance(value, Mapping):  # a stage of a usage plan
        return ":".join(str(part) for part in value.values())
    return str(value).lower() if isinstance(value, bool) else str(value)
