"""Where a run's project stands in git."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_COMMIT = ("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
_FOLDER = ("rev-parse", "--show-prefix")


@dataclass(frozen=True, slots=True)
class Checkout:
    """The commit of a project, with `-dirty` when files differ, and its folder in the repository.

    The folder ends with a slash, or is empty where the project is the whole repository.
    """

    commit: str | None = None
    folder: str = ""


def checkout(folder: Path | None = None) -> Checkout:
    """Give where a folder stands, by default the one we stand in; nothing at all without git."""
    return Checkout(_asked(_COMMIT, folder), _asked(_FOLDER, folder) or "")


def _asked(ask: tuple[str, ...], folder: Path | None) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    told = subprocess.run(
        [git, *ask], cwd=folder, capture_output=True, text=True, check=False, timeout=30
    )
    return told.stdout.strip() or None if told.returncode == 0 else None
