"""The Pulumi program: check the configuration, then deploy the blueprint it names."""

from __future__ import annotations

import pulumi

from infra.blueprints import BLUEPRINTS
from infra.settings.config import read_choice
from infra.settings.errors import SettingsError

__all__ = ["deploy"]


def deploy() -> None:
    """Deploy the chosen blueprint and export its outputs.

    Raises `pulumi.RunError`, which Pulumi prints without a traceback, naming every bad value
    before the first resource is registered.
    """
    stack = pulumi.get_stack()
    try:
        blueprint = BLUEPRINTS[read_choice("blueprint", tuple(BLUEPRINTS), stack)]
        outputs = blueprint(stack)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    for name, value in outputs.items():
        pulumi.export(name, value)
