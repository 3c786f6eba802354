"""How fast one task or process may ask: its part of what an account may be asked by all workers."""

from __future__ import annotations

import os
import threading
import time
from functools import cache
from typing import Any, Final

import botocore.session

from stackproof.error_codes import Code
from stackproof.sights.live.codes import LiveError

# How many requests a second a process may send, as who started it says.
RATE_VARIABLE: Final = "STACKPROOF_RATE"


class Pace:
    """Lets requests of all threads leave one after the other, so many in a second."""

    def __init__(self, per_second: float) -> None:
        self._between = 1 / per_second
        self._next = 0.0
        self._lock = threading.Lock()

    def hold(self, session: botocore.session.Session) -> None:
        """Hold back all that clients of a session send, retries included."""
        session.register("before-send", self.wait)

    def wait(self, **_: Any) -> None:
        """Wait until the next request may leave."""
        with self._lock:
            leaves = max(time.monotonic(), self._next)
            self._next = leaves + self._between
        time.sleep(max(0.0, leaves - time.monotonic()))


def pace_of_process() -> Pace | None:
    """Give the one pace of all that this process sends; None where nobody holds it back.

    Raises LiveError for a rate that is none.
    """
    rate = os.environ.get(RATE_VARIABLE)
    return _pace(rate) if rate else None


@cache
def _pace(rate: str) -> Pace:
    try:
        return Pace(float(rate))
    except (ValueError, ZeroDivisionError):
        raise LiveError(
            f"{RATE_VARIABLE} is {rate!r}: unset it, or say how many requests a second", Code.FLEET
        ) from None
