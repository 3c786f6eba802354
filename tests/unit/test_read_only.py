"""Nothing is changed while a stack is verified, by whatever door of boto3 a test goes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.loaders import Loader

from stackproof.read_only import ReadOnlyError, read_only, reads
from stackproof.sights.live.reader import all_asks
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scenario_asks import SCENARIO_ASKS
from stackproof.types.changing_actions import changing_actions
from tests.unit.test_plugin import Suite, suite

__all__ = ["suite"]

pytest_plugins = "pytester"


class Answering(BaseHTTPRequestHandler):
    """Counts what reaches it, and answers as S3 would where it doesn't matter."""

    seen: list[str]

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append(f"{self.command} {self.path}")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    handler = type("Counting", (Answering,), {"seen": seen})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_address[1]}", seen
        listening.shutdown()


@pytest.fixture
def settings(server: tuple[str, list[str]]) -> Mapping[str, Any]:
    return {
        "region_name": "us-east-1",
        "endpoint_url": server[0],
        "aws_access_key_id": "nobody",
        "aws_secret_access_key": "nothing",
    }


def _client(settings: Mapping[str, Any]) -> Any:
    return boto3.client("s3", **settings)


def _by_method(settings: Mapping[str, Any]) -> None:
    _client(settings).delete_bucket(Bucket="b")


def _by_api_call(settings: Mapping[str, Any]) -> None:
    _client(settings)._make_api_call("DeleteBucket", {"Bucket": "b"})


def _by_resource(settings: Mapping[str, Any]) -> None:
    boto3.resource("s3", **settings).Bucket("b").delete()


def _by_session_of_its_own(settings: Mapping[str, Any]) -> None:
    made: Any = botocore.session.Session().create_client("s3", **settings)
    made.delete_bucket(Bucket="b")


def _by_upload(settings: Mapping[str, Any]) -> None:
    _client(settings).upload_file(__file__, "b", "k")


def _without_handlers(settings: Mapping[str, Any]) -> None:
    made = _client(settings)
    made.meta.events._emitter._handlers = type(made.meta.events._emitter._handlers)()
    made.delete_bucket(Bucket="b")


def _by_address(settings: Mapping[str, Any]) -> None:
    _client(settings).generate_presigned_url("put_object", {"Bucket": "b", "Key": "k"})


def _by_address_of_another_method(settings: Mapping[str, Any]) -> None:
    wanted = {"Bucket": "b", "Key": "k"}
    _client(settings).generate_presigned_url("get_object", wanted, HttpMethod="PUT")


def _by_form(settings: Mapping[str, Any]) -> None:
    _client(settings).generate_presigned_post("b", "k")


def _by_database_token(settings: Mapping[str, Any]) -> None:
    boto3.client("rds", **settings).generate_db_auth_token("db.example.com", 5432, "admin")


DOORS = [
    _by_method,
    _by_api_call,
    _by_resource,
    _by_session_of_its_own,
    _by_upload,
    _without_handlers,
    _by_address,
    _by_address_of_another_method,
    _by_form,
    _by_database_token,
]


@pytest.mark.parametrize("door", DOORS)
def test_every_door_is_shut_while_it_lasts_and_open_again(
    door: Callable[[Mapping[str, Any]], None],
    settings: Mapping[str, Any],
    server: tuple[str, list[str]],
) -> None:
    with read_only(), pytest.raises(ReadOnlyError, match="was refused before it was sent"):
        door(settings)
    assert server[1] == []
    door(settings)


def test_client_that_was_made_before_is_guarded(settings: Mapping[str, Any]) -> None:
    made = _client(settings)
    with read_only(), pytest.raises(ReadOnlyError, match="s3:DeleteBucket"):
        made.delete_bucket(Bucket="b")


def test_what_reads_is_sent(settings: Mapping[str, Any], server: tuple[str, list[str]]) -> None:
    with read_only():
        made = _client(settings)
        made.head_object(Bucket="b", Key="k")
        [*made.get_paginator("list_objects_v2").paginate(Bucket="b")]
        made.get_waiter("object_exists").wait(Bucket="b", Key="k")
        address = made.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"})
    assert address.startswith(server[0])
    assert {line.split()[0] for line in server[1]} == {"HEAD", "GET"}


def test_nothing_that_deletes_or_overwrites_counts_as_reading() -> None:
    actions = [action for found in changing_actions().values() for action in found]
    assert len(actions) > 3000
    assert [action for action in actions if reads(*action.split(":"))] == []


def test_nothing_that_reads_puts_or_deletes() -> None:
    loader = Loader()
    for service in loader.list_available_services("service-2"):
        model = loader.load_service_model(service, "service-2")
        for name, operation in model["operations"].items():
            method = operation["http"]["method"]
            assert not reads(service, name) or method in ("GET", "HEAD", "POST"), (service, name)


def test_everything_that_readers_and_scenarios_ask_counts_as_reading() -> None:
    asks = [*all_asks(readers()), *SCENARIO_ASKS]
    assert [ask.name for ask in asks if not reads(ask.service, ask.operation)] == []


SUITE = """
import boto3
import pytest

@pytest.fixture(scope="session")
def verification():
    return None

def delete():
    settings = {"region_name": "us-east-1", "endpoint_url": "http://127.0.0.1:1"}
    keys = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nothing"}
    boto3.client("sqs", **settings, **keys).purge_queue(QueueUrl="http://127.0.0.1:1/1/q")

def test_looks_at_the_stack(verification):
    delete()

def test_has_nothing_to_do_with_it():
    delete()

@pytest.mark.drill
def test_changes_something(verification):
    delete()
"""


@pytest.mark.parametrize("drills", [False, True])
def test_suite_guards_what_looks_at_a_stack(
    pytester: pytest.Pytester, drills: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    pytester.makepyfile(SUITE)
    options = ["--drills"] if drills else []
    result = pytester.runpytest_inprocess("--tb=line", "-rs", *options)
    said = result.stdout.str()
    # Nothing listens there: what is sent fails for that.
    assert said.count("E   stackproof.read_only.ReadOnlyError: sqs:PurgeQueue") == 1
    assert said.count("E   botocore.exceptions.EndpointConnectionError: ") == 1 + drills
    result.assert_outcomes(failed=2 + drills, skipped=1 - drills)
    assert drills or "it changes something: --drills runs it" in said


WRITE = """
import boto3, os, pytest, threading, time
from functools import partial

write = partial(
    boto3.client(
        "sqs",
        region_name="us-east-1",
        endpoint_url=os.environ["SEEN_BY"],
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",
    ).purge_queue,
    QueueUrl="http://127.0.0.1:1/1/q",
)
"""
LOOKING = "def test_it(live):\n    pass\n"
FIXTURE = """
@pytest.fixture(scope="{scope}")
def held():
    yield
    write()

{mark}
def test_it({fixtures}):
    pass
"""
# Where a run of the suite may try to change something: in a file of its folder.
PLACES = {
    "fixture asked for late": (
        "test_it.py",
        'def test_it(request):\n    request.getfixturevalue("live")\n    write()\n',
    ),
    "end of a module's fixture": (
        "test_it.py",
        FIXTURE.format(scope="module", mark="", fixtures="held, live"),
    ),
    "end of the session's fixture": (
        "test_it.py",
        FIXTURE.format(scope="session", mark="", fixtures="held"),
    ),
    "test without fixtures": ("test_it.py", "def test_it():\n    write()\n"),
    "thread that outlives its test": (
        "test_it.py",
        "def late():\n"
        "    time.sleep(0.3)\n"
        "    write()\n"
        "def test_it():\n"
        "    threading.Thread(target=late).start()\n"
        "def test_next():\n"
        "    time.sleep(1)\n",
    ),
    "module": ("test_it.py", f"write()\n{LOOKING}"),
    "collection": ("conftest.py", "def pytest_collection_modifyitems():\n    write()\n"),
    "start of a test": ("conftest.py", "def pytest_runtest_logstart():\n    write()\n"),
    "end of the session": ("conftest.py", "def pytest_sessionfinish():\n    write()\n"),
}


@pytest.fixture
def sent(server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a suite sends that has `WRITE`."""
    monkeypatch.setenv("SEEN_BY", server[0])
    return server[1]


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
@pytest.mark.parametrize("place", PLACES)
def test_nothing_in_a_run_that_verifies_changes_anything(
    place: str, workers: str, suite: Suite, sent: list[str]
) -> None:
    folder = suite.pytester.path / "scenarios"
    (folder / "test_it.py").write_text(LOOKING)
    file, source = PLACES[place]
    (folder / file).write_text(WRITE + source)
    result = suite.run("scenarios", workers)
    assert sent == []
    shown = result.stdout.str() + result.stderr.str()
    assert "sqs:PurgeQueue was refused before it was sent" in shown
    assert "a defect of stackproof" not in shown
    assert "INTERNALERROR" not in shown
    # What a thread raises is a warning of pytest's.
    assert result.ret != 0 or place.startswith("thread"), shown


@pytest.mark.parametrize("scope", ["function", "module", "session"])
def test_drill_puts_back_what_it_changed(scope: str, suite: Suite, sent: list[str]) -> None:
    suite.scenario(WRITE + FIXTURE.format(scope=scope, mark="@pytest.mark.drill", fixtures="held"))
    suite.run("scenarios")
    assert sent == []
    suite.run("scenarios", "--drills")
    assert len(sent) == 1


def test_drill_that_is_interrupted_puts_back_what_it_changed(suite: Suite, sent: list[str]) -> None:
    drill = FIXTURE.format(scope="function", mark="@pytest.mark.drill", fixtures="held")
    suite.scenario(WRITE + drill.replace("    pass", "    signal.raise_signal(signal.SIGINT)"))
    file = suite.pytester.path / "scenarios" / "test_it.py"
    file.write_text(f"import signal\n{file.read_text()}")
    before = signal.getsignal(signal.SIGINT)
    try:
        suite.pytester.runpytest_inprocess("scenarios", "--drills", no_reraise_ctrlc=True)
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(sent) == 1


@pytest.mark.parametrize("argument", [".", "others"])
def test_tests_beside_the_scenarios_change_what_they_like(
    argument: str, suite: Suite, sent: list[str]
) -> None:
    suite.scenario(LOOKING)
    others = suite.pytester.path / "others"
    others.mkdir()
    (others / "test_other.py").write_text(f"{WRITE}def test_other():\n    write()\n")
    suite.run(argument)
    assert len(sent) == 1


def test_docs_say_what_the_guard_cannot_do() -> None:
    limits = (Path(__file__).parents[2] / "docs" / "read-only.md").read_text()
    assert "read-only-policy.json" in limits
