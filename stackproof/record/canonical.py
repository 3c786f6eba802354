"""One way to write plain data down, so that the same data have the same digest everywhere."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

# Made once: json.dumps would make one for each call.
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def canonical(data: Any) -> str:
    """Give plain data as JSON text: keys in order, no blanks, ASCII alone."""
    return _ENCODER.encode(data)


def digest(data: Any) -> str:
    """Give the SHA-256 of plain data in hexadecimal digits."""
    return hashlib.sha256(canonical(data).encode("ascii")).hexdigest()
