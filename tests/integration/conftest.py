"""One embedded AWS per test process, and the environment that points at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stackproof.embedded.server.control import Server, embedded_aws, environment

REGION = "us-east-1"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running embedded AWS that every AWS client of this process reaches."""
    with embedded_aws() as running, pytest.MonkeyPatch.context() as patch:
        settings = environment(running, REGION, home=tmp_path_factory.mktemp("home"))
        for name, value in settings.items():
            patch.setenv(name, value)
        yield running
