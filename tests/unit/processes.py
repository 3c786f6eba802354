"""Processes that tests start: whether they are there, and waiting for what they do."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed


def gone(pid: int) -> bool:
    """Tell whether a process has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in "ZX"


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is true, and tell whether it came to be so in time."""
    waiting = Retrying(
        retry=retry_if_result(lambda answer: not answer),
        wait=wait_fixed(0.02),
        stop=stop_after_delay(seconds),
        retry_error_callback=lambda _: False,
    )
    return bool(waiting(true))


@pytest.fixture(autouse=True)
def not_ignored() -> Iterator[None]:
    """Start processes that a hangup ends, also where `nohup` has started the tests."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
