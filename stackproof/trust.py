"""Whom a project trusts from outside its account, for preview and verification alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from stackproof.model import Control

PARAMETER = "trusted"


class SettingsError(Exception):
    """Raised for a settings file that is no good; says in a sentence which and why."""


def trusted(file: Path | None) -> tuple[str, ...]:
    """Give the accounts, organizations, networks and ids that a settings file lists as trusted.

    Raises SettingsError when it can't be read, or says anything else.
    """
    if file is None:
        return ()
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}") from None
    if said is None:
        return ()
    if not isinstance(said, Mapping) or set(said) - {PARAMETER}:
        raise SettingsError(f"{file}: holds something else than `{PARAMETER}`, a list of names")
    names = said.get(PARAMETER) or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SettingsError(
            f"{file}: `{PARAMETER}` is no list of texts; account ids need quotes, or lose zeros"
        )
    return tuple(names)


def parameters(controls: Iterable[Control], names: tuple[str, ...]) -> dict[str, Mapping[str, Any]]:
    """Give what the controls that ask for it are told of whom the project trusts, by their ids."""
    if not names:
        return {}
    return {
        control.id: {PARAMETER: names} for control in controls if PARAMETER in control.parameters
    }
