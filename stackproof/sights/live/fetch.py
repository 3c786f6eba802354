"""Fetch: one AWS call as a value, where "there is none" and "could not look" differ."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, final

import boto3
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.parsers import ResponseParserError

from stackproof.model import Cause, Unknown
from stackproof.sights.live.ask import Ask


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


class LiveError(Exception):
    """Raised when nothing can be verified at all: one sentence for the user."""


_DENIED = {
    "403",
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Forbidden",
    "NotAuthorized",
    "UnauthorizedAccess",
    "UnauthorizedOperation",
    "WAFUnauthorizedException",
}
_THROTTLED = {
    "429",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttled",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_BAD_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_REGION_OFF = {"AuthFailure", "OptInRequired"}
_NO_CREDENTIALS = (
    "no AWS credentials were found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
)


def classify(error: ClientError, ask: Ask) -> Missing | Unknown:
    """Say what an error answer means for the question that was asked.

    An emulator that lacks an operation answers a REST call with a bare 404 and an HTML page;
    that is not the absence of a resource. Raises LiveError when the credentials are refused.
    """
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    page = message.lstrip().lower().startswith(("<!doctype html", "<html"))
    # AWS answers every GET with a code of its own. A bare 404 is a route that is not there.
    if page or status == 501 or code == "404":
        return Unknown(Cause.UNSUPPORTED, detail=ask.name)
    if code in _BAD_CREDENTIALS:
        raise LiveError(
            f"AWS refused the credentials ({code}); renew them or choose another AWS_PROFILE"
        )
    if code in _DENIED:
        return Unknown(Cause.ACCESS_DENIED, detail=ask.name)
    if code in _THROTTLED:
        return Unknown(Cause.THROTTLED, detail=ask.name)
    if code in _REGION_OFF:
        return Unknown(Cause.REGION_OFF, detail=ask.name)
    if code in ask.absent or code.startswith("NoSuch") or "NotFound" in code:
        return Missing()
    if status >= 500:
        return Unknown(Cause.UNAVAILABLE, detail=f"{ask.name} answered {status} {code}")
    return Unknown(Cause.UNREADABLE, detail=f"{ask.name} answered {code}")


@cache
def _session() -> boto3.Session:
    # A session keeps the service models it has parsed, which is most of what a client costs.
    return boto3.Session()


def all_pages(client: Any, ask: Ask, parameters: dict[str, Any]) -> dict[str, Any]:
    """Send a question and give its answer with the pages of every list put together.

    botocore knows how most operations page; for the others (WAF) the model shows by which
    member a further page is asked for.
    """
    if client.can_paginate(ask.method):
        pages = client.get_paginator(ask.method).paginate(**parameters)
        whole: dict[str, Any] = pages.build_full_result()
        return whole
    send = getattr(client, ask.method)
    answer: dict[str, Any] = send(**parameters)
    marker = page_marker(client, ask)
    page = answer
    while marker is not None and page.get(marker):
        page = send(**parameters, **{marker: page[marker]})
        for name, value in page.items():
            if isinstance(value, list):
                answer[name] = [*answer.get(name, ()), *value]
    return answer


def page_marker(client: Any, ask: Ask) -> str | None:
    """Give the member by which an operation asks for and announces a further page."""
    model = client.meta.service_model.operation_model(ask.operation)
    shapes = (model.input_shape, model.output_shape)
    if any(shape is None for shape in shapes):
        return None
    taken, given = (set(shape.members) for shape in shapes)
    return next((m for m in ("NextToken", "NextMarker", "Marker") if m in taken & given), None)


class Aws:
    """The clients of one run, which send each question once and count what they send.

    Only declared questions can be asked, so verification cannot write: an operation that is
    not in `allowed` is refused before it is sent.
    """

    def __init__(
        self,
        allowed: frozenset[tuple[str, str]],
        endpoint: str | None = None,
        session: boto3.Session | None = None,
    ) -> None:
        self.calls: Counter[str] = Counter()
        self.endpoint = endpoint or os.environ.get("AWS_ENDPOINT_URL") or None
        self._allowed = allowed
        self._session: Any = session or _session()
        self._clients: dict[tuple[str, str], Any] = {}
        self._answers: dict[tuple[Any, ...], Future[Fetched]] = {}
        self._lock = threading.Lock()
        retries: Any = {"mode": "adaptive"}
        if "AWS_MAX_ATTEMPTS" not in os.environ:
            retries["total_max_attempts"] = 6
        self._config = Config(
            retries=retries,
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=32,
            user_agent_extra="stackproof",
        )

    def fetch(self, ask: Ask, region: str, parameters: Mapping[str, Any] | None = None) -> Fetched:
        """Ask AWS, every page of the answer included; the same question is sent only once."""
        answer = self._whole(ask, region, dict(parameters or {}))
        if ask.result is None or not isinstance(answer, Found):
            return answer
        value = answer.value
        failed = {one.get("errorCode") or one.get("reason") for one in value.get(ask.failures, ())}
        if why := sorted(str(code) for code in failed - set(ask.absent)):
            return Unknown(Cause.UNREADABLE, detail=f"{ask.name} answered {', '.join(why)}")
        for member in ask.result.split("."):
            value = value.get(member) if value else None
        return Found(value)

    def _whole(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        """Give the whole answer, which several questions may want different parts of."""
        key = (ask.service, ask.operation, ask.absent, region, repr(sorted(parameters.items())))
        with self._lock:
            future = self._answers.get(key)
            if future is None:
                mine: Future[Fetched] = Future()
                self._answers[key] = mine
        if future is not None:
            return future.result()
        try:
            mine.set_result(self._send(ask, region, parameters))
        except BaseException as error:
            mine.set_exception(error)
            raise
        return mine.result()

    def client(self, service: str, region: str) -> Any:
        """Give the guarded client of a service in a region."""
        with self._lock:
            found = self._clients.get((service, region))
            if found is None:
                found = self._session.client(
                    service, region_name=region, endpoint_url=self.endpoint, config=self._config
                )
                found.meta.events.register("before-call", self._guard(service))
                found.meta.events.register("before-send", self._count(service))
                self._clients[service, region] = found
            return found

    def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        try:
            answer = all_pages(self.client(ask.service, region), ask, parameters)
        except ClientError as error:
            return classify(error, ask)
        except (NoCredentialsError, PartialCredentialsError):
            raise LiveError(_NO_CREDENTIALS) from None
        except ResponseParserError:
            return Unknown(Cause.UNSUPPORTED, detail=ask.name)
        except (ConnectionClosedError, EndpointConnectionError, HTTPClientError) as error:
            return Unknown(Cause.UNAVAILABLE, detail=f"{ask.name}: {type(error).__name__}")
        return Found(answer)

    def _guard(self, service: str) -> Callable[..., None]:
        def refuse(model: Any, **_: Any) -> None:
            if (service, model.name) not in self._allowed:
                raise LiveError(
                    f"{service}:{model.name} was refused before it was sent: verification is "
                    "read-only and no reader declares it"
                )

        return refuse

    def _count(self, service: str) -> Callable[..., None]:
        def count(**_: Any) -> None:
            with self._lock:
                self.calls[service] += 1

        return count
