"""What holds for a project: its file of settings is read by a module that few runs need."""

from __future__ import annotations

from pathlib import Path

from stackproof.own.controls import installed
from stackproof.own.modules import LoadError
from stackproof.settings.places import profile_of_run
from stackproof.settings.settings import Settings, SettingsError


def load(file: Path | None, profile: str | None = None) -> Settings:
    """Read the settings of a project; without a file, what the catalogue says holds.

    `profile` is the one that holds, whatever the file says. Raises SettingsError with a sentence
    for each problem, a line each.
    """
    named = profile or profile_of_run()
    if file is None and named is None:
        return without_a_file()
    # pydantic costs as much time as a small stack's reading.
    from stackproof.settings.file import read

    return read(file, named)


def without_a_file() -> Settings:
    """Give what holds without a file: the catalogue, and controls of installed distributions.

    Raises SettingsError when one of those does not load.
    """
    try:
        return Settings(own=installed())
    except LoadError as error:
        raise SettingsError(str(error)) from None
