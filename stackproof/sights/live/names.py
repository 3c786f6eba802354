"""Names that a run knows, found by what they look like without looking at any of them twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from stackproof.types.identities import Identity, identity

# Patterns for ARNs of one service name it; ARNs: AWS General Reference, "ARN format".
_OF_SERVICE = re.compile(r"arn:\[\^:\]\+:([a-z0-9-]+):")


class Names:
    """Names in the order in which they were learnt.

    A large stack knows ten thousand, and readers ask a hundred times which are of their kind: each
    pattern looks only at those that came since it was asked before.
    """

    def __init__(self) -> None:
        self._all: list[str] = []
        self._by_service: dict[str, list[str]] = defaultdict(list)
        self._by_start: dict[str, list[str]] = defaultdict(list)
        self._matching: dict[str, tuple[int, list[str]]] = {}
        self._identified = 0
        self._told: dict[str, list[tuple[str, Identity]]] = defaultdict(list)

    def add(self, name: str) -> None:
        """Take in a name that was not known."""
        self._all.append(name)
        if name.startswith("arn:") and name.count(":") >= 2:
            self._by_service[name.split(":", 3)[2]].append(name)
        start, comma, _ = name.partition(",")
        if comma:
            self._by_start[start].append(name)

    def matching(self, pattern: str) -> list[str]:
        """Give the names that match a regular expression as a whole, as they were learnt."""
        of_service = _OF_SERVICE.match(pattern)
        names = self._by_service[of_service[1]] if of_service else self._all
        seen, found = self._matching.get(pattern, (0, []))
        if seen < len(names):
            matches = re.compile(pattern).fullmatch
            found = [*found, *(name for name in names[seen:] if matches(name))]
            self._matching[pattern] = len(names), found
        return found

    def starting(self, start: str) -> list[str]:
        """Give the names that begin with this and a comma, as they were learnt."""
        return self._by_start.get(start, [])

    def arns_called(self, names: Iterable[str]) -> Iterator[tuple[str, Identity]]:
        """Give the ARNs that are among some names or tell an id that is, with what they tell."""
        for arn in self._all[self._identified :]:
            told = identity(arn) if arn.startswith("arn:") else None
            if told is not None:
                for name in {arn, told.id}:
                    self._told[name].append((arn, told))
        self._identified = len(self._all)
        for name in names:
            yield from self._told.get(name, ())
