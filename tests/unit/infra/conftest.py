from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest
from coverage import Coverage
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

HERE = PurePosixPath("tests/unit/infra")


class BySystem(LoadScopeScheduling):  # type: ignore[misc]
    """Keeps the tests of a system in one worker: there its program runs once for all of them."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.split("::", maxsplit=1)[0])
        if not file.is_relative_to(HERE):
            return str(file)
        return file.relative_to(HERE).parts[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    return BySystem(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep what a worker has run: it is ended without the time to write it."""
    measuring = Coverage.current()
    if measuring is not None and hasattr(session.config, "workerinput"):
        measuring.save()
