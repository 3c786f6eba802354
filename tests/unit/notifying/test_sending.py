"""Notices get there, are tried again where that helps, and never tell the address they go to."""

from __future__ import annotations

import base64
import json
import re
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from stackproof.notifying.notice import Notice, notice_of
from stackproof.notifying.sending import NotifyError, send
from stackproof.record.gates import Gate, gated
from stackproof.settings.nightly_form import Channel
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, finding

SECRET = "T000-B000-xoxSECRETxox"
HOOK = Channel(to="slack", url_variable="HOOK")


class Hook(ThreadingHTTPServer):
    """Answers as it is told to, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[int] = []
        self.bodies: list[dict[str, Any]] = []
        self.logins: list[str | None] = []
        self.sleeps = 0.0
        self.location = ""

    def handle_error(self, *_: object) -> None:
        """Say nothing of who went away."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/services/{SECRET}"


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.bodies.append(json.loads(self.rfile.read(length)))
        self.server.logins.append(self.headers["Authorization"])
        time.sleep(self.server.sleeps)
        code = self.server.answers.pop(0) if self.server.answers else 200
        said = f"no such hook: {self.path}".encode()
        self.send_response(code)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Hook() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("HOOK", server.url)
        yield server
        server.shutdown()


def notice() -> Notice:
    record = night(finding(FAIL))
    made = notice_of(record, gated(record, Gate()), HOOK)
    assert made is not None
    return made


@pytest.mark.parametrize("to", ["slack", "teams", "webhook"])
def test_it_gets_there_once(hook: Hook, to: Any) -> None:
    send(notice(), Channel(to=to, url_variable="HOOK"))
    (body,) = hook.bodies
    assert "acl is public-read" in json.dumps(body)


def test_who_is_busy_twice_is_asked_a_third_time(hook: Hook) -> None:
    hook.answers = [503, 503, 200]
    send(notice(), HOOK, wait=0.01)
    assert len(hook.bodies) == 3


def test_who_stays_busy_is_given_up_after_four_times(hook: Hook) -> None:
    hook.answers = [503] * 9
    with pytest.raises(NotifyError, match=r"slack \(HOOK\): answered 503 .*, 4 times") as said:
        send(notice(), HOOK, wait=0.01)
    assert len(hook.bodies) == 4
    assert SECRET not in str(said.value)


def test_who_refuses_is_asked_once_and_its_answer_is_told_without_the_address(hook: Hook) -> None:
    hook.answers = [400]
    with pytest.raises(NotifyError) as said:
        send(notice(), HOOK, wait=0.01)
    assert str(said.value) == "slack (HOOK): answered 400 (no such hook: (hidden))"
    assert len(hook.bodies) == 1


def test_who_never_answers_is_left(hook: Hook) -> None:
    hook.sleeps = 2
    began = time.monotonic()
    with pytest.raises(NotifyError, match="4 times") as said:
        send(notice(), HOOK, wait=0.01, seconds=0.1)
    assert time.monotonic() - began < 15
    assert SECRET not in str(said.value)


def test_nobody_there_is_said(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", f"http://127.0.0.1:1/services/{SECRET}")
    with pytest.raises(NotifyError, match="could not be reached") as said:
        send(notice(), HOOK, wait=0.01)
    assert SECRET not in str(said.value)


def test_it_follows_nowhere(hook: Hook) -> None:
    hook.answers, hook.location = [307], f"http://127.0.0.1:{hook.server_address[1]}/other"
    with pytest.raises(NotifyError, match="answered 307"):
        send(notice(), HOOK)
    assert len(hook.bodies) == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "the variable HOOK holds nothing"),
        (f"http://example.org/{SECRET}", "must begin with https://"),
        (f"file:///etc/{SECRET}", "must begin with https://"),
        (SECRET, "must begin with https://"),
        (f"http://user:{SECRET}@[::1", "its address is none"),
    ],
)
def test_an_address_that_is_none_is_said_and_not_repeated(
    url: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", url)
    with pytest.raises(NotifyError, match=why) as said:
        send(notice(), HOOK)
    assert SECRET not in str(said.value)


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as takes one message."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        lines: list[bytes] = []
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                    lines.append(part)
                getattr(self.server, "mails", []).append(b"".join(lines).decode())
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


def test_an_email_gets_there_as_text_and_as_a_page() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _Mail) as server:
        mails: list[str] = []
        server.mails = mails  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"127.0.0.1:{server.server_address[1]}"
        people = ["a@example.org", "b@example.org"]
        send(
            notice(),
            Channel(to="email", server=place, sender="night@example.org", recipients=people),
        )
        server.shutdown()
    (mail,) = mails
    read = message_from_string(mail, policy=policy.default)
    assert abs(datetime.now(UTC) - read["Date"].datetime) < timedelta(minutes=1)
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", read["Message-ID"])
    assert "Subject: payments-dev: failed: 1 new failures" in mail
    assert "To: a@example.org, b@example.org" in mail
    assert "text/plain" in mail
    assert "text/html" in mail


def test_sns_is_published_to_with_a_subject_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.client import BaseClient

    asked: list[tuple[str, dict[str, Any]]] = []

    def answer(_: object, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        asked.append((operation, parameters))
        return {}

    monkeypatch.setattr(BaseClient, "_make_api_call", answer)
    topic = "arn:aws:sns:eu-west-1:123456789012:night"
    send(notice(), Channel(to="sns", topic=topic))
    ((operation, given),) = asked
    assert operation == "Publish"
    assert given["TopicArn"] == topic
    assert given["Subject"].isascii()
    assert len(given["Subject"]) < 100
    assert json.loads(given["Message"])["stack"] == "payments-dev"


@pytest.mark.parametrize(
    "login", ["night:pw-1234567890", "night:p%40w-1234567890", "token-1234567890"]
)
def test_a_login_in_an_address_is_sent_as_one_and_looked_up_nowhere(
    hook: Hook, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    def looked_up(host: str, *given: Any, **more: Any) -> Any:
        assert host == "127.0.0.1"
        return known(host, *given, **more)

    known = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setenv("HOOK", hook.url.replace("://", f"://{login}@"))
    send(notice(), HOOK)
    sent = (hook.logins[0] or "").removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == unquote(login)
    hook.answers = [403]
    with pytest.raises(NotifyError) as raised:
        send(notice(), HOOK)
    assert "1234567890" not in str(raised.value)
