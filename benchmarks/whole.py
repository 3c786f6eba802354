"""The smallest number of API calls that could fetch what a whole account holds.

To know that there is none of a kind costs the call that would list it, once in each region; so do
the names of what is described by its name only. The rest is what `minimum` counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.minimum import smallest
from stackproof.model import Stack
from stackproof.sights.live.everything import (
    NAMES,
    NOT_LISTED,
    SHOWN_ELSEWHERE,
    questions_of,
)
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope


def smallest_of_account(stack: Stack, regions: Sequence[str]) -> dict[str, int]:
    """Give the smallest number of calls by service for all that an account has in some regions."""
    calls = Counter(smallest(stack))
    for number, region in enumerate(regions):
        there = {resource.type for resource in stack if resource.region == region}
        asked: set[tuple[str, str]] = set()
        for reader in readers():
            first = reader.types[0]
            names = NAMES.get(first)
            elsewhere = not (reader.regional or number == 0)
            if elsewhere or not (names or _is_listed(reader, region, primary=number == 0)):
                continue
            # What is there and lists itself was counted with what it shows.
            if names is None and not there.isdisjoint(reader.types):
                continue
            ask = names.ask if names else reader.listing
            asked.add((ask.service, ask.operation))
        calls.update(service for service, _ in asked)
        # The tags of a region in which nothing has any.
        calls["resourcegroupstaggingapi"] += not any(
            r.raw("tags") for r in stack if r.region == region
        )
    return dict(calls)


def _is_listed(reader: Reader, region: str, *, primary: bool) -> bool:
    """Tell whether a listing needs nothing that was found before, and so finds what is alone."""
    if reader.types[0] in {*NOT_LISTED, *SHOWN_ELSEWHERE}:
        return False
    alone = Scope(region, "", "aws", (), {}, whole=True, primary=primary)
    return any(True for _ in questions_of(reader, alone))
