"""The HTTP front: loopback only, a thread per connection, connections kept open.

moto's own server closes every connection and lets each answer wait for it. This one reads a
request whole before the application sees it, and writes the answer at once, which makes keeping
the connection open safe. It imports nothing heavy: it listens while moto is still loading.
"""

from __future__ import annotations

import contextlib
import io
import socket
import socketserver
import sys
from collections.abc import Callable, Iterable
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote_to_bytes

from stackproof.endpoints import is_loopback, usual

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

# Set in a request's environ, it closes the connection unanswered.
DROP = "stackproof.drop"
# moto looks here for names that WSGI would fold: S3's metadata keys may have underscores.
_PRESERVED = "moto.preserved_header_names"


class BadRequestError(Exception):
    """The bytes received are no HTTP/1.1 request."""


class Connection(socketserver.StreamRequestHandler):
    """Answers one request after the other on a connection, in one write each."""

    server: WebServer
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Serve the connection until the client closes it."""
        try:
            while self._serve_one():
                pass
        except (BadRequestError, ConnectionError):
            return

    def _serve_one(self) -> bool:
        line = self.rfile.readline(65537)
        if not line:
            return False
        environ = self._environ(line)
        refusal = refused(environ)
        if refusal is not None:
            headers = [("Content-Type", "text/plain; charset=utf-8")]
            self.wfile.write(_answer("GET", "403 Forbidden", headers, refusal.encode(), keep=False))
            return False
        # In a name that it doesn't know as an address, moto takes the first part for a bucket.
        if host := environ.get("HTTP_HOST"):
            environ["HTTP_HOST"] = usual(host)
        if environ.get("HTTP_EXPECT", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        _read_body(environ, self.rfile)
        started: list[tuple[str, list[tuple[str, str]]]] = []
        body = b"".join(self.server.app(environ, lambda *start: started.append(start)))
        if environ.get(DROP):
            return False
        keep: bool = environ.get("HTTP_CONNECTION", "").lower() != "close"
        self.wfile.write(_answer(environ["REQUEST_METHOD"], *started[-1], body, keep))
        return keep

    def _environ(self, line: bytes) -> Environ:
        try:
            method, target, version = line.decode("latin-1").split()
        except ValueError:
            raise BadRequestError(line) from None
        path, _, query = target.partition("?")
        host, port = self.server.server_address[:2]
        environ: Environ = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": target,
            "RAW_URI": target,
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": version,
        }
        _read_headers(environ, self.rfile)
        return environ


def refused(environ: Environ) -> str | None:
    """Say why a request is not answered: by whatever name, a page of the web may not ask here.

    A page may have its own host name lead to this machine, or send to it across origins; both
    its browser says (RFC 9110, 7.2, "Host"; Fetch Standard, "`Origin` header"; Fetch Metadata
    Request Headers, "Sec-Fetch-Site"). What isn't a browser is asked for the right host alone.
    """
    host = environ.get("HTTP_HOST", "")
    if host and not is_loopback(f"http://{host}"):
        return f"refused: {host!r} is not this machine; ask 127.0.0.1 or localhost\n"
    origin = environ.get("HTTP_ORIGIN")
    foreign = environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("none", "same-origin")
    if foreign or (origin is not None and origin != f"http://{host}"):
        return "refused: pages of other origins may not ask here\n"
    return None


def _read_headers(environ: Environ, stream: io.BufferedIOBase) -> None:
    preserved: dict[str, str] = {}
    while (line := stream.readline(65537)) not in (b"\r\n", b"\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise BadRequestError(line)
        if "_" in name and not name.lower().startswith("x-amz-meta-"):
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if "_" in name:
            preserved[key] = name
        value = value.strip()
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    environ[_PRESERVED] = preserved


def _read_body(environ: Environ, stream: io.BufferedIOBase) -> None:
    if environ.pop("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        body = b"".join(_chunks(stream))
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)


def _chunks(stream: io.BufferedIOBase) -> Iterable[bytes]:
    while size := int(stream.readline(65537).partition(b";")[0], 16):
        yield stream.read(size)
        stream.readline(65537)
    while stream.readline(65537) not in (b"\r\n", b"\n", b""):
        pass  # trailers


def _answer(
    method: str, status: str, headers: list[tuple[str, str]], body: bytes, keep: bool
) -> bytes:
    # A HEAD answer states the length of the body that a GET would have had.
    bodiless = method == "HEAD" or status.startswith(("204", "304"))
    lines = [f"HTTP/1.1 {status}", f"Date: {formatdate(usegmt=True)}"]
    lines += [
        f"{name}: {value}"
        for name, value in headers
        if bodiless or name.lower() != "content-length"
    ]
    if not bodiless:
        lines.append(f"Content-Length: {len(body)}")
    if not keep:
        lines.append("Connection: close")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if bodiless else head + body


class WebServer(socketserver.ThreadingTCPServer):
    """Serves a WSGI application on a socket that listens already."""

    daemon_threads = True

    def __init__(self, listening: socket.socket, app: WsgiApp) -> None:
        super().__init__(listening.getsockname(), Connection, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.app = app

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log a crash and answer as moto's server does, so that clients see "can't answer"."""
        super().handle_error(request, client_address)
        page = f"<!doctype html>\n<h1>Internal Server Error</h1>\n<p>{sys.exception()!r}</p>\n"
        headers = [("Content-Type", "text/html; charset=utf-8")]
        status = "500 Internal Server Error"
        with contextlib.suppress(OSError):
            request.sendall(_answer("GET", status, headers, page.encode(), keep=False))
