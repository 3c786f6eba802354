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
from functools import cache
from http import HTTPStatus
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

Event = dict[str, Any]
Response = dict[str, Any]

PREFIX = "documents/"
LARGEST = 256 * 1024
# Shorter than the function's own time, so that a slow S3 is answered and not cut off.
_S3 = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 2, "mode": "standard"})

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))


class Refused(Exception):
    """A request that is answered with an error of the client's."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def handle(event: Event, context: Any) -> Response:
    """Answer one request; whatever goes wrong inside is logged, and told without its details."""
    request = event["requestContext"]
    method, path = request["http"]["method"], event["rawPath"]
    try:
        status, body = _route(method, path, event)
    except Refused as refusal:
        status, body = refusal.status, {"error": str(refusal)}
    except (BotoCoreError, ClientError):
        logger.exception("storage failed: %s %s", method, path)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        body = {"error": "the storage does not answer; try again", "request": request["requestId"]}
    except Exception:
        logger.exception("unexpected: %s %s", method, path)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        body = {"error": "something went wrong here", "request": request["requestId"]}
    logger.info("%s %s: %d", method, path, status)
    return {
        "statusCode": int(status),
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": "" if status == HTTPStatus.NO_CONTENT else json.dumps(body),
    }


def _route(method: str, path: str, event: Event) -> tuple[HTTPStatus, Any]:
    if path in ("/", "/health"):
        if method != "GET":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"{path} can only be read")
        return _about() if path == "/" else _health()
    key = PREFIX + path.strip("/")
    if method == "GET":
        return HTTPStatus.OK, _read(key)
    if method == "PUT":
        return _write(key, _document(event))
    if method == "DELETE":
        _s3().delete_object(Bucket=_bucket(), Key=key)
        return HTTPStatus.NO_CONTENT, None
    raise Refused(
        HTTPStatus.METHOD_NOT_ALLOWED, f"a document knows no {method}"
    )


def _about() -> tuple[HTTPStatus, Any]:
    return HTTPStatus.OK, {
        "service": os.environ["SERVICE_NAME"],
        "environment": os.environ["ENVIRONMENT"],
    }


def _health() -> tuple[HTTPStatus, Any]:
    """Be well only as long as the bucket can be reached: nothing works without it."""
    _s3().head_bucket(Bucket=_bucket())
    return HTTPStatus.OK, {"status": "healthy"}


def _read(key: str) -> Any:
    try:
        answer = _s3().get_object(Bucket=_bucket(), Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            raise Refused(HTTPStatus.NOT_FOUND, "there is no such document") from None
        raise
    return json.loads(answer["Body"].read())


def _write(key: str, document: dict[str, Any]) -> tuple[HTTPStatus, Any]:
    _s3().put_object(
        Bucket=_bucket(),
        Key=key,
        Body=json.dumps(document).encode(),
        ContentType="application/json",
    )
    return HTTPStatus.OK, document


def _document(event: Event) -> dict[str, Any]:
    text = event.get("body") or ""
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text
        if len(raw) > LARGEST:
            raise Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a document has at most {LARGEST} bytes"
            )
        document = json.loads(raw)
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is not JSON") from None
    if not isinstance(document, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "a document is a JSON object")
    return document


def _bucket() -> str:
    return os.environ["BUCKET_NAME"]


@cache
def _s3() -> Any:
    """Make the client once: Lambda keeps it for the requests that follow."""
    return boto3.client("s3", config=_S3)
