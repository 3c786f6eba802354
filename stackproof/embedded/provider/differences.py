"""Say what changed in a resource the way the Pulumi engine wants to hear it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from stackproof.embedded.apply import Diff
from stackproof.types.wire import python_name

_PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def response(type_: str, found: Diff, old: Mapping[str, Any], new: Mapping[str, Any]) -> Any:
    """Answer a Diff request; `old` and `new` are the inputs by their wire names."""
    names = {python_name(type_, name): name for name in {**old, **new}} | {"region": "region"}
    kinds = provider_pb2.PropertyDiff
    detailed: dict[str, Any] = {}
    for changed in found.changed:
        name = names[changed]
        suffix = "_REPLACE" if changed in found.replaced else ""
        for path, kind in _paths(name, old.get(name), new.get(name)):
            detailed[path] = kinds(kind=kinds.Kind.Value(kind + suffix), inputDiff=True)
    answer = provider_pb2.DiffResponse
    return answer(
        changes=answer.DIFF_SOME if found.changed else answer.DIFF_NONE,
        diffs=[names[changed] for changed in found.changed],
        replaces=[names[changed] for changed in found.replaced],
        detailedDiff=detailed,
        hasDetailedDiff=True,
        deleteBeforeReplace=found.delete_first,
    )


def _paths(path: str, old: Any, new: Any) -> Iterator[tuple[str, str]]:
    """Give the paths that differ, as deep as both sides are objects, and how they differ."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                step = f".{name}" if _PLAIN_NAME.fullmatch(name) else f"[{json.dumps(name)}]"
                yield from _paths(path + step, old.get(name), new.get(name))
    elif old is None:
        yield path, "ADD"
    elif new is None:
        yield path, "DELETE"
    else:
        yield path, "UPDATE"
