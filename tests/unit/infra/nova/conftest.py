from __future__ import annotations

import pytest

from tests.unit.infra.program import Deployment, declared

STACK = "nova-prod"


@pytest.fixture(scope="session")
def nova() -> Deployment:
    """What the program declares for the stack as its own file configures it."""
    return declared(STACK)
