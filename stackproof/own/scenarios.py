"""Own scenarios: tests in folders that settings name, and in installed distributions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stackproof.own.modules import LoadError, modules_in
from stackproof.own.points import SCENARIOS, points


def scenarios_of(file: Path | str) -> Mapping[str, Callable[..., Any]]:
    """Give the scenarios of a file by their names, to be tried on made-up stacks.

    Raises LoadError with file, line and reason when it does not load or has none.
    """
    file = Path(file)
    if not file.is_file():
        raise LoadError(f"{file}: there is no such file")
    (name,) = modules_in(file)
    held = vars(sys.modules[name])
    found = {key: value for key, value in held.items() if key.startswith("test_")}
    if not found:
        raise LoadError(f"{file}: no scenario is defined there")
    return found


def arguments(folders: tuple[Path, ...]) -> list[str]:
    """Give what pytest is to run beside the general suite: folders, and installed packages."""
    return [*map(str, folders), *(point.value for point in points(SCENARIOS))]
