from __future__ import annotations

import pytest

from tests.unit.infra.program import Deployment, declared

STACK = "nightly-prod"


@pytest.fixture(scope="session")
def deployment() -> Deployment:
    """What the program declares for the stack as its file configures it."""
    return declared(STACK)
