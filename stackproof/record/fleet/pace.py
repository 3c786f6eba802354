"""How fast one task may ask: its part of what an account may be asked by all workers."""

from __future__ import annotations

import threading
import time
from typing import Any

import botocore.session


class Pace:
    """Lets requests of all threads of a task leave one after the other, so many in a second."""

    def __init__(self, per_second: float) -> None:
        self._between = 1 / per_second
        self._next = 0.0
        self._lock = threading.Lock()

    def hold(self, session: botocore.session.Session) -> None:
        """Hold back all that clients of a session send, retries included."""
        session.register("before-send", self._wait)

    def _wait(self, **_: Any) -> None:
        with self._lock:
            leaves = max(time.monotonic(), self._next)
            self._next = leaves + self._between
        time.sleep(max(0.0, leaves - time.monotonic()))
