"""Answer the requests of an HTTP API: is it well, what is it, and the documents that it keeps.

Runs on AWS Lambda with events of payload format 2.0 (Amazon API Gateway Developer Guide, "Create
AWS Lambda proxy integrations for HTTP APIs in API Gateway"). A document is a JSON object, kept in
the function's own bucket under the path of the request.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NoReturn

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

Event = dict[str, Any]
Response = dict[str, Any]
Answer = tuple[HTTPStatus, str]

BUCKET = os.environ["BUCKET_NAME"]
PREFIX = "documents/"
LARGEST = 256 * 1024
LONGEST_NAME = 1000  # an S3 key has at most 1024 bytes, the prefix among them
# Characters that no URL encodes, for API Gateway decodes paths: one name, one way to write it.
NAME = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")

# Made before the first request, for all of them. All its attempts together take less than the
# function's own time, so that a slow S3 is answered and not cut off.
S3 = boto3.client(
    "s3",
    config=Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"total_max_attempts": 3, "mode": "standard"},
    ),
)

# Not the root logger: at DEBUG that one would log botocore's requests with their signatures.
logger = logging.getLogger(__name__)
logger.setLevel(os.environ["LOG_LEVEL"])


class Refused(Exception):
    """A request that is answered with an error of the client's, and with `headers`."""

    def __init__(self, status: HTTPStatus, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = headers


def handle(event: Event, context: Any) -> Response:
    """Answer one request; whatever goes wrong inside is logged, and told without its details."""
    request = event["requestContext"]
    method, path = request["http"]["method"], event["rawPath"]
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    try:
        status, body = _answer(method, path, event)
    except Refused as refusal:
        status, body = refusal.status, json.dumps({"error": str(refusal)})
        headers |= refusal.headers
    except (BotoCoreError, ClientError):
        logger.exception("storage failed: %s %s", method, path)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        body = _apology("the storage does not answer; try again", request)
    except Exception:
        logger.exception("unexpected: %s %s", method, path)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        body = _apology("something went wrong here", request)
    logger.info("%s %s: %d", method, path, status)
    return {"statusCode": int(status), "headers": headers, "body": body}


def _apology(reason: str, request: Mapping[str, Any]) -> str:
    """Name the request, so that who complains about it helps to find it in the log."""
    return json.dumps({"error": reason, "request": request["requestId"]})


def _answer(method: str, path: str, event: Event) -> Answer:
    methods = _methods(path, event)
    if method not in methods:
        allowed = ", ".join(methods)
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"{path} knows only {allowed}", allow=allowed)
    return methods[method]()


def _methods(path: str, event: Event) -> Mapping[str, Callable[[], Answer]]:
    if path == "/":
        return {"GET": _about}
    if path == "/health":
        return {"GET": _health}
    key = _key(path)
    return {
        "DELETE": lambda: _delete(key),
        "GET": lambda: _read(key),
        "PUT": lambda: _write(key, _document(event)),
    }


def _about() -> Answer:
    told = {"service": os.environ["SERVICE_NAME"], "environment": os.environ["ENVIRONMENT"]}
    return HTTPStatus.OK, json.dumps(told)


def _health() -> Answer:
    """Be well only as long as the bucket can be reached: nothing works without it."""
    S3.head_bucket(Bucket=BUCKET)
    return HTTPStatus.OK, json.dumps({"status": "healthy"})


def _key(path: str) -> str:
    name = path.removeprefix("/")
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            f"a document's name has at most {LONGEST_NAME} letters, digits or any of - . _ ~, in "
            "parts that are joined by single slashes and don't begin with a dot",
        )
    return PREFIX + name


def _read(key: str) -> Answer:
    try:
        found = S3.get_object(Bucket=BUCKET, Key=key)
    except S3.exceptions.NoSuchKey:
        raise Refused(HTTPStatus.NOT_FOUND, "there is no such document") from None
    return HTTPStatus.OK, found["Body"].read().decode()


def _write(key: str, document: str) -> Answer:
    S3.put_object(Bucket=BUCKET, Key=key, Body=document.encode(), ContentType="application/json")
    return HTTPStatus.OK, document


def _delete(key: str) -> Answer:
    S3.delete_object(Bucket=BUCKET, Key=key)
    return HTTPStatus.NO_CONTENT, ""


def _document(event: Event) -> str:
    """Return the JSON object that is the request's body, as it was sent."""
    body = event.get("body") or ""
    try:
        encoded = event.get("isBase64Encoded")
        sent = base64.b64decode(body, validate=True) if encoded else body.encode()
        if len(sent) > LARGEST:
            raise Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a document has at most {LARGEST} bytes"
            )
        text = sent.decode()
        document = json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError):
        raise Refused(
            HTTPStatus.BAD_REQUEST, "the body is not JSON, or too deep to be read"
        ) from None
    if not isinstance(document, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "a document is a JSON object")
    return text


def _no_json(constant: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python would read."""
    raise ValueError(constant)
