"""JSON texts of others: whatever is wrong with one, it is a ValueError."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(text: str) -> Any:
    """Give what a JSON text says, halves of characters replaced, as Pulumi reads its own files.

    Raises ValueError when it says nothing: json.JSONDecodeError, too long a number, or too deep.
    Source: Go's encoding/json, Unmarshal: "invalid UTF-16 surrogate pairs are not treated as an
    error. Instead, they are replaced by the Unicode replacement character U+FFFD".
    """
    try:
        said = json.loads(text)
        return _whole(said) if _SURROGATE.search(text) else said
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value
