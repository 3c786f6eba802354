"""Controls that judge rows of the table of who needs what on what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stackproof.model import Outcome, Resource, Stack
from stackproof.reasoning.held_policies import ROLE_NEIGHBOURS
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.reasoning.permissions.judging import judge
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.sides import SPEAKERS
from stackproof.types import tokens as t


def judged(pairs: Iterable[Pair], consumer: Resource, stack: Stack) -> dict[str, Outcome]:
    """Judge every row of a resource's type; a facet is a row, or the key of its target."""
    found: dict[str, Outcome] = {}
    for pair in pairs:
        if pair.who == consumer.type:
            found |= judge(pair, consumer, stack)
    return found


def consumers(pairs: Iterable[Pair]) -> tuple[str, ...]:
    """Give the types that rows are about."""
    return tuple(dict.fromkeys(pair.who for pair in pairs))


def needed(pairs: Iterable[Pair]) -> tuple[str, ...]:
    """Give the types of neighbours that rows look at."""
    return tuple(dict.fromkeys(type_ for pair in pairs for type_ in _needed(pair)))


def _needed(pair: Pair) -> Iterator[str]:
    yield pair.on
    yield from pair.beside.values()
    yield from SPEAKERS.get(pair.on, ())
    if pair.role or pair.role_of or pair.linked:
        yield from ROLE_NEIGHBOURS
    if pair.key:
        yield from KEY_TYPES
        yield from SPEAKERS[t.KMS_KEY]
        if pair.on == t.S3_BUCKET:
            yield t.S3_ENCRYPTION
