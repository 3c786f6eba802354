from __future__ import annotations

from pathlib import Path

import pytest
from coverage import Coverage

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a system in one worker: there its program runs once for all of them."""
    for item in items:
        if item.path.is_relative_to(HERE):
            system = item.path.relative_to(HERE).parts[0]
            item.add_marker(pytest.mark.xdist_group(system))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep what a worker has run: it is ended without the time to write it."""
    measuring = Coverage.current()
    if measuring is not None and hasattr(session.config, "workerinput"):
        measuring.save()
