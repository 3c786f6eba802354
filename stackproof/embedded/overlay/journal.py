"""The record of operations that the server was asked for."""

from __future__ import annotations

from collections import deque
from typing import Any

from stackproof.embedded.overlay.wire import Request


class Journal:
    """The last operations seen, oldest first; bounded so that a long-lived server stays small."""

    def __init__(self) -> None:
        self._calls: deque[dict[str, Any]] = deque(maxlen=200_000)

    def note(self, request: Request, status: int) -> None:
        """Record an operation and the HTTP status it was answered with."""
        self._calls.append(
            {
                "service": request.service,
                "operation": request.operation,
                "region": request.region,
                "account": request.account,
                "status": status,
            }
        )

    def calls(self) -> list[dict[str, Any]]:
        """Return what was seen since the last clearing."""
        return list(self._calls)

    def clear(self) -> None:
        """Forget what was seen."""
        self._calls.clear()
