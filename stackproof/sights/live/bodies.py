"""Bodies: what botocore would take for an answer although it isn't one of the operation's.

botocore makes `{"message": …}` of JSON that does not parse, nothing of an empty body, and whatever
fits of an answer of another kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from stackproof.model import Cause
from stackproof.sights.live.errors import SpoiltError
from stackproof.sights.live.members import root_of

# The statuses by which an emulator says that it hasn't the operation.
_LACKING = (404, 405, 500, 501)
_ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")


def check(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    """Look at an answer before botocore parses it.

    Raises SpoiltError for what is not the operation's, for a redirect (but of S3, where botocore
    follows it, when it says to which region) and for a page of HTML from an endpoint that lacks
    the operation.
    """
    status: int = response_dict["status_code"]
    body: bytes = response_dict["body"]
    if status < 300:
        _check_body(operation_model, body)
    elif status < 400 and "x-amz-bucket-region" not in _lower(response_dict["headers"]):
        raise SpoiltError(f"was redirected ({status})")
    elif status >= 400 and _is_page(body):
        if status in _LACKING:
            raise SpoiltError(f"answered {status} with a page of HTML", Cause.UNSUPPORTED)
        # Without a body botocore goes by the status, in every protocol, and tries again.
        response_dict["body"] = b""


def _check_body(model: OperationModel, body: bytes) -> None:
    if not body.strip():
        raise SpoiltError("answered with nothing")
    if _is_page(body):
        raise SpoiltError("answered with a page of HTML")
    shape = model.output_shape
    if model.service_model.resolved_protocol in ("json", "rest-json"):
        value = _json(body)
        members = shape.members if isinstance(shape, StructureShape) else {}
        _check_object(value, {m.serialization.get("name", name) for name, m in members.items()})
        _check_shape(shape, value, "the answer")
        return
    payload = None if shape is None else shape.serialization.get("payload")
    if shape is not None and payload is not None and shape.members[payload].type_name == "string":
        # A bucket's policy is a document of its own.
        document = _json(body)
        _check_object(document, {"Statement"})
        if not document:
            raise SpoiltError("answered with a document of nothing")
        return
    try:
        root = ElementTree.fromstring(body).tag.rpartition("}")[2]
    except ElementTree.ParseError:
        raise SpoiltError("answered with what is not XML, or not all of it") from None
    if root != root_of(model):
        raise SpoiltError(f"answered with <{root}>, which is another operation's")


def _json(body: bytes) -> Any:
    try:
        parsed = json.loads(body)
        if _ESCAPED.search(body):  # half a character is none, and no report could be written of it
            json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise SpoiltError("answered with what is not JSON, or not all of it") from None
    return parsed


def _check_object(value: Any, names: set[str]) -> None:
    if not isinstance(value, dict):
        raise SpoiltError(f"answered with no object ({type(value).__name__})")
    if value and not names & value.keys():
        raise SpoiltError("answered with an object that is another operation's")


def _check_shape(shape: Shape | None, value: Any, name: str) -> None:
    """Look whether objects and lists are where botocore takes them for granted."""
    kind: tuple[type, ...] = ()
    match shape:
        case StructureShape() | MapShape():
            kind = (dict,)
        case ListShape():
            kind = (list,)
    if shape is None or value is None or getattr(shape, "is_document_type", False):
        return
    if not isinstance(value, kind) if kind else isinstance(value, (dict, list)):
        raise SpoiltError(f"answered with {name} of another kind ({type(value).__name__})")
    match shape:
        case StructureShape():
            for member, inner in shape.members.items():
                part = value.get(inner.serialization.get("name", member))
                if part is not None:
                    _check_shape(inner, part, member)
        case ListShape():
            for part in value:
                _check_shape(shape.member, part, name)
        case MapShape():
            for part in value.values():
                _check_shape(shape.value, part, name)


def _is_page(body: bytes) -> bool:
    return body.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html"))


def _lower(headers: Mapping[str, str]) -> set[str]:
    return {name.lower() for name in headers}
