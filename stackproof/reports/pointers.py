"""Which resources of a record point to which, as far as the facts that it keeps say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from stackproof.record.form import Resource

# A shorter id is a word that anything may hold.
_SHORTEST: Final = 4


def pointers(resources: Sequence[Resource]) -> list[list[tuple[str, int]]]:
    """Give for each resource where it points: the property, and the target's place in the list.

    A property points to the resource whose id or ARN it holds. Where several have that id (a
    bucket and its policy), it is the one that has an ARN: the others are settings of it.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, resource in enumerate(resources):
        for key in {resource.id, resource.arn}:
            if key and len(key) >= _SHORTEST:
                places[key].append(place)
    targets = {key: _meant(found, resources) for key, found in places.items()}
    return [
        [
            (name, target)
            for name, value in resource.facts.items()
            for text in dict.fromkeys(_texts(value))
            if (target := targets.get(text)) is not None and target != place
        ]
        for place, resource in enumerate(resources)
    ]


def _meant(found: Sequence[int], resources: Sequence[Resource]) -> int | None:
    if len(found) == 1:
        return found[0]
    things = [place for place in found if resources[place].arn]
    return things[0] if len(things) == 1 else None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, list, tuple)):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)
