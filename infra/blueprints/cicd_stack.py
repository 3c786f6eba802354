"""From a stack's configuration to a deployed delivery system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.blueprints.cicd import Delivery
from infra.blueprints.cicd_outputs import outputs
from infra.settings.cicd import ZONES, Cicd, names_of
from infra.site import build_site, first_zones
from infra.tags import Tags

__all__ = ["deploy"]


def deploy(stack: str) -> Mapping[str, Any]:
    """Check everything that can be wrong, then deploy the system and return its outputs.

    Raises `SettingsError` before the first resource.
    """
    settings = Cicd.load(stack)
    config, profile = settings.config, settings.profile
    zones = first_zones(ZONES, stack, config.region)
    site = build_site(names_of(config.project, profile.environment), _tags(settings), config.region)
    return outputs(Delivery(settings, site, zones))


def _tags(settings: Cicd) -> Tags:
    config = settings.config
    return Tags(
        {
            "Project": config.project,
            "Environment": str(settings.profile.environment),
            "ManagedBy": "Pulumi",
            "Stack": settings.stack,
            "Owner": config.owner,
            "CostCenter": config.cost_center,
        }
    )
