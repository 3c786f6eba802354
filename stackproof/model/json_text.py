"""Texts and JSON of others: whatever is wrong with one, it is a ValueError."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

# What some shells (PowerShell's `>`) write before all else. RFC 3629, 6, and RFC 2781, 3.2.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text_of(path: Path) -> str:
    """Give the text of a file, in UTF-8 unless its first bytes say another encoding.

    Raises OSError when it can't be read and UnicodeDecodeError when it is no text.
    """
    held = path.read_bytes()
    return held.decode(next((name for mark, name in _MARKS if held.startswith(mark)), "utf-8"))


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
