"""From a stack's configuration to a deployed payment platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.blueprints.scalepayments import Platform
from infra.blueprints.scalepayments_outputs import outputs
from infra.settings.scalepayments import ScalePayments, names_of
from infra.site import build_site, first_zones
from infra.tags import Tags

__all__ = ["deploy"]


def deploy(stack: str) -> Mapping[str, Any]:
    """Check everything that can be wrong, then deploy the platform and return its outputs.

    Raises `SettingsError` before the first resource.
    """
    settings = ScalePayments.load(stack)
    config, profile = settings.config, settings.profile
    zones = first_zones(profile.zones, stack, config.region)
    site = build_site(names_of(config.project, profile.environment), _tags(settings), config.region)
    return outputs(Platform(settings, site, zones))


def _tags(settings: ScalePayments) -> Tags:
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
