"""Lets the port open, and health be answered, while moto is still loading."""

from __future__ import annotations

import json
import os
import threading
import traceback
from collections.abc import Callable, Iterable
from importlib.metadata import version

from stackproof.embedded.server.http import Environ, StartResponse, WsgiApp

HEALTH = "/_stackproof/health"


class Gate:
    """Answers health at once; other requests wait for the application that a thread loads."""

    def __init__(self, load: Callable[[], WsgiApp]) -> None:
        self._app: WsgiApp | None = None
        self._loaded = threading.Event()
        threading.Thread(target=self._load, args=[load], name="load", daemon=True).start()

    def _load(self, load: Callable[[], WsgiApp]) -> None:
        try:
            self._app = load()
        finally:
            if self._app is None:
                traceback.print_exc()
                os._exit(1)  # a server that can't serve must not look healthy
        self._loaded.set()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as a WSGI application."""
        if environ["PATH_INFO"] == HEALTH and environ["REQUEST_METHOD"] == "GET":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(health()).encode()]
        self._loaded.wait()
        assert self._app is not None
        return self._app(environ, start_response)


def health() -> dict[str, str | int]:
    """Say who answers."""
    return {"stackproof": version("stackproof"), "moto": version("moto"), "pid": os.getpid()}
