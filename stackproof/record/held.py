"""What holds in a folder: the settings of its project and what is accepted there."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from stackproof.project import project_or, waivers_file
from stackproof.record.canonical import digest
from stackproof.record.meaning import catalogue_version, parameters_version, told_of
from stackproof.settings.loading import load
from stackproof.settings.places import find
from stackproof.settings.settings import Settings
from stackproof.waivers import Waiver
from stackproof.waivers import load as load_waivers


@dataclass(frozen=True, slots=True)
class Held:
    """The settings of a folder, and the waivers that stand in them and beside them."""

    settings: Settings
    waived: tuple[Waiver, ...]

    @property
    def digest(self) -> str:
        """Give a digest of all that a verdict depends on besides what there is."""
        told = self.settings
        chosen = told.chosen
        parts = [
            version("stackproof"),
            catalogue_version(chosen),
            parameters_version(told_of(told, chosen)),
            repr((told.select, told.exclude, told.trusted, told.own_tags, told.fail_on.value)),
            repr(sorted(told.tolerates.items())),
            repr(self.waived),
        ]
        return digest(parts)[:16]


def held_in(folder: Path, profile: str | None = None) -> Held:
    """Read what holds in a folder, which need not be a Pulumi project's.

    `profile` is the one that holds, whatever the file says. Raises SettingsError or WaiversError
    for files that are no good.
    """
    project = project_or(folder)
    settings = load(find(project), profile)
    listed = load_waivers(waivers_file(project), settings.own)
    return Held(settings, (*listed, *settings.waivers))
