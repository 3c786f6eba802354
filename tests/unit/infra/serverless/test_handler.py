from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import example, given
from hypothesis import strategies as st

from infra.settings.serverless import TIMEOUT
from stackproof.embedded import faults
from stackproof.embedded.faults import Fault
from stackproof.embedded.server.control import Server, embedded_aws, environment
from tests.unit.infra.serverless.lambda_events import REQUEST, event, load_handler

BUCKET = "prod-nova-data-k7q2"
SETTINGS = {
    "BUCKET_NAME": BUCKET,
    "ENVIRONMENT": "prod",
    "LOG_LEVEL": "INFO",
    "SERVICE_NAME": "prod-nova-api-k7q2",
}
SORRY = {"error": "the storage does not answer; try again", "request": REQUEST}

Call = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An embedded AWS, and the environment in which Lambda would run the function on it."""
    with embedded_aws() as running, pytest.MonkeyPatch.context() as patch:
        reached = environment(running, "us-east-1", home=tmp_path_factory.mktemp("home"))
        for name, value in (reached | SETTINGS).items():
            patch.setenv(name, value)
        yield running


@pytest.fixture(scope="module")
def handler(server: Server) -> ModuleType:
    return load_handler()


@pytest.fixture(scope="module")
def s3(server: Server) -> Any:
    return boto3.client("s3")


@pytest.fixture(autouse=True)
def bucket(server: Server, s3: Any) -> None:
    """An empty bucket of documents in an AWS where nothing fails."""
    faults.reset(server)
    s3.create_bucket(Bucket=BUCKET)


@pytest.fixture(scope="module")
def call(handler: ModuleType) -> Call:
    """Send a request; the answer's body comes as what its JSON says."""

    def send(method: str, path: str, body: str | bytes | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = handler.handle(event(method, path, body), None)
        return answer | {"body": json.loads(answer["body"]) if answer["body"] else None}

    return send


def stored(s3: Any) -> list[str]:
    return [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_root_says_what_is_running(call: Call) -> None:
    assert call("GET", "/") == {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": {"service": "prod-nova-api-k7q2", "environment": "prod"},
    }


@pytest.mark.requirement("4.1")
def test_healthy_while_the_bucket_can_be_reached(call: Call) -> None:
    answer = call("GET", "/health")
    assert (answer["statusCode"], answer["body"]) == (200, {"status": "healthy"})


def test_not_healthy_without_the_bucket(call: Call, s3: Any) -> None:
    s3.delete_bucket(Bucket=BUCKET)
    answer = call("GET", "/health")
    assert (answer["statusCode"], answer["body"]) == (503, SORRY)


@pytest.mark.parametrize(
    ("request_line", "operation"),
    [
        ("GET /health", "HeadBucket"),
        ("GET /a", "GetObject"),
        ("PUT /a", "PutObject"),
        ("DELETE /a", "DeleteObject"),
    ],
)
def test_what_fails_inside_is_logged_and_not_told(
    call: Call,
    server: Server,
    caplog: pytest.LogCaptureFixture,
    request_line: str,
    operation: str,
) -> None:
    faults.inject(server, Fault("deny", service="s3", operation=operation))
    answer = call(*request_line.split(), "{}")
    assert (answer["statusCode"], answer["body"]) == (503, SORRY)
    (record,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert record.getMessage() == f"storage failed: {request_line}"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ClientError)
    assert operation in str(record.exc_info[1])


def test_a_passing_failure_of_the_storage_is_survived(call: Call, server: Server) -> None:
    faults.inject(server, Fault("server_error", service="s3", operation="HeadBucket", times=1))
    assert call("GET", "/health")["statusCode"] == 200


def test_all_attempts_together_end_before_the_function_is_cut_off(handler: ModuleType) -> None:
    config = handler.S3.meta.config
    attempts = config.retries["total_max_attempts"]
    assert attempts > 1
    assert attempts * (config.connect_timeout + config.read_timeout) < TIMEOUT


def test_a_document_is_kept_read_replaced_and_deleted(call: Call, s3: Any) -> None:
    assert call("PUT", "/orders/17", '{"total": 1}')["body"] == {"total": 1}
    assert call("PUT", "/orders/17", '{"total": 2}')["statusCode"] == 200
    answer = call("GET", "/orders/17")
    assert (answer["statusCode"], answer["body"]) == (200, {"total": 2})
    kept = s3.get_object(Bucket=BUCKET, Key="documents/orders/17")
    assert kept["ContentType"] == "application/json"
    assert kept["Body"].read() == b'{"total": 2}'
    assert call("DELETE", "/orders/17")["statusCode"] == 204
    assert call("GET", "/orders/17")["statusCode"] == 404
    assert stored(s3) == []


def test_an_answer_without_content_has_an_empty_body(handler: ModuleType) -> None:
    assert handler.handle(event("DELETE", "/never-was"), None)["body"] == ""


def test_a_missing_document_is_not_found(call: Call) -> None:
    answer = call("GET", "/nothing")
    assert (answer["statusCode"], answer["body"]) == (404, {"error": "there is no such document"})


def test_a_document_comes_back_as_it_was_sent(handler: ModuleType) -> None:
    sent = '{"b": 1e999,\n "a": "é", "b": 2}'
    handler.handle(event("PUT", "/a", sent), None)
    assert handler.handle(event("GET", "/a"), None)["body"] == sent


def test_an_encoded_body_is_decoded(call: Call) -> None:
    assert call("PUT", "/a", '{"name": "Zoë"}'.encode())["body"] == {"name": "Zoë"}
    assert call("GET", "/a")["body"] == {"name": "Zoë"}


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "nope",
        '{"a": 1',
        "{'a': 1}",
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": "\ud800"}',
        '{"a":' * 20_000,
        b'{"a": "\xff"}',
        '{"a": 1}'.encode("utf-16"),
    ],
    ids=range(11),
)
def test_what_is_no_json_is_refused(call: Call, s3: Any, body: str | bytes | None) -> None:
    answer = call("PUT", "/a", body)
    assert answer["statusCode"] == 400
    assert answer["body"] == {"error": "the body is not JSON, or too deep to be read"}
    assert stored(s3) == []


def test_a_body_that_is_not_encoded_as_it_says_is_refused(handler: ModuleType) -> None:
    broken = event("PUT", "/a", "{}") | {"isBase64Encoded": True}
    assert handler.handle(broken, None)["statusCode"] == 400


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "true"])
def test_what_is_no_object_is_refused(call: Call, s3: Any, body: str) -> None:
    answer = call("PUT", "/a", body)
    assert (answer["statusCode"], answer["body"]) == (400, {"error": "a document is a JSON object"})
    assert stored(s3) == []


def _of_size(size: int, letter: str = "x") -> bytes:
    """Make a document of so many bytes."""
    frame = len(b'{"a": ""}')
    times, rest = divmod(size - frame, len(letter.encode()))
    return f'{{"a": "{letter * times}{"x" * rest}"}}'.encode()


@pytest.mark.parametrize("letter", ["x", "é", "€"])
@pytest.mark.parametrize("encoded", [True, False])
def test_the_largest_document_is_measured_in_bytes(
    handler: ModuleType, call: Call, letter: str, encoded: bool
) -> None:
    fits, over = (_of_size(handler.LARGEST + more, letter) for more in (0, 1))
    assert call("PUT", "/a", fits if encoded else fits.decode())["statusCode"] == 200
    answer = call("PUT", "/a", over if encoded else over.decode())
    assert answer["statusCode"] == 413
    assert answer["body"] == {"error": "a document has at most 262144 bytes"}


@pytest.mark.parametrize("method", ["POST", "PATCH", "HEAD", "OPTIONS", "get", ""])
def test_other_methods_are_refused_and_the_right_ones_named(
    call: Call, s3: Any, method: str
) -> None:
    answer = call(method, "/a", "{}")
    assert answer["statusCode"] == 405
    assert answer["headers"]["allow"] == "DELETE, GET, PUT"
    assert answer["body"] == {"error": "/a knows only DELETE, GET, PUT"}
    assert stored(s3) == []


@pytest.mark.parametrize("path", ["/", "/health"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
def test_no_document_hides_what_the_api_says_of_itself(
    call: Call, s3: Any, method: str, path: str
) -> None:
    answer = call(method, path, "{}")
    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "GET")
    assert stored(s3) == []


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "//",
        "/a/",
        "//a",
        "/a//b",
        "/health/",
        "/..",
        "/../x",
        "/a/../../x",
        "/./a",
        "/a/..",
        "/.hidden",
        "/a/%2e%2e/b",
        "/a%2Fb",
        "/a b",
        "/a+b",
        "/a?b",
        "/a\\b",
        "/é",
        "/a\n",
        "/a\0",
        f"/{'x' * 1001}",
    ],
)
def test_names_that_can_be_read_in_two_ways_are_refused(
    call: Call, s3: Any, method: str, path: str
) -> None:
    answer = call(method, path, "{}")
    assert answer["statusCode"] == 400
    assert answer["body"]["error"].startswith("a document's name has at most 1000 letters")
    assert stored(s3) == []


@pytest.mark.parametrize("name", ["a", "A/b-c_d.e~f", "1/2/3", "x" * 1000, "a..", "~/-/_"])
def test_a_name_is_the_key_as_it_is_written(call: Call, s3: Any, name: str) -> None:
    assert call("PUT", f"/{name}", '{"a": 1}')["statusCode"] == 200
    assert stored(s3) == [f"documents/{name}"]
    assert call("GET", f"/{name}")["body"] == {"a": 1}


@given(data=st.data())
def test_a_name_is_the_same_whether_its_path_is_decoded_or_not(
    handler: ModuleType, data: st.DataObject
) -> None:
    name = data.draw(st.from_regex(handler.NAME, fullmatch=True))
    assert quote(name) == name
    assert not {"", ".", ".."} & set(name.split("/"))


@pytest.mark.requirement("4.1")
def test_what_nobody_thought_of_is_logged_and_not_told(
    call: Call, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("SERVICE_NAME")
    answer = call("GET", "/")
    assert answer["statusCode"] == 500
    assert answer["body"] == {"error": "something went wrong here", "request": REQUEST}
    (record,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert record.getMessage() == "unexpected: GET /"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], KeyError)


def test_a_document_that_others_broke_is_our_error(call: Call, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="documents/a", Body=b"\xff")
    answer = call("GET", "/a")
    assert answer["statusCode"] == 500
    assert answer["body"] == {"error": "something went wrong here", "request": REQUEST}


def test_each_request_is_logged_without_its_body(
    call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    call("PUT", "/a", '{"iban": "DE02120300000000202051"}')
    call("GET", "/b")
    assert [record.getMessage() for record in caplog.records if record.name == "handler"] == [
        "PUT /a: 200",
        "GET /b: 404",
    ]
    assert "DE0212" not in caplog.text


@pytest.fixture
def level() -> Iterator[None]:
    """Leave the handler's logger and the root one as they were."""
    loggers = [logging.getLogger(name) for name in ("handler", None)]
    before = [logger.level for logger in loggers]
    yield
    for logger, was in zip(loggers, before, strict=True):
        logger.setLevel(was)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("chosen", ["DEBUG", "INFO", "WARNING", "ERROR"])
def test_log_level_is_the_environments_and_for_our_own_lines_only(
    monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    others = logging.getLogger("botocore").getEffectiveLevel()
    monkeypatch.setenv("LOG_LEVEL", chosen)
    assert load_handler().logger.level == getattr(logging, chosen)
    assert logging.getLogger("botocore").getEffectiveLevel() == others


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("name", ["BUCKET_NAME", "LOG_LEVEL"])
def test_a_function_without_its_settings_never_starts(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(KeyError, match=name):
        load_handler()


def test_concurrent_requests_share_the_client_that_was_made_first(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(boto3, "client")
    documents = {f"/{number}": {"number": number} for number in range(24)}

    def keep_and_read(path: str) -> Any:
        call("PUT", path, json.dumps(documents[path]))
        return call("GET", path)["body"]

    with ThreadPoolExecutor(8) as pool:
        assert dict(zip(documents, pool.map(keep_and_read, documents), strict=True)) == documents


METHODS = st.sampled_from(["GET", "PUT", "DELETE"]) | st.text(max_size=8)
PATHS = st.sampled_from(["/", "/health", "/a", "/a/b"]) | st.text().map("/{}".format) | st.text()
DOCUMENTS = st.dictionaries(st.text(), st.floats() | st.text() | st.none()).map(json.dumps)
BODIES = st.none() | st.text() | st.binary() | DOCUMENTS | DOCUMENTS.map(str.encode)


@given(method=METHODS, path=PATHS, body=BODIES, encoded=st.booleans())
@example("PUT", "/a", "\ud800", False)
def test_whatever_comes_is_answered(
    handler: ModuleType, method: str, path: str, body: str | bytes | None, encoded: bool
) -> None:
    request = event(method, path, body)
    answer = handler.handle(request | {"isBase64Encoded": encoded}, None)
    assert answer.keys() == {"statusCode", "headers", "body"}
    assert answer["statusCode"] in {200, 204, 400, 404, 405, 413}
    assert all(isinstance(value, str) for value in answer["headers"].values())
    if answer["statusCode"] == 204:
        assert answer["body"] == ""
    else:
        assert isinstance(json.loads(answer["body"]), dict)
    json.dumps(answer)
