"""Another value of a setting than the one that runs."""

from __future__ import annotations

import json
from typing import Any


def lie(value: Any) -> Any:
    """Give a value of the same kind as an output's setting; lists and maps are JSON text there."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str() if value.startswith(("[", "{")):
            held = json.loads(value)
            return json.dumps(held[:-1] if isinstance(held, list) else {**held, "Another": "1"})
        case _:
            return f"{value}x"
