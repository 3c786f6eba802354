"""The Pulumi project around a folder, and what stackproof keeps in its root."""

from __future__ import annotations

import os
from pathlib import Path

WAIVERS = "waivers.yaml"
WAIVERS_VARIABLE = "STACKPROOF_WAIVERS"

# The names that the Pulumi CLI takes.
_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


def project_file(start: Path) -> Path | None:
    """Give the file of the Pulumi project that a folder is in: the nearest one upward."""
    start = start.resolve()
    files = (folder / name for folder in (start, *start.parents) for name in _FILES)
    return next((file for file in files if file.is_file()), None)


def project_or(start: Path) -> Path:
    """Give that file; where there is none, where it would stand in the folder itself.

    Settings and waivers hold beside it: who looks at stacks need not have their programs.
    """
    return project_file(start) or start.resolve() / _FILES[0]


def waivers_file(project: Path | None, option: Path | None = None) -> Path | None:
    """Give the file that says what is waived: the option's, the variable's, or the project's.

    `project` is the project's own file. None means that nothing is waived.
    """
    named = os.environ.get(WAIVERS_VARIABLE)
    if option or named:
        return option or Path(named or "")
    if project is None:
        return None
    path = project.parent / WAIVERS
    # A link that leads nowhere is there, and cannot be read: that must be said.
    return path if os.path.lexists(path) else None
