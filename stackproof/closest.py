"""What somebody may have meant by a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(name: str, known: Iterable[str], otherwise: str) -> str:
    """Ask for the known name that is nearest, or say where the right ones stand."""
    near = nearest(name, known)
    return otherwise if near is None else f"did you mean {near!r}?"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the known name that is nearest; None where none is near."""
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)
