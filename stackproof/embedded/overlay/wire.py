"""Reading requests and writing answers through moto's own model-driven parser and serializer.

Works for every AWS protocol (ec2, query, json, rest-json, rest-xml) and leans on moto's internals:
`moto.core.responses`, `moto.core.routing`, `moto.moto_server.werkzeug_app`; hence the exact pin.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qs

import botocore.parsers
from moto.core.request import determine_request_protocol
from moto.core.responses import ActionResult, BaseResponse
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import BackendRequest
from werkzeug.exceptions import NotFound

from stackproof.embedded.overlay.call import AwsError
from stackproof.embedded.server.http import Environ

# Names that requests are signed with, where botocore's name for the service is another.
_SIGNED_AS = {
    "access-analyzer": "accessanalyzer",
    "aws-fis": "fis",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "email": "ses",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
_SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
_CLASSIC_BALANCER = re.compile(rb"(?:^|&)Version=2012-06-01(?:&|$)")


@dataclass(frozen=True, slots=True)
class Request:
    """An AWS request, recognised as far as the fast path needs."""

    environ: Environ
    body: bytes
    service: str
    operation: str
    region: str
    access_key: str

    @property
    def account(self) -> str:
        """The account that moto books the request under."""
        named: str | None = self.environ.get("HTTP_X_MOTO_ACCOUNT_ID")
        return named or get_account_id_from(self.access_key)

    @property
    def headers(self) -> dict[str, str]:
        """The request's headers by lower-case name."""
        return {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in self.environ.items()
            if name.startswith("HTTP_")
        }

    def mentions(self, text: str) -> bool:
        """Say whether path, query or body contain the text."""
        haystack = f"{self.environ['PATH_INFO']}?{self.environ.get('QUERY_STRING', '')}"
        return text in haystack or text.encode() in self.body


def recognise(environ: Environ) -> Request | None:
    """Tell service, operation and region of a signed or presigned request.

    `wsgi.input` must hold the whole body in a `BytesIO`. None for what isn't an AWS operation.
    """
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if scope:
        access_key, region, signed = scope.groups()
    else:
        credential = parse_qs(environ.get("QUERY_STRING", "")).get("X-Amz-Credential", [""])[0]
        parts = credential.split("/")
        if len(parts) != 5:
            return None
        access_key, _, region, signed, _ = parts
    body: bytes = environ["wsgi.input"].getvalue()
    service = _service(signed, environ, body)
    operation = _operation(service, environ, body)
    if operation is None:
        return None
    return Request(environ, body, service, operation, region, access_key)


def _service(signed: str, environ: Environ, body: bytes) -> str:
    path = environ["PATH_INFO"]
    if signed == "s3" and (
        path.startswith("/v20180820/") or "s3-control" in environ.get("HTTP_HOST", "")
    ):
        return "s3control"
    if signed == "apigateway" and path.startswith("/v2/"):
        return "apigatewayv2"
    if signed == "ses" and path.startswith("/v2/"):
        return "sesv2"
    if signed == "elasticloadbalancing" and _CLASSIC_BALANCER.search(body):
        return "elb"
    return _SIGNED_AS.get(signed, signed)


def _operation(service: str, environ: Environ, body: bytes) -> str | None:
    target: str | None = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return target.rpartition(".")[2]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        action = _ACTION.search(body)
        if action:
            return action[1].decode()
    from botocore.exceptions import UnknownServiceError

    try:
        operation, _ = get_service_router(service).match(_moto_request(environ, body))
    except (NotFound, NotImplementedError, UnknownServiceError):
        return None
    return operation.name


def _moto_request(environ: Environ, body: bytes) -> BackendRequest:
    return BackendRequest({**environ, "wsgi.input": io.BytesIO(body)})


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Exchange:
    """Parses one request and serializes its answer, by the service's model."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._moto = BaseResponse(service_name=request.service)
        self._moto.use_raw_body = request.service == "s3"
        self._moto.setup_class(_moto_request(request.environ, request.body))
        self._moto.region = request.region

    def params(self) -> Mapping[str, Any]:
        """The request's parameters in botocore's names."""
        self._moto._get_action()  # leaves the URI's parameters where the parser looks for them
        self._moto.parse_parameters(self._moto.normalized_request)
        return cast("Mapping[str, Any]", self._moto.params)

    def parse(self, answer: Answer) -> dict[str, Any]:
        """Parse moto's answer into botocore's names."""
        model = get_service_model(self._request.service)
        protocol = self._moto.determine_response_protocol(model)
        shape = model.operation_model(self._request.operation).output_shape
        if shape is None:
            return {}
        parsed: dict[str, Any] = botocore.parsers.create_parser(protocol).parse(
            {
                "status_code": answer.status,
                "headers": {name.lower(): value for name, value in answer.headers.items()},
                "body": answer.body,
            },
            shape,
        )
        parsed.pop("ResponseMetadata", None)
        return parsed

    def serialize(self, result: Mapping[str, Any]) -> Answer:
        """Write an answer given in botocore's names."""
        return self._write(ActionResult(dict(result)))

    def refuse(self, error: AwsError) -> Answer:
        """Write an error in the protocol's own shape."""
        with warnings.catch_warnings():
            # moto warns of codes that aren't in the model: common errors like throttling aren't.
            warnings.simplefilter("ignore")
            answer = self._write(ActionResult(error))
        return Answer(error.status or answer.status, answer.headers, answer.body)

    def _write(self, result: ActionResult) -> Answer:
        status, headers, body = self._moto.serialized(result)
        written = body.encode() if isinstance(body, str) else body
        return Answer(int(status), {name: str(value) for name, value in headers.items()}, written)


def status_line(status: int) -> str:
    """Return a WSGI status, as `200 OK`."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def protocol_of(request: Request) -> str:
    """Name the protocol that the request was written in."""
    content_type = request.environ.get("CONTENT_TYPE", "")
    return determine_request_protocol(get_service_model(request.service), content_type)
