"""From a stack's configuration to a deployed base platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.blueprints.tap import BasePlatform
from infra.blueprints.tap_outputs import outputs
from infra.settings.errors import SettingsError, wrong
from infra.settings.tap import PROJECT, Tap, names_of
from infra.site import available_zones, build_site
from infra.tags import Tags

__all__ = ["deploy"]


def deploy(stack: str) -> Mapping[str, Any]:
    """Check everything that can be wrong, then deploy the platform and return its outputs.

    Raises `SettingsError` before the first resource.
    """
    settings = Tap.load(stack)
    offered = available_zones()
    if not set(settings.availability_zones) <= set(offered):
        chosen = ", ".join(settings.availability_zones)
        expected = f"of those that the region offers to the account: {', '.join(offered)}"
        raise SettingsError([wrong(stack, "availability_zones", chosen, expected)])
    site = build_site(
        names_of(settings.environment_suffix), _tags(settings, stack), settings.region
    )
    return outputs(BasePlatform(settings, site), stack)


def _tags(settings: Tap, stack: str) -> Tags:
    own = {
        "environment": "production",
        "Environment": settings.environment_suffix,
        "Project": PROJECT,
        "ManagedBy": "Pulumi",
        "Stack": stack,
        "Owner": settings.owner,
    }
    return Tags({**settings.tags, **own})
