"""From a stack's configuration to a deployed payment platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from infra.blueprints.scalepayments import Platform
from infra.blueprints.scalepayments_outputs import outputs
from infra.settings.scalepayments import ScalePayments
from infra.site import build_site, first_zones

__all__ = ["deploy"]


def deploy(stack: str) -> Mapping[str, Any]:
    """Check everything that can be wrong, then deploy the platform and return its outputs.

    Raises `SettingsError` before the first resource.
    """
    settings = ScalePayments.load(stack)
    config = settings.config
    for key in settings.moot:
        pulumi.log.warn(
            f"Stack {stack}: config key {key} decides nothing, for {config.environment} has no "
            "such guard."
        )
    zones = first_zones(settings.profile.zones, stack, config.region)
    site = build_site(config.names, config.tags(stack), config.region)
    return outputs(Platform(settings, site, zones))
