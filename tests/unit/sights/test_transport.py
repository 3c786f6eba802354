"""A service that can't be reached costs itself; a dead endpoint is said soon; redirects as well."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from stackproof.model import Cause, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.fetch import Aws, Found
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import take
from tests.integration.verify.recording import Body

WHO = Ask("sts", "GetCallerIdentity")
KEYS = Ask("kms", "ListAliases", "Aliases")
LOGGING = Ask("s3", "GetBucketLogging", "LoggingEnabled")
ALLOWED = frozenset({(ask.service, ask.operation) for ask in (KEYS, LOGGING, WHO)})
REDIRECT = (
    b"<Error><Code>PermanentRedirect</Code><Message>m</Message>"
    b"<Endpoint>b.s3.eu-west-1.amazonaws.com</Endpoint><Bucket>b</Bucket></Error>"
)
NO_LOGGING = b"<BucketLoggingStatus/>"


@pytest.fixture
def deaf() -> Iterator[str]:
    """Give the URL of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_endpoint_that_does_not_answer_is_said_within_twenty_seconds(deaf: str) -> None:
    aws = Aws(ALLOWED, deaf, boto3.Session("x", "y"))
    began = time.monotonic()
    with pytest.raises(LiveError, match="does not answer who the caller is"):
        take(aws, readers(), regions=["us-east-1"], keys=(), own_tags={})
    assert time.monotonic() - began < 20


def test_service_that_cannot_be_reached_costs_itself_and_is_tried_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    aws = Aws(ALLOWED, "http://127.0.0.1:1", boto3.Session("x", "y"))
    seen = aws.fetch(KEYS, "us-east-1")
    assert seen == Unknown(Cause.UNAVAILABLE, detail="kms:ListAliases: EndpointConnectionError")
    assert aws.calls["kms"] == 1
    seen = aws.fetch(KEYS, "us-east-1", {"KeyId": "1"})
    assert seen == Unknown(Cause.UNAVAILABLE, detail="kms:ListAliases: UnreachableError")
    assert aws.calls["kms"] == 1


class Canned(Aws):
    """Answers what is sent to an address with what is canned for it."""

    def __init__(self, *answers: tuple[int, dict[str, str], bytes]) -> None:
        super().__init__(ALLOWED, None, boto3.Session("x", "y"))
        self._left = list(answers)
        self.sent: list[str] = []

    def client(self, service: str, region: str) -> Any:
        client = super().client(service, region)
        client.meta.events.register("before-send", self._next, unique_id="next")
        return client

    def _next(self, request: Any, **_: Any) -> AWSResponse:
        self.sent.append(request.url)
        status, given, body = self._left.pop(0)
        headers = HTTPHeaders()
        for name, value in given.items():
            headers[name] = value
        return AWSResponse(request.url, status, headers, Body(body))


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send to AWS's own addresses, as far as that."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.mark.usefixtures("real")
def test_redirect_that_says_where_is_followed() -> None:
    aws = Canned((301, {"x-amz-bucket-region": "eu-west-1"}, REDIRECT), (200, {}, NO_LOGGING))
    assert aws.fetch(LOGGING, "us-east-1", {"Bucket": "b"}) == Found(None)
    assert "eu-west-1" in aws.sent[1]


@pytest.mark.usefixtures("real")
@pytest.mark.parametrize(
    "answer",
    [
        (301, REDIRECT),
        (307, REDIRECT),
        (302, b"<html>log in</html>"),
        (301, b""),
        (400, REDIRECT.replace(b"PermanentRedirect", b"IllegalLocationConstraintException")),
    ],
    ids=["301", "307", "302", "empty", "constraint"],
)
def test_redirect_that_does_not_say_where_is_unreadable(answer: tuple[int, bytes]) -> None:
    status, body = answer
    seen = Canned((status, {}, body)).fetch(LOGGING, "us-east-1", {"Bucket": "b"})
    assert isinstance(seen, Unknown)
    assert seen.cause is Cause.UNREADABLE


@pytest.mark.usefixtures("real")
def test_region_that_refuses_what_another_accepts_is_off_and_the_run_goes_on() -> None:
    who = (
        b"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/x</Arn>"
        b"<UserId>x</UserId><Account>1</Account></GetCallerIdentityResult>"
        b"</GetCallerIdentityResponse>"
    )
    refusal = b'{"__type": "UnrecognizedClientException", "message": "The token is invalid."}'
    aws = Canned((200, {}, who), (400, {}, refusal), (400, {}, refusal))
    assert isinstance(aws.fetch(WHO, "us-east-1"), Found)
    seen = aws.fetch(KEYS, "me-south-1")
    assert isinstance(seen, Unknown)
    assert seen.cause is Cause.REGION_OFF
    with pytest.raises(LiveError, match="renew them"):
        aws.fetch(KEYS, "us-east-1")
