"""A world per test, on the embedded AWS that the tests share."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.integration.services.roundtrip")

from stackproof.embedded import faults  # noqa: E402
from stackproof.embedded.frame.base import Cloud  # noqa: E402
from stackproof.embedded.server.control import Server  # noqa: E402
from tests.integration.conftest import REGION  # noqa: E402
from tests.integration.services.roundtrip import World  # noqa: E402


@pytest.fixture(scope="module", autouse=True)
def emptied(server: Server) -> None:
    """Begin each file with an empty AWS, whatever files before it left behind."""
    faults.reset(server)


@pytest.fixture
def world(server: Server) -> World:
    """An embedded AWS to make resources in."""
    return World(Cloud(server.endpoint, REGION))
