"""Fixtures that only the scenarios of this project's own blueprints need."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from tests.scenarios.expected import SCALEPAYMENTS, Expected


@pytest.fixture(scope="session")
def expected(outputs: Outputs) -> Expected:
    """Give the numbers that the deployed environment must have."""
    return SCALEPAYMENTS[outputs["environment"]]


@pytest.fixture(scope="session")
def database(outputs: Outputs, live: Stack) -> Resource:
    """Give the Aurora cluster."""
    found = live.find(outputs["database_cluster_identifier"], "aws:rds/cluster:Cluster")
    assert found is not None, "the database cluster that the outputs name is not there"
    return found
