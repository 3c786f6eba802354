"""A proxy that spoils one operation's answers: a whole run over HTTP says what it didn't see."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from stackproof.model import Cause, NotApplicable, Unknown
from stackproof.verify import Run, verify
from tests.integration.deployments import Deployed
from tests.integration.verify.spoiling import PAGE

Spoil = Callable[[bytes], bytes]

SPOILINGS: dict[str, tuple[str, Spoil]] = {
    "cut in half": ("DescribeClusters", lambda body: body[: len(body) // 2]),
    "a page of HTML": ("GetResources", lambda body: PAGE.encode()),
    "nothing": ("DescribeSecurityGroups", lambda body: b""),
    "an object": ("DescribeKey", lambda body: b"{}"),
    "a word": ("DescribeDBClusters", lambda body: b'"ok"'),
    "a page that isn't there": (
        "ListWebACLs",
        lambda body: re.sub(rb'"NextMarker": null', b'"NextMarker": "more"', body),
    ),
}


class Proxy(ThreadingHTTPServer):
    """Passes everything on, but for what it makes of one operation's good answers."""

    daemon_threads = True

    def __init__(self, endpoint: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.target = urlsplit(endpoint).netloc
        self.operation = ""
        self.spoil: Spoil = bytes
        self.spoilt = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        there = http.client.HTTPConnection(self.server.target)
        there.request(self.command, self.path, body, dict(self.headers))
        answer = there.getresponse()
        given = answer.read()
        if answer.status == 200 and self.server.operation in (_target(self.headers), _action(body)):
            given = self.server.spoil(given)
            self.server.spoilt += 1
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(given)))
        self.end_headers()
        self.wfile.write(given)
        there.close()

    do_GET = do_POST = do_PUT = do_HEAD = _pass

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _target(headers: Any) -> str:
    return str(headers.get("X-Amz-Target", "")).rpartition(".")[2]


def _action(body: bytes) -> str:
    found = re.search(rb"Action=(\w+)", body)
    return found[1].decode() if found else ""


@pytest.fixture
def proxy(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with Proxy(deployed.server.endpoint) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.endpoint)
        yield running
        running.shutdown()


def shown(run: Run) -> dict[str, Any]:
    return {finding.fingerprint: finding.outcome for finding in run.findings}


@pytest.fixture(scope="module")
def undisturbed(deployed: Deployed) -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in deployed.environment.items():
            patch.setenv(name, value)
        yield verify(deployed.outputs, waived=deployed.waived)


@pytest.mark.parametrize("spoiling", SPOILINGS)
def test_spoilt_operation_is_unknown_in_the_whole_run(
    spoiling: str, deployed: Deployed, undisturbed: Run, proxy: Proxy
) -> None:
    proxy.operation, proxy.spoil = SPOILINGS[spoiling]
    run = verify(deployed.outputs, waived=deployed.waived)
    assert proxy.spoilt
    assert run.exit_code == 3
    before, after = shown(undisturbed), shown(run)
    unknown = {f.control.id for f in run.findings if isinstance(f.outcome, Unknown)}
    causes = {f.outcome.cause for f in run.findings if isinstance(f.outcome, Unknown)}
    assert Cause.UNREADABLE in causes
    for fingerprint, outcome in after.items():
        if not isinstance(outcome, Unknown) and fingerprint in before:
            # Why nothing is asked of it may be another reason when its tags aren't known.
            both = isinstance(outcome, NotApplicable) and isinstance(
                before[fingerprint], NotApplicable
            )
            assert both or outcome == before[fingerprint]
    lost = {f.control.id for f in undisturbed.findings if f.fingerprint not in after}
    assert lost <= unknown
