"""Where a history stands: a folder, or an S3 bucket; a month's file is replaced whole.

A version tells whether somebody else has replaced a file since it was read. In a folder a lock
holds for one replacement; in a bucket S3 itself refuses what would replace another version
(Amazon S3 User Guide, "How to prevent object overwrites with conditional writes").
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from filelock import FileLock

from stackproof.error_codes import Code
from stackproof.errors import StackproofError

_SCHEME: Final = "s3://"
_LOCK: Final = ".lock"


class HistoryError(StackproofError):
    """Raised when a history can't be read or written; says what, where and why."""

    code = Code.HISTORY


class Store(Protocol):
    """Files by their keys, each with a version."""

    @property
    def name(self) -> str:
        """Give the place, as it was named."""

    def files(self) -> list[str]:
        """Give the keys of all files."""

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Give a file and its version; None when there is none."""

    def replace(self, key: str, content: bytes, version: str | None) -> bool:
        """Replace a file, if it still has a version (None: isn't there); tell whether it was."""

    def remove(self, key: str) -> None:
        """Remove a file."""

    def local(self, key: str, folder: Path) -> Path:
        """Give a file on this machine with the content of one, in a folder where that is needed."""


def store_at(place: str) -> Store:
    """Give the store at a place: a folder's path, or `s3://BUCKET/PREFIX`."""
    if place.startswith(_SCHEME):
        bucket, _, prefix = place.removeprefix(_SCHEME).partition("/")
        if not bucket:
            raise HistoryError(f"{place!r} names no bucket; write s3://BUCKET/PREFIX")
        return Bucket(bucket, prefix.strip("/"))
    if "://" in place or not place:
        raise HistoryError(f"{place!r} is neither a folder nor s3://BUCKET/PREFIX")
    return Folder(Path(place))


@dataclass(frozen=True, slots=True)
class Folder:
    """A history in a folder."""

    root: Path

    @property
    def name(self) -> str:
        """Give the folder's path."""
        return str(self.root)

    def files(self) -> list[str]:
        """Give the paths of all files below the folder, whatever is half written left out."""
        found = self.root.rglob("*.parquet") if self.root.is_dir() else ()
        names = (path.relative_to(self.root).as_posix() for path in found)
        return sorted(name for name in names if not Path(name).name.startswith("."))

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Give a file and the digest of its content."""
        try:
            content = (self.root / key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise HistoryError(f"{self.root / key} cannot be read: {error.strerror}") from None
        return content, _version(content)

    def replace(self, key: str, content: bytes, version: str | None) -> bool:
        """Write beside the file, to the disk, then put it in its place: all of it or nothing."""
        path = self.root / key
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(path.parent / _LOCK):
                held = self.read(key)
                if (held[1] if held else None) != version:
                    return False
                _replace(path, content)
        except OSError as error:
            raise HistoryError(f"{path} cannot be written: {error.strerror}") from None
        return True

    def remove(self, key: str) -> None:
        """Remove a file, and its folder when nothing else stands there."""
        path = self.root / key
        try:
            path.unlink(missing_ok=True)
            (path.parent / _LOCK).unlink(missing_ok=True)
        except OSError as error:
            raise HistoryError(f"{path} cannot be removed: {error.strerror}") from None
        with suppress(OSError):
            path.parent.rmdir()

    def local(self, key: str, folder: Path) -> Path:
        """Give the file itself."""
        return self.root / key


class Bucket:
    """A history in an S3 bucket, reached as every call of this process reaches AWS."""

    def __init__(self, bucket: str, prefix: str) -> None:
        import boto3

        from stackproof.sights.live.watching import watch

        self._bucket, self._prefix = bucket, f"{prefix}/" if prefix else ""
        self.name = f"{_SCHEME}{bucket}/{prefix}"
        with self._told():
            self._s3: Any = boto3.client("s3")
        watch(self._s3, "s3")

    def files(self) -> list[str]:
        """Give the keys of all objects below the prefix, without it."""
        with self._told():
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix
            )
            found = [item["Key"] for page in pages for item in page.get("Contents", ())]
        return sorted(key.removeprefix(self._prefix) for key in found if key.endswith(".parquet"))

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Give an object and its ETag."""
        from botocore.exceptions import ClientError

        with self._told():
            try:
                got = self._s3.get_object(Bucket=self._bucket, Key=self._prefix + key)
                return got["Body"].read(), got["ETag"]
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchKey":
                    return None
                raise

    def replace(self, key: str, content: bytes, version: str | None) -> bool:
        """Put an object on the condition that nobody else has."""
        from botocore.exceptions import ClientError

        condition = {"IfNoneMatch": "*"} if version is None else {"IfMatch": version}
        with self._told():
            try:
                self._s3.put_object(
                    Bucket=self._bucket, Key=self._prefix + key, Body=content, **condition
                )
            except ClientError as error:
                if error.response["Error"]["Code"] in _REFUSED:
                    return False
                raise
        return True

    def remove(self, key: str) -> None:
        """Delete an object."""
        with self._told():
            self._s3.delete_object(Bucket=self._bucket, Key=self._prefix + key)

    def local(self, key: str, folder: Path) -> Path:
        """Write the object's content into a folder."""
        held = self.read(key)
        path = folder / hashlib.sha256(key.encode()).hexdigest()
        path.write_bytes(held[0] if held else b"")
        return path

    def _told(self) -> Any:
        return _Told(self.name)


# Somebody else replaced it, or is about to.
_REFUSED: Final = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey")


@dataclass(frozen=True, slots=True)
class _Told:
    """Turns what AWS refuses into a sentence."""

    place: str

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, (BotoCoreError, ClientError)):
            raise HistoryError(f"the history at {self.place}: {error}") from None


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _replace(path: Path, content: bytes) -> None:
    descriptor, partial = tempfile.mkstemp(prefix=".", suffix=".partial", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def partials(folder: Path) -> Iterator[Path]:
    """Give what killed runs left half written."""
    return folder.rglob(".*.partial")
