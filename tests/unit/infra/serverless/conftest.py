from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.infra.program import Deployment, changed_config, declared, run_program

STACK = "serverless-prod"
Configured = Callable[..., Deployment]


@pytest.fixture(scope="session")
def deployment() -> Deployment:
    """What the program declares for the stack as its file configures it."""
    return declared(STACK)


@pytest.fixture(scope="session")
def configured() -> Configured:
    """Run the program with other values of some keys, as Pulumi hands them on."""

    return lambda **changes: run_program(STACK, changed_config(STACK, changes))
