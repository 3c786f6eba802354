"""The stack that defects are planted in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.deployments import Deployments

# pytest explains failed assertions only where it was asked to: in test modules, and here.
pytest.register_assert_rewrite("tests.integration.planted.planting")

from tests.integration.planted.planting import Field  # noqa: E402


@pytest.fixture(scope="module")
def field(deployments: Deployments, request: pytest.FixtureRequest) -> Iterator[Field]:
    """Give the stack that the module names `STACK`."""
    with pytest.MonkeyPatch.context() as patch:
        yield Field(deployments, request.module.STACK, patch)
