"""A service that says whether it is well, and nothing else.

Its environment tells it what it has to know: PORT, HEALTH_PATH and, where it is to speak TLS,
TLS_MINIMUM_VERSION (1.2 or 1.3). It writes nowhere but to a temporary folder.
"""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import tempfile
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Handler(BaseHTTPRequestHandler):
    """Answers the health path with 200, and anything else with 404."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "sample", ""
    timeout = 75  # seconds, longer than a load balancer keeps a connection that nobody uses
    server: Service

    def do_GET(self) -> None:
        """Answer a request; one with HEAD gets no body."""
        well = self.path.partition("?")[0] == self.server.health_path
        body = b'{"status": "well"}\n' if well else b'{"status": "not found"}\n'
        self.send_response(200 if well else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET


class Service(ThreadingTCPServer):
    """Serves all interfaces, one thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, health_path: str, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("", port), Handler)
        self.health_path = health_path
        if tls is not None:
            # Each thread shakes hands by itself: a slow client must not keep the others waiting.
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say in one line what went wrong with a connection."""
        print(f"{client_address[0]}: {sys.exc_info()[1]!r}", file=sys.stderr)


def own_certificate(minimum: str) -> ssl.SSLContext:
    """Make a certificate that is this process's own.

    A load balancer encrypts but does not ask who its targets are, so that no key has to be
    kept or sent anywhere: this one is in memory only once it is read.
    """
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = VERSIONS[minimum]
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
        made = ["-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
        subprocess.run(
            ["openssl", "req", "-x509", *made, "-days", "3650", "-subj", "/CN=sample"],
            check=True,
            capture_output=True,
        )
        tls.load_cert_chain(certificate, key)
    return tls


def main() -> None:
    """Serve until told to stop."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    minimum = os.environ.get("TLS_MINIMUM_VERSION")
    try:
        port, health_path = int(os.environ["PORT"]), os.environ["HEALTH_PATH"]
        if not health_path.startswith("/"):
            raise ValueError(f"no request has the path {health_path!r}")
        tls = None if minimum is None else own_certificate(minimum)
        service = Service(port, health_path, tls)
    except KeyError as missing:
        sys.exit(f"the service can't start: nothing is known of {missing}")
    except (OSError, OverflowError, ValueError, subprocess.CalledProcessError) as error:
        sys.exit(f"the service can't start: {error}")
    with service:
        service.serve_forever()


if __name__ == "__main__":
    main()
