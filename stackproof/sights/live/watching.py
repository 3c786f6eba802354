"""Watching: each call of a client, for the log: what was asked, how long it took, how it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from stackproof import log
from stackproof.model.secrecy import disclosed
from stackproof.sights.live.urls import bare, public

_KEY = "stackproof"
_LONGEST = 200


def watch(client: Any, service: str, region: str | None = None) -> None:
    """Tell the log of each call of a client, where somebody listens.

    Without a region it is the one that the client has been given.
    """
    if log.listened_to(log.CALL):
        _Watch(client, service, region or str(client.meta.region_name))


class _Watch:
    """The calls of one client; a thread has one at a time."""

    def __init__(self, client: Any, service: str, region: str) -> None:
        self._service, self._region = service, region
        self._endpoint = bare(client.meta.endpoint_url)
        self._sent = threading.local()
        events = client.meta.events
        events.register("provide-client-params", self._begin)
        events.register("before-send", self._count)
        events.register("after-call", self._answered)
        events.register("after-call-error", self._failed)

    def _begin(self, params: Mapping[str, Any], model: Any, context: Any, **_: Any) -> None:
        self._sent.number = 0
        context[_KEY] = (model.name, dict(params), time.monotonic())

    def _count(self, **_: Any) -> None:
        self._sent.number = getattr(self._sent, "number", 0) + 1

    def _answered(self, parsed: Any, http_response: Any, context: Any, **_: Any) -> None:
        status = http_response.status_code
        code = (parsed.get("Error") or {}).get("Code") if isinstance(parsed, Mapping) else None
        self._tell(context, "answered" if status < 300 else f"{code or 'error'} ({status})")

    def _failed(self, exception: Exception, context: Any, **_: Any) -> None:
        self._tell(context, type(exception).__name__)

    def _tell(self, context: Any, outcome: str) -> None:
        operation, parameters, began = context[_KEY]
        log.tell(
            log.CALL,
            service=self._service,
            operation=f"{self._service}:{operation}",
            region=self._region,
            endpoint=self._endpoint,
            parameters={name: _shown(name, value) for name, value in parameters.items()},
            milliseconds=round((time.monotonic() - began) * 1000, 1),
            retries=max(0, self._sent.number - 1),
            outcome=outcome,
        )


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    text = public(str(disclosed(name, value)))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
