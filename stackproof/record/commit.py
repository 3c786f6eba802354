"""Which commit of the project a run is of."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_ASK = ("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")


def commit(folder: Path | None = None) -> str | None:
    """Give the commit that a folder stands at, with `-dirty` when files differ; None without git.

    The folder is the one we stand in, unless another is given.
    """
    git = shutil.which("git")
    if git is None:
        return None
    asked = subprocess.run(
        [git, *_ASK], cwd=folder, capture_output=True, text=True, check=False, timeout=30
    )
    return asked.stdout.strip() or None if asked.returncode == 0 else None
