"""A function's code as one zip file, always of the same bytes for the same files."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pulumi

__all__ = ["Package", "packaged"]

INFRA = Path(__file__).resolve().parent.parent
FUNCTIONS = INFRA / "functions"
PACKED = INFRA / ".packed"
# The earliest time that a zip can hold: the files' own differ from one checkout to the next.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Package:
    """A zip file, which is deployed as it is, and its SHA-256 in Lambda's form (base64)."""

    archive: pulumi.FileArchive
    sha256: str


def packaged(code: str) -> Package:
    """Pack the Python files of a function's folder, and nothing else that lies about there."""
    content = _zipped(FUNCTIONS / code)
    digest = hashlib.sha256(content)
    file = PACKED / f"{code}-{digest.hexdigest()[:16]}.zip"
    _write(content, file)
    return Package(pulumi.FileArchive(str(file)), base64.b64encode(digest.digest()).decode())


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    # Stored, for compressors differ from one machine to the next.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(folder.rglob("*.py")):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _TIME)
            entry.external_attr = _MODE
            archive.writestr(entry, file.read_bytes())
    return buffer.getvalue()


def _write(content: bytes, file: Path) -> None:
    """Write a file that several programs may write at the same time."""
    file.parent.mkdir(exist_ok=True)
    number, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(number, "wb") as out:
        out.write(content)
    os.replace(name, file)
