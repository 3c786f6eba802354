from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from stackproof.embedded.server.http import DROP, Environ, StartResponse, WebServer
from stackproof.embedded.server.sockets import listen


class Echo:
    """Answers with the body it got and keeps the last request."""

    seen: Environ

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.seen = environ
        if environ["PATH_INFO"] == "/crash":
            raise KeyError("lost")
        if environ["PATH_INFO"] == "/drop":
            environ[DROP] = True
            return []
        length = [("Content-Length", "77")] if environ["REQUEST_METHOD"] == "HEAD" else []
        start_response("200 OK", [("X-Here", "yes"), *length])
        return [environ["wsgi.input"].read()]


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def connection(echo: Echo) -> Iterator[socket.socket]:
    listening = listen(0)
    server = WebServer(listening, echo)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    with socket.create_connection(listening.getsockname()) as client:
        yield client
    server.shutdown()
    thread.join()
    server.server_close()


def ask(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    return connection.recv(65536)


def test_address_comes_to_the_application_as_four_numbers(
    connection: socket.socket, echo: Echo
) -> None:
    for host in (b"0x7f.1:80", b"127.1:80", b"2130706433:80", b"127.0.0.1:80"):
        ask(connection, b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
        assert echo.seen["HTTP_HOST"] == "127.0.0.1:80"


def test_a_connection_serves_many_requests(connection: socket.socket) -> None:
    for body in (b"one", b"two"):
        answer = ask(connection, b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n" + body)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"Content-Length: 3\r\n\r\n" + body)


def test_chunks_are_joined(echo: Echo, connection: socket.socket) -> None:
    head = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = ask(connection, head + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n")
    assert answer.endswith(b"\r\n\r\nabcde")
    assert echo.seen["CONTENT_LENGTH"] == "5"
    assert ask(connection, b"GET /next HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_a_client_that_waits_is_told_to_go_on(connection: socket.socket) -> None:
    head = b"PUT / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    assert ask(connection, head) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert ask(connection, b"ok").endswith(b"\r\n\r\nok")


def test_a_head_answer_has_a_length_and_no_body(connection: socket.socket) -> None:
    answer = ask(connection, b"HEAD / HTTP/1.1\r\n\r\n")
    assert answer.endswith(b"Content-Length: 77\r\n\r\n")
    assert ask(connection, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_a_client_may_close(connection: socket.socket) -> None:
    answer = ask(connection, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert b"Connection: close" in answer
    assert connection.recv(1) == b""


def test_a_dropped_request_has_no_answer(connection: socket.socket) -> None:
    assert ask(connection, b"GET /drop HTTP/1.1\r\n\r\n") == b""


def test_a_crash_is_answered_and_logged(
    connection: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = ask(connection, b"GET /crash HTTP/1.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert b"<!doctype html>" in answer
    assert b"KeyError('lost')" in answer
    assert 'raise KeyError("lost")' in capsys.readouterr().err


def test_no_http_has_no_answer(connection: socket.socket) -> None:
    assert ask(connection, b"nonsense\r\n\r\n") == b""


def test_paths_and_headers_arrive_as_wsgi_wants_them(echo: Echo, connection: socket.socket) -> None:
    ask(
        connection,
        b"GET /a%20b/%C3%BC?x=%20 HTTP/1.1\r\nHost: localhost:1\r\nX-Amz-Meta-My_Key: v\r\n"
        b"X_Forged: no\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n",
    )
    seen: dict[str, Any] = echo.seen
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/a b/ü"
    assert (seen["RAW_URI"], seen["QUERY_STRING"]) == ("/a%20b/%C3%BC?x=%20", "x=%20")
    assert (seen["HTTP_HOST"], seen["HTTP_X_TWO"]) == ("localhost:1", "1,2")
    assert seen["moto.preserved_header_names"] == {"HTTP_X_AMZ_META_MY_KEY": "X-Amz-Meta-My_Key"}
    assert "HTTP_X_FORGED" not in seen


@pytest.mark.parametrize(
    "headers",
    [
        b"Host: evil.example:5000",
        b"Host: 10.0.0.1:5000",
        b"Host: 127.0.0.1.evil.example",
        b"Host: localhost:5000\r\nOrigin: http://evil.example",
        b"Host: localhost:5000\r\nOrigin: null",
        b"Host: localhost:5000\r\nOrigin: http://localhost:8080",
        b"Host: 127.0.0.1:5000\r\nSec-Fetch-Site: cross-site",
        b"Host: 127.0.0.1:5000\r\nSec-Fetch-Site: same-site",
    ],
)
def test_page_of_the_web_is_not_answered(
    headers: bytes, echo: Echo, connection: socket.socket
) -> None:
    answer = ask(connection, b"GET /secret HTTP/1.1\r\n" + headers + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"Connection: close\r\n" in answer
    assert b"refused: " in answer
    assert not hasattr(echo, "seen")


@pytest.mark.parametrize(
    "headers",
    [
        b"Host: 127.0.0.1:5000",
        b"Host: [::1]:5000",
        b"Host: bucket.localhost:5000",
        b"Host: localhost:5000\r\nOrigin: http://localhost:5000\r\nSec-Fetch-Site: same-origin",
        b"Host: localhost:5000\r\nSec-Fetch-Site: none",
    ],
)
def test_own_host_is_answered(headers: bytes, connection: socket.socket) -> None:
    answer = ask(connection, b"GET / HTTP/1.1\r\n" + headers + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
