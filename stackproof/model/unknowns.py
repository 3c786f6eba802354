"""What is unknown inside of a value, however deep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stackproof.model.outcome import Unknown
from stackproof.model.plain import SCALARS


def unknowns_in(value: Any) -> Iterator[Unknown]:
    """Give each Unknown that a value is or holds, in order."""
    if isinstance(value, Unknown):
        yield value
        return
    if isinstance(value, SCALARS):
        return
    if isinstance(value, (dict, Mapping)):
        value = value.values()
    elif not isinstance(value, (list, tuple, set, frozenset)):
        return
    for item in value:
        if not isinstance(item, SCALARS):
            yield from unknowns_in(item)


def has_unknown(value: Any) -> bool:
    """Tell whether a value is or holds an Unknown."""
    return next(unknowns_in(value), None) is not None
