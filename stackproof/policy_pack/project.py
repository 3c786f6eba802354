"""What is waived, and what else is set, in the project that is previewed.

The engine tells its packs a project's name, and not where it is. Measured with the Pulumi CLI
3.220: a pack's working directory is its own folder; the handshake names that folder only;
`ConfigureStack`, PULUMI_PROJECT and PULUMI_STACK are names. But the engine, which is above the
pack among the processes, stands in the folder that the CLI was called in, or told to by `--cwd`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stackproof.errors import StackproofError
from stackproof.model import yaml_text
from stackproof.model.json_text import text_of
from stackproof.own.points import CONTROLS, TYPES, points
from stackproof.policy_pack.door import loading
from stackproof.project import project_file, waivers_file
from stackproof.settings.places import find, profile_of_run
from stackproof.settings.settings import EVERYTHING, Settings

if TYPE_CHECKING:
    from stackproof.waivers import Waivers

_ENGINE = "pulumi"


@loading
def project_waivers(settings: Settings = EVERYTHING) -> Waivers | None:
    """Give what is waived in the project that is previewed; None when nothing is.

    The file is the one that STACKPROOF_WAIVERS names, or `waivers.yaml` in the root of the
    project of PULUMI_PROJECT's name that the engine, or else the pack, stands in. Where the
    system does not show the engine's folder (it does on Linux), a pack outside of the project
    needs the variable. A bad file ends this process, and the preview, with its sentences.
    """
    path = waivers_file(_project())
    if path is None and not settings.waivers:
        return None
    # What reads and checks the file takes longer to import than to run.
    from stackproof.waivers import Waivers, WaiversError, load

    try:
        return Waivers(
            (*load(path, settings.own), *settings.waivers), os.environ.get("PULUMI_STACK")
        )
    except WaiversError as error:
        sys.exit(error.told)


@loading
def project_settings() -> Settings:
    """Give the settings of the project that is previewed, by `stackproof.yaml` in its root.

    A bad file ends this process, and the preview, with its sentences.
    """
    try:
        file = find(_project())
        if file is None and profile_of_run() is None and not (points(CONTROLS) or points(TYPES)):
            return EVERYTHING
        # What reads and checks the file takes longer to import than to run.
        from stackproof.settings.loading import load

        return load(file)
    except StackproofError as error:
        sys.exit(error.told)


def _project() -> Path | None:
    name = os.environ.get("PULUMI_PROJECT")
    projects = (project for place in _places() if (project := project_file(place)))
    return next((project for project in projects if _name(project) == name), None)


def _places() -> Iterator[Path]:
    engine = _engine()
    if engine is not None:
        yield engine
    yield Path.cwd()


def _engine() -> Path | None:
    """Give the engine's working directory, where the system shows it."""
    process = os.getpid()
    try:
        while process > 1:
            # "17 (the name) S 16 …": the name can hold anything, brackets too.
            head, _, rest = Path(f"/proc/{process}/stat").read_text().rpartition(")")
            if head.partition("(")[2] == _ENGINE:
                return Path(f"/proc/{process}/cwd").readlink()
            process = int(rest.split()[1])
    except OSError:
        return None
    return None


def _name(project: Path) -> Any:
    try:
        settings = yaml_text.parse(text_of(project))
    except (OSError, ValueError):
        return ""
    return settings.get("name", "") if isinstance(settings, dict) else ""
