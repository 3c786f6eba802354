"""From a stack's configuration to a deployed delivery system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.blueprints.cicd import Delivery
from infra.blueprints.cicd_outputs import outputs
from infra.settings.cicd import ZONES, Cicd
from infra.site import build_site, first_zones

__all__ = ["deploy"]


def deploy(stack: str) -> Mapping[str, Any]:
    """Check everything that can be wrong, then deploy the system and return its outputs.

    Raises `SettingsError` before the first resource.
    """
    settings = Cicd.load(stack)
    config = settings.config
    zones = first_zones(ZONES, stack, config.region)
    site = build_site(config.names, config.tags(stack), config.region)
    return outputs(Delivery(settings, site, zones))
