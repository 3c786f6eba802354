"""`scalepayments-staging` as deployed, a copy for each file that verifies it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.deployments import Deployed, Deployments


@pytest.fixture(scope="module")
def deployed(deployments: Deployments) -> Iterator[Deployed]:
    """Give the stack that most tests verify."""
    with deployments.copy("scalepayments-staging") as running:
        yield running


@pytest.fixture(autouse=True)
def reached(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point this process at the stack for one test: others have servers of their own."""
    for name, value in deployed.environment.items():
        monkeypatch.setenv(name, value)
