"""What is kept between runs because it costs more to make than to read, in the user's cache folder.

Whatever can't be read or written is made anew: what is kept only saves time.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_CODE: Final = Path(__file__).parent


def folder_of(kind: str) -> Path | None:
    """Give the folder for one kind of things, `None` where there is none.

    XDG Base Directory Specification, "XDG_CACHE_HOME".
    """
    try:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except (OSError, RuntimeError):
        return None  # nobody's home
    return Path(base) / "stackproof" / kind if Path(base).is_absolute() else None


def read(file: Path) -> dict[str, Any] | None:
    """Give what is kept in a file, `None` where nothing whole is."""
    try:
        kept = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) else None


def keep(file: Path, data: Mapping[str, Any]) -> None:
    """Keep something, whole or not at all: another run may read or write it now."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(data, out, separators=(",", ":"))
        os.replace(name, file)
    except OSError:
        return  # the next run makes it again


def code_file(kind: str) -> Path | None:
    """Give the file for what is made of stackproof's own code: each place of it has another."""
    folder = folder_of(kind)
    return folder and folder / f"{_digest(str(_CODE))}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def code_version() -> str:
    """Give a digest that is another one as soon as any of stackproof's files is.

    A version would not tell: in a checkout the files change and it stays the same.
    """
    return _digest(repr(sorted(_files(_CODE))))


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _files(Path(entry.path))
            else:
                facts = entry.stat()
                yield entry.path, facts.st_mtime_ns, facts.st_size
