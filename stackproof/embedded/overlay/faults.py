"""Answering with the errors that AWS answers, in each protocol's shape."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict

from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from stackproof.embedded.faults import Fault
from stackproof.embedded.overlay.call import AwsError
from stackproof.embedded.overlay.visibility import is_read, veil
from stackproof.embedded.overlay.wire import Answer, Exchange, Request, protocol_of
from stackproof.embedded.server.http import DROP

# Where the name in IAM actions isn't botocore's name for the service.
_IAM_PREFIX = {
    "elbv2": "elasticloadbalancing",
    "elb": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "efs": "elasticfilesystem",
}


class FaultBoard:
    """The faults that are injected at present."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._left: list[int | None] = []
        self._since: list[float] = []

    def add(self, body: bytes) -> None:
        """Add faults given as a JSON list."""
        faults = [Fault.from_document(document) for document in json.loads(body)]
        with self._lock:
            self._faults += faults
            self._left += [fault.times for fault in faults]
            self._since += [time.monotonic()] * len(faults)

    def clear(self) -> None:
        """Take all faults back."""
        with self._lock:
            self._faults.clear()
            self._left.clear()
            self._since.clear()

    def listed(self) -> list[dict[str, object]]:
        """Return the faults with the number of times left."""
        with self._lock:
            pairs = zip(self._faults, self._left, strict=True)
            return [{**asdict(fault), "times": left} for fault, left in pairs]

    def take(self, request: Request) -> Fault | None:
        """Return the first fault for the request, using up one of its times."""
        if not self._faults:
            return None
        with self._lock:
            for index, fault in enumerate(self._faults):
                left = self._left[index]
                if left != 0 and fault.kind != "unseen" and _concerns(fault, request):
                    if left is not None:
                        self._left[index] = left - 1
                    return fault
        return None

    def veil(self, request: Request, answer: Answer) -> Answer:
        """Take out of an answer what is not visible yet."""
        if not self._faults or not is_read(request.operation):
            return answer
        for index, fault in enumerate([*self._faults]):
            if fault.kind == "unseen" and self._lasts(index) and _aims_at(fault, request):
                veiled = veil(str(fault.resource), request, answer)
                if veiled is not None:
                    answer = veiled
                    self._use(index)
        return answer

    def _lasts(self, index: int) -> bool:
        left, fault = self._left[index], self._faults[index]
        if left is not None:
            return left > 0
        return time.monotonic() < self._since[index] + fault.seconds

    def _use(self, index: int) -> None:
        with self._lock:
            left = self._left[index]
            self._left[index] = None if left is None else left - 1


def _aims_at(fault: Fault, request: Request) -> bool:
    return (
        fault.service in ("*", request.service)
        and fault.operation in ("*", request.operation)
        and fault.region in (None, request.region)
    )


def _concerns(fault: Fault, request: Request) -> bool:
    return _aims_at(fault, request) and (fault.resource is None or request.mentions(fault.resource))


def act(fault: Fault, request: Request) -> Answer | None:
    """Answer as the fault says; None when the request is to be answered after all.

    A dropped connection is answered with status 0, which nobody sees.
    """
    match fault.kind:
        case "delay":
            time.sleep(fault.seconds)
            return None
        case "drop":
            request.environ[DROP] = True
            return Answer(0, {}, b"")
        case "unsupported":
            return _unsupported(request)
        case "throttle":
            return Exchange(request).refuse(_throttled(request))
        case "deny":
            return Exchange(request).refuse(_denied(request))
        case "server_error":
            code = "InternalError" if request.service in ("ec2", "s3") else "InternalFailure"
            message = "We encountered an internal error. Please try again."
            return Exchange(request).refuse(AwsError(code, message, 500))
        case "unseen":
            return None  # what it leaves out is known once there is an answer


def _throttled(request: Request) -> AwsError:
    """Throttle: https://docs.aws.amazon.com/general/latest/gr/api-retries.html and each service."""
    match request.service, protocol_of(request):
        case "ec2", _:
            return AwsError("RequestLimitExceeded", "Request limit exceeded.", 503)
        case "s3", _:
            return AwsError("SlowDown", "Please reduce your request rate.", 503)
        case "lambda", _:
            return AwsError("TooManyRequestsException", "Rate Exceeded.", 429)
        case _, "rest-json":
            return AwsError("ThrottlingException", "Rate exceeded", 429)
        case _, "json":
            return AwsError("ThrottlingException", "Rate exceeded", 400)
        case _:
            return AwsError("Throttling", "Rate exceeded", 400)


def _denied(request: Request) -> AwsError:
    """Deny: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html."""
    prefix = _IAM_PREFIX.get(request.service, request.service)
    action = f"{prefix}:{request.operation}"
    message = (
        f"User: arn:aws:iam::{request.account}:user/testing is not authorized to perform: {action} "
        f"because no identity-based policy allows the {action} action"
    )
    if request.service == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
        return AwsError("UnauthorizedOperation", message, 403)
    if request.service == "sns":
        return AwsError("AuthorizationError", message, 403)
    protocol = protocol_of(request)
    compatible = "awsQueryCompatible" in get_service_model(request.service).metadata
    if protocol in ("json", "rest-json") and not compatible:
        return AwsError("AccessDeniedException", message, 403 if protocol == "rest-json" else 400)
    return AwsError("AccessDenied", message, 403)


def _unsupported(request: Request) -> Answer:
    """Answer as moto does for an operation that it lacks: a page of HTML."""
    rest = protocol_of(request).startswith("rest-")
    error: HTTPException = NotFound() if rest else InternalServerError()
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return Answer(error.code or 500, headers, error.get_body().encode())
