"""The server's own endpoints, under `/_stackproof/` (health is answered by the gate)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from stackproof.embedded.overlay.wire import Answer
from stackproof.embedded.server.http import Environ

if TYPE_CHECKING:
    from stackproof.embedded.overlay.faults import FaultBoard
    from stackproof.embedded.overlay.journal import Journal
    from stackproof.embedded.overlay.store import Store


class Endpoints:
    """POST reset, GET and DELETE calls, GET, POST and DELETE faults, GET and POST stacks."""

    PREFIX = "/_stackproof/"

    def __init__(
        self, reset_moto: Callable[[], None], store: Store, journal: Journal, faults: FaultBoard
    ) -> None:
        self._reset_moto = reset_moto
        self._store = store
        self._journal = journal
        self._faults = faults
        self._stacks: dict[str, Any] = {}
        self._routes: dict[tuple[str, str], Callable[[bytes], Any]] = {
            ("POST", "reset"): self._reset,
            ("GET", "calls"): lambda _: self._journal.calls(),
            ("DELETE", "calls"): lambda _: self._journal.clear(),
            ("GET", "faults"): lambda _: self._faults.listed(),
            ("POST", "faults"): self._faults.add,
            ("DELETE", "faults"): lambda _: self._faults.clear(),
            ("GET", "stacks"): lambda _: self._stacks,
            ("POST", "stacks"): lambda body: self._stacks.update(json.loads(body)),
        }

    def answer(self, environ: Environ) -> Answer:
        """Answer a request for one of the endpoints, in JSON."""
        route = (environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(self.PREFIX))
        function = self._routes.get(route)
        if function is None:
            known = ", ".join(f"{method} {name}" for method, name in sorted(self._routes))
            return _json(404, {"error": f"no endpoint {' '.join(route)}; there are {known}"})
        try:
            result = function(environ["wsgi.input"].getvalue())
        except ValueError as error:
            return _json(400, {"error": str(error)})
        return _json(200, result)

    def _reset(self, _: bytes) -> None:
        self._reset_moto()
        self._store.reset()
        self._faults.clear()
        self._journal.clear()
        self._stacks.clear()


def _json(status: int, document: object) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(document).encode())
