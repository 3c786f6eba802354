from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.infra.program import Deployment, declared

Deployed = Callable[[str], Deployment]

ENVIRONMENTS = ("dev", "staging", "prod")


def _deployed(environment: str) -> Deployment:
    return declared(f"cicd-{environment}")


@pytest.fixture(scope="session")
def deployed() -> Deployed:
    """What the program declares for an environment; it runs once for each."""
    return _deployed


@pytest.fixture(scope="session", params=ENVIRONMENTS)
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """What the program declares, for each environment in turn."""
    return _deployed(request.param)


@pytest.fixture(scope="session")
def staging() -> Deployment:
    return _deployed("staging")
