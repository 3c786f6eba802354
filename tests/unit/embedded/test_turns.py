"""Requests of one service are answered one after the other, those of several side by side."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable
from typing import Any

from stackproof.embedded.overlay.app import Overlay
from stackproof.embedded.server.http import Environ, StartResponse


class Moto:
    """A moto that answers when it is told to, and knows how many requests it is answering."""

    def __init__(self, together: int) -> None:
        self.entered = threading.Semaphore(0)
        self.leave = threading.Event()
        self.answering = 0
        self.most = 0
        self._all_there = threading.Barrier(together)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.answering += 1
        self.most = max(self.most, self.answering)
        self.entered.release()
        if self._all_there.parties > 1:
            self._all_there.wait(timeout=20)
        self.leave.wait(timeout=20)
        self.answering -= 1
        start_response("200 OK", [])
        return [b"<DescribeRegionsResponse/>"]


def _ask(overlay: Overlay, service: str, action: str) -> threading.Thread:
    body = f"Action={action}".encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "HTTP_HOST": f"{service}.us-east-1.amazonaws.com",
        "HTTP_AUTHORIZATION": f"Credential=x/20260101/us-east-1/{service}/aws4_request",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    thread = threading.Thread(target=overlay, args=(environ, lambda *_: None))
    thread.start()
    return thread


def test_requests_of_a_service_wait_for_each_other() -> None:
    moto = Moto(together=1)
    overlay = Overlay(moto, lambda: None)
    threads = [_ask(overlay, "ec2", "DescribeRegions") for _ in range(3)]
    assert moto.entered.acquire(timeout=20)
    assert not moto.entered.acquire(timeout=0.1)
    moto.leave.set()
    for thread in threads:
        thread.join()
    assert moto.most == 1


def test_services_do_not_wait_for_each_other() -> None:
    moto = Moto(together=2)
    moto.leave.set()
    overlay = Overlay(moto, lambda: None)
    threads = [
        _ask(overlay, "ec2", "DescribeRegions"),
        _ask(overlay, "sts", "GetCallerIdentity"),
    ]
    for thread in threads:
        thread.join()
    assert moto.most == 2
