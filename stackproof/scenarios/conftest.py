"""Fixtures that the scenarios for any stack share."""

from __future__ import annotations

import pytest

from stackproof.model import Stack
from stackproof.outputs import Outputs
from stackproof.scenarios.deployed import Deployed, of_one_system


@pytest.fixture(scope="session")
def deployed(outputs: Outputs, live: Stack, others: list[tuple[Outputs, Stack]]) -> list[Deployed]:
    """Give all stacks that `--outputs` names."""
    return [Deployed(outputs, live), *(Deployed(*other) for other in others)]


@pytest.fixture(scope="session")
def environments(deployed: list[Deployed]) -> list[Deployed]:
    """Give the environments of the first stack's system, from the smallest to the largest."""
    return of_one_system(deployed)
