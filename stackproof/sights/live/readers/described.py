"""The readers of all described types."""

from __future__ import annotations

from stackproof.sights.live.described import reader_of
from stackproof.types.described import shipped

READERS = tuple(reader_of(type_) for type_ in shipped().values())
