"""Refuse what would make a resource's name longer than AWS accepts."""

from __future__ import annotations

from collections.abc import Iterable

from infra.naming import Limit, Names, too_long
from infra.settings.errors import Refused

__all__ = ["short_enough"]


def short_enough(value: str, names: Names, limited: Iterable[tuple[str, Limit]]) -> str:
    """Return a value that is a part of all `names`; raise `Refused` when one gets too long."""
    problems = too_long(names, limited)
    if problems:
        worst = max(problems, key=lambda problem: problem.excess)
        raise Refused(
            f"at most {len(value) - worst.excess} characters: it makes the "
            f"{worst.limit.label} name {worst.name!r}, and AWS accepts at most "
            f"{worst.limit.characters} characters there"
        )
    return value
