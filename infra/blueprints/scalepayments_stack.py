"""From a stack's configuration to a deployed payment platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.blueprints.scalepayments import Platform
from infra.blueprints.scalepayments_outputs import outputs
from infra.settings.errors import SettingsError, wrong
from infra.settings.scalepayments import ScalePayments, names_of
from infra.site import available_zones, build_site
from infra.tags import Tags

__all__ = ["deploy"]


def deploy(stack: str) -> Mapping[str, Any]:
    """Check everything that can be wrong, then deploy the platform and return its outputs.

    Raises `SettingsError` before the first resource.
    """
    settings = ScalePayments.load(stack)
    config, profile = settings.config, settings.profile
    zones = available_zones()
    if len(zones) < profile.zones:
        expected = (
            f"a region with at least {profile.zones} availability zones; "
            f"this one offers {len(zones)} to the account"
        )
        raise SettingsError([wrong(stack, "aws:region", config.region, expected)])
    site = build_site(names_of(config.project, profile.environment), _tags(settings), config.region)
    return outputs(Platform(settings, site, zones[: profile.zones]))


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
