"""Bodies: what botocore would take for an answer although it isn't one of the operation's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.model import Cause
from stackproof.sights.live.errors import SpoiltError

# The statuses by which an emulator says that it hasn't the operation.
_LACKING = (404, 405, 500, 501)


def check(response_dict: dict[str, Any], **_: Any) -> None:
    """Look at an answer before botocore parses it.

    Raises SpoiltError for a redirect (but of S3, where botocore follows it, when it says to which
    region) and for a page of HTML from an endpoint that lacks the operation.
    """
    status: int = response_dict["status_code"]
    if 300 <= status < 400 and "x-amz-bucket-region" not in _lower(response_dict["headers"]):
        raise SpoiltError(f"was redirected ({status})")
    if status >= 400 and is_page(response_dict["body"]):
        if status in _LACKING:
            raise SpoiltError(f"answered {status} with a page of HTML", Cause.UNSUPPORTED)
        # Without a body botocore goes by the status, in every protocol, and tries again.
        response_dict["body"] = b""


def is_page(body: bytes) -> bool:
    """Tell whether a body is a page of HTML."""
    return body.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html"))


def _lower(headers: Mapping[str, str]) -> set[str]:
    return {name.lower() for name in headers}
