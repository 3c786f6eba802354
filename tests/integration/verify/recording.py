"""Recording what AWS answers over HTTP, and asking again with one answer spoilt: no more HTTP."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from stackproof.sights.live.ask import Ask
from stackproof.sights.live.fetch import Aws, Fetched


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def with_body(self, body: bytes | str) -> Raw:
        """Give an answer of the same status with another body."""
        return replace(self, body=body.encode() if isinstance(body, str) else body)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, and the answers to it, page by page."""

    ask: Ask
    region: str
    parameters: dict[str, Any]
    answers: list[Raw] = field(default_factory=list)


class Recorder(Aws):
    """Asks over HTTP and keeps every answer as it came."""

    def __init__(self, allowed: frozenset[tuple[str, str]]) -> None:
        super().__init__(allowed)
        self.asked: list[Asked] = []
        self._mine = threading.local()

    def client(self, service: str, region: str) -> Any:
        client = super().client(service, region)
        client.meta.events.register("before-parse", self._keep, unique_id="keep")
        return client

    def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        self._mine.asked = Asked(ask, region, parameters)
        self.asked.append(self._mine.asked)
        return super()._send(ask, region, parameters)

    def _keep(self, response_dict: dict[str, Any], **_: Any) -> None:
        raw = Raw(
            response_dict["status_code"], dict(response_dict["headers"]), response_dict["body"]
        )
        self._mine.asked.answers.append(raw)


class Replayer(Aws):
    """Asks one question and is given answers that never came over HTTP."""

    def __init__(self, allowed: frozenset[tuple[str, str]]) -> None:
        super().__init__(allowed)
        self._left: Iterator[Raw] = iter(())

    def ask(self, asked: Asked, answers: Iterable[Raw]) -> Fetched:
        """Ask again, and be answered with these answers, one for each page."""
        self._answers.clear()
        self._left = iter(answers)
        return self.fetch(asked.ask, asked.region, asked.parameters)

    def client(self, service: str, region: str) -> Any:
        client = super().client(service, region)
        client.meta.events.register("before-send", self._answer, unique_id="answer")
        return client

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        raw = next(self._left)
        headers = HTTPHeaders()
        for name, value in raw.headers.items():
            headers[name] = value
        return AWSResponse(request.url, raw.status, headers, Body(raw.body))


class Body(io.BytesIO):
    """A body that is read as urllib3's are."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
