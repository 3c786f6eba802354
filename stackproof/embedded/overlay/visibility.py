"""Answering as AWS does while what was just made is not visible everywhere yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.utils import get_service_model

from stackproof.embedded.overlay.call import AwsError
from stackproof.embedded.overlay.wire import Answer, Exchange, Request

_READS = ("Describe", "List", "Get", "BatchGet", "Head", "Search")
_ABSENT = ("NotFound", "NoSuch", "DoesNotExist", "NonExistent")


def is_read(operation: str) -> bool:
    """Tell whether an operation only looks."""
    return operation.startswith(_READS)


def veil(text: str, request: Request, answer: Answer) -> Answer | None:
    """Give an answer without the thing that `text` names; None where it doesn't show it.

    EC2 API Reference, "Eventual consistency"; IAM User Guide, "Changes that I make are not always
    immediately visible": a question for the thing finds nothing, a listing is without it.
    """
    if answer.status >= 300:
        return None
    exchange = Exchange(request)
    result = exchange.parse(answer)
    lists = [(holder, name) for holder, name in _lists(result) if _names(holder[name], text)]
    if not lists:
        return exchange.refuse(_absent(request)) if request.mentions(text) else None
    for holder, name in lists:
        holder[name] = [item for item in holder[name] if not _is(item, text)]
    written = exchange.serialize(result)
    return Answer(answer.status, written.headers, written.body)


def _lists(result: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Give where an answer lists things: at its top, or in the one thing that it holds."""
    for name, value in result.items():
        if isinstance(value, list):
            yield result, name
        elif isinstance(value, dict):
            yield from ((value, inner) for inner, v in value.items() if isinstance(v, list))


def _names(items: list[Any], text: str) -> bool:
    return any(_is(item, text) for item in items)


def _is(item: Any, text: str) -> bool:
    """Tell whether a listed thing is called so itself: what it holds may be others' names."""
    own = item.values() if isinstance(item, Mapping) else [item]
    return any(isinstance(value, str) and text in value for value in own)


def _absent(request: Request) -> AwsError:
    """Give the error with which the operation says that there is no such thing."""
    if request.service == "s3":
        return AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
    model = get_service_model(request.service).operation_model(request.operation)
    for shape in model.error_shapes:
        code = str(shape.metadata.get("error", {}).get("code", shape.name))
        if any(word in f"{shape.name} {code}" for word in _ABSENT):
            return AwsError(code, "There is no such thing.")
    return AwsError("ResourceNotFoundException", "There is no such thing.", 404)
