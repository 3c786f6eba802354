"""Texts and JSON of others: whatever is wrong with one, it is a TextError."""

from __future__ import annotations

import codecs
import errno
import json
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")

_LONG: Final = "a number of more than 4,300 digits"
_DEEP: Final = "nested too deeply"
# How deep Python's parser goes is another number in each version, and may be more than what walks
# over values can follow. Nobody's outputs, states and policies come near.
_DEEPEST: Final = 200

# States of 100 MiB are rare, and take ten times as much memory when they are read.
MOST: Final = 512 << 20
_PIECE: Final = 1 << 20

# What some shells (PowerShell's `>`) write before all else. RFC 3629, 6, and RFC 2781, 3.2.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextError(ValueError):
    """Raised for a text that can't be read: a sentence that says where, and none of its values."""


def is_readable(path: Path | str) -> bool:
    """Tell whether a path leads to a file, or to a pipe (`<(pulumi stack output --json)`)."""
    return os.path.exists(path) and not os.path.isdir(path)


def bytes_of(path: Path) -> bytes:
    """Give what a file holds, or a pipe; raise OSError when it can't be read, or is without end."""
    with path.open("rb") as file:
        about = os.fstat(file.fileno())
        if stat.S_ISCHR(about.st_mode) and not (file.isatty() or _may_be_read(about)):
            raise OSError(errno.EINVAL, "it is a device; give a file, or - for what is piped in")
        held = b""
        if about.st_size <= MOST:
            # Piece by piece: the room for all that may come would be asked for at once.
            pieces, left = [], MOST + 1
            while left > 0 and (piece := file.read(min(left, _PIECE))):
                pieces.append(piece)
                left -= len(piece)
            held = b"".join(pieces)
        if about.st_size > MOST or len(held) > MOST:
            most = f"{MOST >> 20} MiB"
            raise OSError(errno.EFBIG, f"it has more than {most}, the most that is read of a file")
        return held


def _may_be_read(device: os.stat_result) -> bool:
    """Tell whether a device is the one that holds nothing, or stands where things are piped in."""
    try:
        return device.st_rdev in (os.stat(os.devnull).st_rdev, os.fstat(0).st_rdev)
    except OSError:
        return False


def text_of(path: Path) -> str:
    """Give the text of a file, in UTF-8 unless its first bytes say another encoding.

    Raises OSError when it can't be read and TextError when it is no text.
    """
    held = bytes_of(path)
    encoding = next((name for mark, name in _MARKS if held.startswith(mark)), "utf-8")
    try:
        return held.decode(encoding)
    except UnicodeDecodeError as error:
        raise TextError(f"byte {error.start + 1} is no text in UTF-8") from None


def parse(text: str, *, unique: bool = False) -> Any:
    """Give what a JSON text says, halves of characters replaced, as Pulumi reads its own files.

    Raises TextError when it says nothing: no JSON, too long a number, too deep; if it is to be
    `unique`, also for a key that stands twice in an object, of which one would be lost.
    Source: Go's encoding/json, Unmarshal: "invalid UTF-16 surrogate pairs are not treated as an
    error. Instead, they are replaced by the Unicode replacement character U+FFFD".
    """
    try:
        value = json.loads(text, object_pairs_hook=_once if unique else None)
    except json.JSONDecodeError as error:
        raise TextError(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise TextError(_DEEP) from None
    except TextError:
        raise
    except ValueError:
        # Python's own sentence tells how to change Python.
        raise TextError(_LONG) from None
    _check_depth(value)
    return _whole(value) if _SURROGATE.search(text) else value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise TextError(f"the key {twice!r} stands there twice")
    return held


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _check_depth(value: Any) -> None:
    holders = [value] if isinstance(value, dict | list) else []
    for _ in range(_DEEPEST):
        if not holders:
            return
        # A large state has a million values: few of them hold others.
        holders = [
            item
            for holder in holders
            for item in (holder.values() if type(holder) is dict else holder)
            if type(item) is dict or type(item) is list
        ]
    raise TextError(_DEEP)
