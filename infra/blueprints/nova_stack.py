"""From a stack's configuration to a deployed web system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.blueprints.nova import WebSystem
from infra.blueprints.nova_outputs import outputs
from infra.settings.nova import ZONES, Nova
from infra.settings.nova_purposes import PURPOSES
from infra.site import build_site, first_zones
from infra.tags import Tags

__all__ = ["deploy"]


def deploy(stack: str) -> Mapping[str, Any]:
    """Check everything that can be wrong, then deploy the system and return its outputs.

    Raises `SettingsError` before the first resource.
    """
    settings = Nova.load(stack)
    config = settings.config
    zones = first_zones(ZONES, stack, config.region)
    site = build_site(settings.names, _tags(settings), config.region)
    return outputs(WebSystem(settings, site, zones))


def _tags(settings: Nova) -> Tags:
    config = settings.config
    return Tags(
        {
            "Project": config.team,
            "Environment": str(config.environment),
            "ManagedBy": "Pulumi",
            "Stack": settings.stack,
            "Owner": config.owner,
        },
        PURPOSES,
    )
