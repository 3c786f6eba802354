"""Zip the assets and archives of a program, always to the same bytes for the same content."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stackproof.embedded.errors import EmbeddedError

# The earliest time that a zip can hold: the files' own differ from one checkout to the next.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_PACKED = (".zip", ".jar")


def zipped(archive: Any) -> bytes:
    """Give an archive or asset, as it is on Pulumi's wire, as the bytes of a zip file.

    A zip file is taken as it is, a folder with everything in it; a mere text is a path, as the
    provider takes it. Raises EmbeddedError for one that is not on this machine or in another
    format.
    """
    if isinstance(archive, str):
        archive = {"path": archive}
    if not isinstance(archive, Mapping):
        raise EmbeddedError("code is not an archive; give a FileArchive or an AssetArchive")
    path = archive.get("path")
    if path and Path(path).is_file():
        _be_zip(path)
        return Path(path).read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in sorted(_files(archive)):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _MODE
            out.writestr(entry, content)
    return buffer.getvalue()


def _files(archive: Mapping[str, Any], name: str = "") -> Iterator[tuple[str, bytes]]:
    """Give the files of an archive (or the one of an asset) by their names inside the zip."""
    if archive.get("assets") is not None:
        for inner, asset in archive["assets"].items():
            # Pulumi takes "." for the archive itself.
            yield from _files(asset, posixpath.normpath(posixpath.join(name, inner)))
    elif archive.get("text") is not None:
        yield name, archive["text"].encode()
    elif archive.get("path"):
        yield from _on_disk(Path(archive["path"]), name)
    else:
        where = archive.get("uri") or "nowhere"
        raise EmbeddedError(f"the code is at {where}; the embedded AWS only takes local files")


def _on_disk(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                inner = posixpath.join(name, file.relative_to(path).as_posix())
                yield posixpath.normpath(inner), file.read_bytes()
    elif path.is_file():
        yield name, path.read_bytes()
    else:
        raise EmbeddedError(f"the code's {path} does not exist in {Path.cwd()}")


def _be_zip(path: str) -> None:
    if not path.endswith(_PACKED):
        raise EmbeddedError(f"{path} is no zip file; give a folder or a .zip as the code")
