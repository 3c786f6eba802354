"""One embedded AWS per test process, and the environment that points at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from stackproof.embedded.server.control import Server, copied, embedded_aws, environment
from tests.integration.deployments import Deployments

REGION = "us-east-1"


@pytest.fixture(scope="session")
def blank() -> Iterator[Server]:
    """An embedded AWS to copy: a copy is there at once, a server of one's own takes seconds."""
    with embedded_aws() as running:
        yield running


@pytest.fixture(scope="session")
def server(blank: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running embedded AWS that every AWS client of this process reaches."""
    with copied(blank) as running, pytest.MonkeyPatch.context() as patch:
        settings = environment(running, REGION, home=tmp_path_factory.mktemp("home"))
        for name, value in settings.items():
            patch.setenv(name, value)
        yield running


@pytest.fixture(scope="session")
def deployments(blank: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployments]:
    """The reference systems, each deployed when it is first asked for."""
    with ExitStack() as held:
        yield Deployments(blank, tmp_path_factory.mktemp, held)
