from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.infra.program import Deployment, changed_config, declared, run_program

STACK = "tap-production"
Configured = Callable[..., Deployment]


@pytest.fixture(scope="session")
def deployment() -> Deployment:
    """What the program declares for the stack as its file configures it."""
    return declared(STACK)


@pytest.fixture(scope="session")
def configured() -> Configured:
    """Run the program with other values of some keys, as Pulumi hands them on."""

    def run(**changes: str) -> Deployment:
        keys = {"aws:region" if key == "region" else key: value for key, value in changes.items()}
        return run_program(STACK, changed_config(STACK, keys))

    return run


@pytest.fixture(scope="session")
def switched_off(configured: Configured) -> Deployment:
    """What is left without flow logs and without replication."""
    return configured(enable_flow_logs="false", enable_cross_region_replication="false")
