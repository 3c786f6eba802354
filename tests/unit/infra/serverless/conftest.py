from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.infra.program import PROJECT, Deployment, declared, run_program, stack_config

STACK = "serverless-prod"
Configured = Callable[..., Deployment]


@pytest.fixture(scope="session")
def deployment() -> Deployment:
    """What the program declares for the stack as its file configures it."""
    return declared(STACK)


@pytest.fixture(scope="session")
def configured() -> Configured:
    """Run the program with other values of some keys, as Pulumi hands them on."""

    def run(**changes: str) -> Deployment:
        changed = {f"{PROJECT}:{key}": value for key, value in changes.items()}
        return run_program(STACK, stack_config(STACK) | changed)

    return run
