"""Showing: which properties AWS would show of a resource, were they set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from stackproof.model import Resource, Unknown
from stackproof.types.exclusive import EXCLUSIVE


class Showing:
    """Tells a property that is never shown of a type from one that AWS has no value for.

    A property is shown when another resource of the type, in the same run, shows it, or when the
    resource itself shows one of those that exclude it.
    """

    def __init__(self, live: Iterable[Resource]) -> None:
        self._seen: dict[str, set[str]] = defaultdict(set)
        for resource in live:
            self._seen[resource.type] |= {name for name in resource.data if _is_set(resource, name)}

    def would(self, resource: Resource, name: str) -> bool:
        """Tell whether a property that the resource doesn't show would be shown, were it set."""
        others = (group - {name} for group in EXCLUSIVE.get(resource.type, ()) if name in group)
        return name in self._seen[resource.type] or any(
            _is_set(resource, other) for group in others for other in group
        )


def _is_set(resource: Resource, name: str) -> bool:
    value = resource.raw(name)
    return not isinstance(value, Unknown) and value not in (None, "", [], {})
