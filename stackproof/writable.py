"""Whether files can be written, asked before anything is done that is to be written there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.log import kept_in
from stackproof.scratch import is_stream


def check_writable(*paths: Path | None) -> None:
    """Raise StackproofError where a file could not be written, by its own name or its folder."""
    for path in paths:
        if path is None:
            continue
        check_no_log(path)
        if why := _refusal(path):
            raise StackproofError(f"{path} cannot be written: {why}", Code.UNWRITABLE)


def check_inside(path: Path, root: Path) -> None:
    """Raise StackproofError where a link would lead what is written out of `root`, or nowhere.

    That is for what nobody names: a report goes through whatever link its name is.
    """
    target = _whole(path)
    if path.is_symlink() or not target.is_relative_to(_whole(root)):
        where = str(target) if target.exists() else f"{target}, which is not there"
        raise StackproofError(
            f"{path} leads by a link to {where}; remove the link, nothing was written",
            Code.UNWRITABLE,
        )


def check_no_log(path: Path) -> None:
    """Raise StackproofError for the file that the run keeps its log in: one would be lost."""
    log = kept_in()
    if log is not None and _whole(path) == _whole(log) and not is_stream(path):
        raise StackproofError(f"{path} is to be written twice: the log is there", Code.USAGE)


def check_apart(written: Iterable[Path | None], read: Iterable[Path | None]) -> None:
    """Raise StackproofError where a file is to be written twice, or is read by the same run.

    The log is one of those that are written.
    """
    inputs = {_whole(path) for path in read if path is not None}
    seen: set[Path] = set()
    for path in (kept_in(), *written):
        if path is None:
            continue
        whole = _whole(path)
        if whole in inputs:
            raise StackproofError(f"{path} is read by this run: write to another file", Code.USAGE)
        if whole in seen and not is_stream(path):
            raise StackproofError(f"{path} is to be written twice", Code.USAGE)
        seen.add(whole)


def _whole(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link to itself
        return path.absolute()


def _refusal(path: Path) -> str | None:
    try:
        path.stat()
    except FileNotFoundError:
        return _refusal_of_folder(path.absolute().parent)
    except OSError as error:
        return error.strerror
    if path.is_dir():
        return os.strerror(errno.EISDIR)
    if is_stream(path):
        return None if os.access(path, os.W_OK) else os.strerror(errno.EACCES)
    return _refusal_of_folder(path.resolve().parent)


def _refusal_of_folder(folder: Path) -> str | None:
    there = next(f for f in (folder, *folder.parents) if os.path.lexists(f))
    if not there.is_dir():
        return os.strerror(errno.ENOTDIR)
    return None if os.access(there, os.W_OK | os.X_OK) else os.strerror(errno.EACCES)
