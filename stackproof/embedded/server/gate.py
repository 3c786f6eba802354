"""Lets the port open, and health be answered, while moto is still loading; makes copies."""

from __future__ import annotations

import json
import os
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import asdict
from importlib.metadata import version

from stackproof.embedded.server.forking import Lifeline, fork
from stackproof.embedded.server.http import Environ, StartResponse, WsgiApp
from stackproof.embedded.server.state import Server

HEALTH = "/_stackproof/health"
FORK = "/_stackproof/fork"


class Gate:
    """Answers health at once; other requests wait for the application that a thread loads.

    A copy of the process is made while no request is being answered.
    """

    def __init__(self, load: Callable[[], tuple[WsgiApp, threading.Thread]]) -> None:
        self._app: WsgiApp | None = None
        self._loaded = threading.Event()
        self._warming: threading.Thread | None = None
        self._lifeline = Lifeline()
        self._answering = 0
        self._idle = threading.Condition()
        threading.Thread(target=self._load, args=[load], name="load", daemon=True).start()

    def _load(self, load: Callable[[], tuple[WsgiApp, threading.Thread]]) -> None:
        try:
            self._app, self._warming = load()
        finally:
            if self._app is None:
                traceback.print_exc()
                os._exit(1)  # a server that can't serve must not look healthy
        self._loaded.set()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as a WSGI application."""
        asked = (environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if asked == ("GET", HEALTH):
            return _json(health(), start_response)
        self._loaded.wait()
        assert self._app is not None
        if asked == ("POST", FORK):
            return _json(asdict(self._fork()), start_response)
        with self._idle:
            self._answering += 1
        try:
            return self._app(environ, start_response)
        finally:
            with self._idle:
                self._answering -= 1
                self._idle.notify_all()

    def _fork(self) -> Server:
        assert self._app is not None
        assert self._warming is not None
        self._warming.join()
        with self._idle:
            self._idle.wait_for(lambda: not self._answering)
            app, warming = self._app, self._warming
            return fork(lambda: Gate(lambda: (app, warming)), self._lifeline)


def _json(document: object, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(document).encode()]


def health() -> dict[str, str | int]:
    """Say who answers."""
    return {"stackproof": version("stackproof"), "moto": version("moto"), "pid": os.getpid()}
