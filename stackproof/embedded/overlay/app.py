"""The overlay as a WSGI layer around moto's application."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from stackproof.embedded.overlay import registry
from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.endpoints import Endpoints
from stackproof.embedded.overlay.faults import FaultBoard, act
from stackproof.embedded.overlay.journal import Journal
from stackproof.embedded.overlay.store import Store
from stackproof.embedded.overlay.wire import (
    Answer,
    Exchange,
    Request,
    recognise,
    status_line,
)
from stackproof.embedded.server.http import Environ, StartResponse, WsgiApp


class Overlay:
    """Answers what moto lacks, completes what it loses, injects faults, counts calls.

    Requests that no entry and no fault concerns pass through untouched. The requests of a service
    wait for each other: moto walks through its dictionaries while another thread adds to them,
    and answers such a request with a crash.
    """

    def __init__(self, moto: WsgiApp, reset_moto: Callable[[], None]) -> None:
        registry.load_services()
        self._moto = moto
        self._store = Store()
        self._journal = Journal()
        self._faults = FaultBoard()
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._endpoints = Endpoints(reset_moto, self._store, self._journal, self._faults)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as a WSGI application whose input is a `BytesIO`."""
        if environ["PATH_INFO"].startswith(Endpoints.PREFIX):
            return _send(self._endpoints.answer(environ), start_response)
        request = recognise(environ)
        if request is None:
            return self._moto(environ, start_response)
        fault = self._faults.take(request)
        answer = act(fault, request) if fault else None
        if answer is None:
            with self._turns[request.service]:
                answer = self._answer(request)
            answer = self._faults.veil(request, answer)
        self._journal.note(request, answer.status)
        return _send(answer, start_response)

    def _answer(self, request: Request) -> Answer:
        """Answer by an entry, else as moto does."""
        key = (request.service, request.operation)
        answer = None
        if key in registry.HANDLERS or key in registry.VALIDATORS or key in registry.POSTPROCESSORS:
            answer = self._answer_by_entry(key, request)
        return answer or ask(self._moto, request.environ)

    def _answer_by_entry(self, key: tuple[str, str], request: Request) -> Answer | None:
        exchange = Exchange(request)
        call = Call(
            request.service,
            request.operation,
            request.account,
            request.region,
            request.headers,
            self._store,
            exchange.params,
        )
        try:
            for validate in registry.VALIDATORS.get(key, ()):
                validate(call)
            handler = registry.HANDLERS.get(key)
            if handler is not None:
                return exchange.serialize(handler(call) or {})
            if key not in registry.POSTPROCESSORS:
                return None
            answer = ask(self._moto, request.environ)
            if answer.status >= 300:
                return answer
            result = exchange.parse(answer)
            for postprocess in registry.POSTPROCESSORS[key]:
                postprocess(call, result)
        except AwsError as error:
            return exchange.refuse(error)
        written = exchange.serialize(result)
        kept = {n: v for n, v in answer.headers.items() if n.lower() not in _REWRITTEN}
        return Answer(answer.status, {**kept, **written.headers}, written.body)


# Headers that belong to the body that moto wrote, not to the one that we write.
_REWRITTEN = frozenset({"content-length", "content-type", "x-amz-crc32"})


def ask(app: WsgiApp, environ: Environ) -> Answer:
    """Call a WSGI application and collect its whole answer."""
    got: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]]) -> object:
        got.update(status=int(status[:3]), headers=dict(headers))
        return None

    body = b"".join(app(environ, start))
    return Answer(got["status"], got["headers"], body)


def _send(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    # The HTTP front states the length of the body itself.
    start_response(status_line(answer.status), list(answer.headers.items()))
    return [answer.body]
