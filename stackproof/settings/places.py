"""Where settings are said: in a file of the project, and by a variable for one run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from stackproof.model.json_text import bytes_of, text_of
from stackproof.settings.settings import SettingsError

FILE: Final = "stackproof.yaml"
PROFILE_VARIABLE: Final = "STACKPROOF_PROFILE"
# The file into which a preview writes what it found, for who asked for it.
DECLARED_VARIABLE: Final = "STACKPROOF_DECLARED"


def profile_of_run() -> str | None:
    """Give the profile that holds for this run, whatever the file says."""
    return os.environ.get(PROFILE_VARIABLE) or None


def find(project: Path | None) -> Path | None:
    """Give the file with the settings of a project, by the project's own file; None without one.

    Raises SettingsError when two files say them, or one has a name that is spelt in another way.
    """
    if project is None:
        return None
    file, other = project.parent / FILE, project.parent / "pyproject.toml"
    # A link that leads nowhere is there, and cannot be read: that must be said.
    there = os.path.lexists(file)
    if wrong := _misspelt(file):
        raise SettingsError(f"{wrong} is not read: settings stand in {FILE}; rename it")
    if not _says(other):
        return file if there else None
    if there:
        raise SettingsError(f"{file} and {other} (tool.stackproof) both hold settings; keep one")
    return other


def named_in(project: Path | None, key: str) -> list[Path]:
    """Give the folders that a project's settings name under `controls` or `scenarios`.

    Nothing is checked here: what is wrong in the file is said when it is read for a run.
    """
    # Imported late: most runs have no such file.
    from stackproof.model import toml_text, yaml_text

    try:
        file = find(project)
        text = text_of(file) if file else ""
        toml = file is not None and file.suffix == ".toml"
        held = toml_text.parse(text)["tool"]["stackproof"] if toml else yaml_text.parse(text)
        named = held[key] if file else []
        return [file.parent / name for name in named] if file and isinstance(named, list) else []
    except (SettingsError, OSError, ValueError, LookupError, TypeError):
        return []


def _says(pyproject: Path) -> bool:
    """Tell whether a project's file has the table; one that is no good and may have it has it."""
    if not pyproject.is_file():
        return False
    from stackproof.model import toml_text

    text = bytes_of(pyproject).decode("utf-8", "replace")
    try:
        tools = toml_text.parse(text).get("tool")
    except ValueError:
        return "tool.stackproof" in text
    return isinstance(tools, dict) and "stackproof" in tools


def _misspelt(file: Path) -> Path | None:
    """Give a file beside one that is called nearly so, and that nothing reads; None without one."""
    stem = file.stem.casefold()
    try:
        beside = sorted(file.parent.iterdir())
    except OSError:
        return None
    return next(
        (
            other
            for other in beside
            if other.name != file.name
            and other.stem.casefold() == stem
            and other.suffix.casefold() in (".yaml", ".yml")
            # Where upper and lower case are one to the file system, it is read.
            and not (file.exists() and other.samefile(file))
        ),
        None,
    )
