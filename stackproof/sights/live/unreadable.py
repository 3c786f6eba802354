"""Unreadable: an item of an answer that is there, and that nobody could translate."""

from __future__ import annotations

from dataclasses import dataclass

from stackproof.model import Cause, Unknown


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item of an answer that its reader could not translate.

    `types` are what the reader makes of such an item. Where not even its `id` could be told, the
    types are a gap of the stack; else each is a resource whose properties are all unknown.
    """

    types: tuple[str, ...]
    region: str
    operation: str
    why: str
    id: str | None = None
    arn: str | None = None

    @property
    def unknown(self) -> Unknown:
        """Give what is unknown of it."""
        return Unknown(Cause.UNREADABLE, detail=f"{self.operation}: {self.why}")
