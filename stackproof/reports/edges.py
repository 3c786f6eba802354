"""Which resources of a record point to which, by their places in a list."""

from __future__ import annotations

from collections.abc import Sequence

from stackproof.record.form import Resource


def edges(resources: Sequence[Resource]) -> list[list[tuple[str, int]]]:
    """Give for each resource where it points: the property, and the target's place in the list."""
    places = {resource.identity: place for place, resource in enumerate(resources)}
    return [
        [
            (name, places[target])
            for name, targets in resource.points_to.items()
            for target in targets
            if target in places
        ]
        for resource in resources
    ]
