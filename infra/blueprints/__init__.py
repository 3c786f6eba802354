"""The reference systems and the nightly runs, each from a stack's name to its outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from infra.blueprints import (
    cicd_stack,
    nightly_stack,
    nova_stack,
    scalepayments_stack,
    serverless_stack,
    tap_stack,
)

__all__ = ["BLUEPRINTS", "Blueprint"]

Blueprint = Callable[[str], Mapping[str, Any]]

BLUEPRINTS: Mapping[str, Blueprint] = {
    "cicd": cicd_stack.deploy,
    "nightly": nightly_stack.deploy,
    "nova": nova_stack.deploy,
    "scalepayments": scalepayments_stack.deploy,
    "serverless": serverless_stack.deploy,
    "tap": tap_stack.deploy,
}
