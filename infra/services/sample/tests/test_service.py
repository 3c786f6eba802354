from __future__ import annotations

import http.client
import importlib
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
service: Any = importlib.import_module("service")

NOBODY_CHECKED = ssl._create_unverified_context


@contextmanager
def _running(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    with service.Service(0, "/api/health", tls) as running:
        thread = threading.Thread(target=running.serve_forever, args=[0.01])
        thread.start()
        yield running.server_address[1]
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def certified() -> ssl.SSLContext:
    made = service.own_certificate("1.2")
    assert isinstance(made, ssl.SSLContext)
    return made


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/api/health", 200, b'{"status": "well"}\n'),
        ("GET", "/api/health?from=elsewhere", 200, b'{"status": "well"}\n'),
        ("HEAD", "/api/health", 200, b""),
        ("GET", "/api/healthy", 404, b'{"status": "not found"}\n'),
        ("GET", "/", 404, b'{"status": "not found"}\n'),
    ],
)
def test_only_the_health_path_is_answered(method: str, path: str, status: int, body: bytes) -> None:
    with _running() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request(method, path)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (status, body)
        connection.close()


def test_a_connection_serves_one_request_after_the_other() -> None:
    with _running() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        for _ in range(2):
            connection.request("GET", "/api/health")
            assert connection.getresponse().read()
        connection.close()


def test_with_a_certificate_it_speaks_tls_only(certified: ssl.SSLContext) -> None:
    with _running(certified) as port:
        secure = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=NOBODY_CHECKED())
        secure.request("GET", "/api/health")
        assert secure.getresponse().status == 200
        secure.close()
        plain = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        plain.request("GET", "/api/health")
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            plain.getresponse()
        plain.close()


def test_tls_older_than_the_minimum_is_refused(certified: ssl.SSLContext) -> None:
    old = NOBODY_CHECKED()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with _running(certified) as port:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=old)
        connection.request("GET", "/api/health")
        assert connection.getresponse().status == 200
        connection.close()
    with _running(service.own_certificate("1.3")) as port:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=old)
        with pytest.raises(ssl.SSLError, match=r"(?i)version"):
            connection.request("GET", "/api/health")
        connection.close()


def test_a_silent_client_keeps_nobody_waiting(certified: ssl.SSLContext) -> None:
    with _running(certified) as port:
        silent = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        silent.connect()
        other = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=NOBODY_CHECKED())
        other.request("GET", "/api/health")
        assert other.getresponse().status == 200
        other.close()
        silent.close()


def test_every_process_has_a_key_of_its_own(certified: ssl.SSLContext) -> None:
    shown = []
    for tls in (certified, service.own_certificate("1.2")):
        with _running(tls) as port:
            shown.append(ssl.get_server_certificate(("127.0.0.1", port)))
    assert shown[0] != shown[1]


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"HEALTH_PATH": "/health"}, "nothing is known of 'PORT'"),
        ({"PORT": "8080"}, "nothing is known of 'HEALTH_PATH'"),
        ({"PORT": "none", "HEALTH_PATH": "/health"}, "invalid literal"),
        ({"PORT": "99999", "HEALTH_PATH": "/health"}, "port must be 0-65535"),
        ({"PORT": "8080", "HEALTH_PATH": ""}, "no request has the path ''"),
        (
            {"PORT": "8080", "HEALTH_PATH": "/", "TLS_MINIMUM_VERSION": ""},
            "nothing is known of ''",
        ),
        (
            {"PORT": "8080", "HEALTH_PATH": "/", "TLS_MINIMUM_VERSION": "1.0"},
            "nothing is known of '1.0'",
        ),
        (
            {"PORT": "8443", "HEALTH_PATH": "/", "TLS_MINIMUM_VERSION": "1.2", "PATH": "/nowhere"},
            "No such file or directory: 'openssl'",
        ),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], sentence: str
) -> None:
    for variable in ("PORT", "HEALTH_PATH", "TLS_MINIMUM_VERSION"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(service.signal, "signal", lambda *_: None)
    assert sentence in _refusal()


def test_port_that_another_has_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.signal, "signal", lambda *_: None)
    monkeypatch.setenv("HEALTH_PATH", "/")
    with _running(None) as port:
        monkeypatch.setenv("PORT", str(port))
        assert "Address already in use" in _refusal()


def _refusal() -> str:
    with pytest.raises(SystemExit) as stopped:
        service.main()
    message = str(stopped.value)
    assert message.startswith("the service can't start: ")
    return message
