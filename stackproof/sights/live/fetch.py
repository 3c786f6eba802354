"""Fetch: one AWS call as a value, where "there is none" and "could not look" differ."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias, final

from botocore.exceptions import ConnectionError as NoConnection

from stackproof.model import Cause, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.clients import Clients, Session
from stackproof.sights.live.errors import FROM_AWS, explain
from stackproof.sights.live.members import SOMETIMES
from stackproof.sights.live.pages import all_pages, joined
from stackproof.sights.live.subject import several
from stackproof.sights.live.translate import ODD


@final
@dataclass(frozen=True, slots=True)
class Found:
    """AWS answered; `value` is the part of the answer that the question names."""

    value: Any


@final
@dataclass(frozen=True, slots=True)
class Missing:
    """AWS answered that there is no such thing, or that it is not configured."""


Fetched: TypeAlias = Found | Missing | Unknown


def listed(answer: Fetched) -> list[Any]:
    """Give the elements of an answer: none where there is none, one where it is no list."""
    if not isinstance(answer, Found) or answer.value is None:
        return []
    return answer.value if isinstance(answer.value, list) else [answer.value]


class Aws:
    """Asks AWS for one run, each question once; only declared operations can be asked.

    Raises LiveError when nothing can be asked: by endpoint, credentials or settings.
    """

    def __init__(
        self,
        allowed: frozenset[tuple[str, str]],
        endpoint: str | None = None,
        session: Session | None = None,
        profile: str | None = None,
    ) -> None:
        self._clients = Clients(allowed, endpoint, session, profile)
        self._allowed = allowed
        self._answers: dict[tuple[Any, ...], Future[Fetched]] = {}
        self._lock = threading.Lock()
        self._accepted: set[str] = set()

    def forget(self, services: Collection[str] | None = None) -> None:
        """Ask everything anew from now on, or what is asked of these services only."""
        with self._lock:
            for key in [k for k in self._answers if services is None or k[0] in services]:
                del self._answers[key]

    @property
    def endpoint(self) -> str | None:
        """The URL that everything is sent to, as it may be shown, `None` for AWS's own."""
        return self._clients.endpoint

    @property
    def region(self) -> str | None:
        """The region that environment or profile choose, `None` where neither does."""
        return self._clients.region

    @property
    def calls(self) -> Counter[str]:
        """How many requests were sent, by service."""
        return self._clients.calls

    def client(self, service: str, region: str) -> Any:
        """Give the guarded client of a service in a region."""
        return self._clients.client(service, region)

    def fetch(self, ask: Ask, region: str, parameters: Mapping[str, Any] | None = None) -> Fetched:
        """Ask AWS, every page of the answer included; the same question is sent only once."""
        answer = self._whole(ask, region, dict(parameters or {}))
        if ask.result is None or not isinstance(answer, Found):
            return answer
        value = answer.value
        failed = {
            failure.get("errorCode") or failure.get("reason")
            for failure in value.get(ask.failures, ())
        }
        if why := sorted(str(code) for code in failed - set(ask.absent)):
            return Unknown(Cause.UNREADABLE, detail=f"{ask.name} answered {', '.join(why)}")
        first, *rest = ask.result.split(".")
        # Of the lists within a thing botocore puts nothing together when all of them are empty.
        if value.get(first) is None and not rest and SOMETIMES.get(ask.name) != first:
            return Unknown(Cause.UNREADABLE, detail=f"{ask.name} answered without {first}")
        for member in (first, *rest):
            value = value.get(member) if value else None
        return Found(value)

    def _whole(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        """Give the whole answer, which several questions may want different parts of."""
        where = "" if ask.any_region else region
        key = (ask.service, ask.operation, ask.absent, where, repr(sorted(parameters.items())))
        with self._lock:
            future = self._answers.get(key)
            if future is None:
                mine: Future[Fetched] = Future()
                self._answers[key] = mine
        if future is not None:
            return future.result()
        try:
            answer = self._send(ask, region, parameters)
            together = several(ask, parameters) if isinstance(answer, Missing) else None
            if together is not None:
                answer = self._apart(ask, region, parameters, together)
            mine.set_result(answer)
        except BaseException as error:
            mine.set_exception(error)
            raise
        return mine.result()

    def _apart(self, ask: Ask, region: str, parameters: dict[str, Any], together: str) -> Fetched:
        """Ask for each of several things alone: one that is gone made AWS refuse all of them."""
        answers = [
            self._whole(ask, region, {**parameters, together: [name]})
            for name in parameters[together]
        ]
        if unknown := next((each for each in answers if isinstance(each, Unknown)), None):
            return unknown
        found = [each.value for each in answers if isinstance(each, Found)]
        return Found(reduce(joined, found)) if found else Missing()

    def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        try:
            answer = all_pages(self.client(ask.service, region), ask, parameters)
        except FROM_AWS as error:
            if isinstance(error, NoConnection):
                self._clients.unreachable()
            # Credentials that one region accepts and another refuses are good: that one is off.
            elsewhere = bool(self._accepted - {region}) and region not in self._accepted
            unknown = explain(error, ask, parameters, elsewhere=elsewhere)
            return Missing() if unknown is None else unknown
        except ODD as error:
            # Credentials were had before: what is odd now is a part of the answer.
            return Unknown(Cause.UNREADABLE, detail=f"{ask.name}: {type(error).__name__}")
        self._accepted.add(region)
        return Found(answer)
