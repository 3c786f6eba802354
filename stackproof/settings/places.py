"""Where settings are said: in a file of the project, and by a variable for one run."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Final

from stackproof.settings.settings import SettingsError

FILE: Final = "stackproof.yaml"
PROFILE_VARIABLE: Final = "STACKPROOF_PROFILE"


def profile_of_run() -> str | None:
    """Give the profile that holds for this run, whatever the file says."""
    return os.environ.get(PROFILE_VARIABLE) or None


def find(project: Path | None) -> Path | None:
    """Give the file with the settings of a project, by the project's own file; None without one.

    Raises SettingsError when two files say them.
    """
    if project is None:
        return None
    file, other = project.parent / FILE, project.parent / "pyproject.toml"
    # A link that leads nowhere is there, and cannot be read: that must be said.
    there = os.path.lexists(file)
    if not _says(other):
        return file if there else None
    if there:
        raise SettingsError(f"{file} and {other} (tool.stackproof) both hold settings; keep one")
    return other


def _says(pyproject: Path) -> bool:
    """Tell whether a project's file has the table; one that is no good and may have it has it."""
    if not pyproject.is_file():
        return False
    text = pyproject.read_text("utf-8", "replace")
    try:
        return "stackproof" in tomllib.loads(text).get("tool", {})
    except (tomllib.TOMLDecodeError, RecursionError):
        return "tool.stackproof" in text
