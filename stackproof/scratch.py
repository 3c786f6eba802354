"""Scratch folders and half-written files: gone with the run, or with the next one's start.

Each folder and file is held by a lock of the system, which ends with the process that has it,
however that ends: what nobody holds any more was left behind by a run that was killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "stackproof-"
_HELD = ".held"


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is removed with what is in it; what killed runs left is removed first."""
    place = Path(tempfile.gettempdir())
    sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    try:
        # It has its name once it is held: what has the name and isn't held was left behind.
        with (folder / f"{_HELD}.made").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            (folder / f"{_HELD}.made").rename(folder / _HELD)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path | None = None) -> None:
    """Remove the scratch folders of runs that were killed; never one that somebody holds."""
    for folder in (place or Path(tempfile.gettempdir())).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / _HELD).open("r+") as held:
            if _ours(folder) and _free(held.fileno()):
                shutil.rmtree(folder, ignore_errors=True)


def _ours(folder: Path) -> bool:
    return folder.lstat().st_uid == os.getuid() and not folder.is_symlink()


def write_whole(text: str, path: Path) -> None:
    """Write a file, whole or not at all, and remove what killed runs half-wrote beside it.

    A link stays one; a terminal, a pipe or a device is written to and stays what it is. Raises
    OSError when it cannot be written; what was there before is then as it was.
    """
    if is_stream(path):
        with path.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
        return
    path = path.resolve() if path.is_symlink() else path
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{_literal(path.name)}.*.partial"):
        with contextlib.suppress(OSError), left.open("r+") as held:
            if _free(held.fileno()):
                left.unlink()
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8", errors="backslashreplace") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.write(text)
            file.flush()
            partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def is_stream(path: Path) -> bool:
    """Tell whether a path is a terminal, a pipe or a device: what is written there is no file."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
