"""Numbers and names as sentences have them."""

from __future__ import annotations

from collections.abc import Sequence


def many(number: int, noun: str) -> str:
    """Give a number and its noun: `1 property`, `2 properties`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def listed(names: Sequence[str], most: int | None) -> str:
    """Give names in a line: at most so many, and how many more there are."""
    more = f" and {len(names) - most} more" if most and len(names) > most else ""
    return ", ".join(names[:most]) + more
