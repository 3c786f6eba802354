"""Where a program registers a resource, as the engine keeps it in the state.

Source: Pulumi's deployment format (`apitype.ResourceV3`, `SourcePosition` and `StackTrace`) and the
engine's `sourcePositions`: URLs of the scheme `project` with the path from the project's folder on
and `LINE[,COLUMN]` as fragment, the innermost frame first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import normpath, relpath
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

# Folders that package managers fill: what stands in them is nobody's program.
_PACKAGES: Final = frozenset((".venv", "venv", "site-packages", "node_modules", "vendor"))


def place_of(record: Mapping[str, Any]) -> str | None:
    """Give `FILE:LINE` where a state's resource is registered, the file from the project's folder.

    It is the innermost place within the project; None where there is none, or none is kept.
    """
    return next((place for position in _positions(record) if (place := _own(position))), None)


def position(uri: str, line: int, root: str) -> str:
    """Give a file's URI and a line as the engine keeps them, for a project in the folder `root`."""
    path = relpath(unquote(urlsplit(uri).path), root)
    return f"project:///{quote(path)}#{line}"


def _positions(record: Mapping[str, Any]) -> Iterator[Any]:
    yield record.get("sourcePosition")
    frames = record.get("stackTrace")
    for frame in frames if isinstance(frames, list) else ():
        if isinstance(frame, Mapping):
            yield frame.get("sourcePosition")


def _own(position: Any) -> str | None:
    if not isinstance(position, str):
        return None
    try:
        url = urlsplit(position)
    except ValueError:
        return None
    line = url.fragment.partition(",")[0]
    path = normpath(unquote(url.path).lstrip("/"))
    parts = path.split("/")
    whole = url.scheme == "project" and line.isascii() and line.isdigit() and int(line) > 0
    if not whole or path == "." or parts[0] == ".." or _PACKAGES.intersection(parts):
        return None
    return f"{path}:{line}"
