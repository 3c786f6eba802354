"""What holds for a project: its file of settings is read by a module that few runs need."""

from __future__ import annotations

from pathlib import Path

from stackproof.own.controls import installed
from stackproof.own.modules import LoadError
from stackproof.own.types import together
from stackproof.settings.places import profile_of_run
from stackproof.settings.settings import Settings, SettingsError
from stackproof.types.described import use


def load(file: Path | None, profile: str | None = None) -> Settings:
    """Read the settings of a project; without a file, what the catalogue says holds.

    `profile` is the one that holds, whatever the file says. Own types are read from then on, in
    place of those of settings that were loaded before. Raises SettingsError with a sentence for
    each problem, a line each.
    """
    named = profile or profile_of_run()
    if file is None and named is None:
        made = without_a_file()
    else:
        # pydantic costs as much time as a small stack's reading.
        from stackproof.settings.file import read

        made = read(file, named)
    use(made.types)
    return made


def without_a_file() -> Settings:
    """Give what holds without a file: the catalogue, and controls of installed distributions.

    Raises SettingsError when one of those does not load.
    """
    try:
        return Settings(own=installed(), types=tuple(together().values()))
    except LoadError as error:
        raise SettingsError(str(error), error.code) from None
