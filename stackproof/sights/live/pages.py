"""Pages: one question sent until its answer is whole, each page looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from botocore.paginate import PageIterator

from stackproof.sights.live.ask import Ask
from stackproof.sights.live.codes import denies, parts
from stackproof.sights.live.errors import SpoiltError
from stackproof.sights.live.members import lacking

# Where AWS filters after it has paged (GetResources), pages may be empty; not for ever.
_EMPTY = 1000
# The parameter that asks for a further page, and the member that tells it.
_MARKERS = (
    *((name, name) for name in ("NextToken", "NextMarker", "Marker")),
    ("ContinuationToken", "NextContinuationToken"),
)
_TRUNCATED = ("IsTruncated", "Truncated")


def all_pages(client: Any, ask: Ask, parameters: dict[str, Any]) -> dict[str, Any]:
    """Send a question and give its answer with the pages of every list put together.

    botocore knows how most operations page; for the others (WAF) the model shows by which
    member a further page is asked for. Raises SpoiltError for a page that isn't the operation's,
    and for pages without end.
    """
    send = _Sender(client, ask)
    if client.can_paginate(ask.method):
        paginator = client.get_paginator(ask.method)
        paginator.PAGE_ITERATOR_CLS = lambda method, *rest: PageIterator(send, *rest)
        answer: dict[str, Any] = paginator.paginate(**parameters).build_full_result()
        send.check_end()
        return answer
    answer = page = send(**parameters)
    marker = page_marker(client, ask)
    while marker is not None and (token := _token(page, marker)):
        page = send(**parameters, **{marker.taken: token})
        answer = joined(answer, page)
    return answer


@dataclass(frozen=True, slots=True)
class Marker:
    """The parameter that asks for a further page, and the member, or one inside, that tells it."""

    taken: str
    given: tuple[str, ...]


def page_marker(client: Any, ask: Ask) -> Marker | None:
    """Give how an operation asks for and announces a further page.

    CloudFront announces it inside of the list.
    """
    model = client.meta.service_model.operation_model(ask.operation)
    if model.input_shape is None or model.output_shape is None:
        return None
    taken, given = set(model.input_shape.members), model.output_shape.members
    for name, told in _MARKERS:
        if name in taken and told in given:
            return Marker(name, (told,))
    inside = (key for key, shape in given.items() if "NextMarker" in getattr(shape, "members", ()))
    listed = next(inside, None)
    return Marker("Marker", (listed, "NextMarker")) if listed and "Marker" in taken else None


def _token(page: Mapping[str, Any], marker: Marker) -> Any:
    value: Any = page
    for name in marker.given:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def joined(answer: Mapping[str, Any], page: Mapping[str, Any]) -> dict[str, Any]:
    """Put the lists of a further page behind those of the answer so far, at any depth."""
    whole = dict(answer)
    for name, value in page.items():
        before = answer.get(name)
        if isinstance(value, list):
            whole[name] = [*(before or ()), *value]
        elif isinstance(value, Mapping) and isinstance(before, Mapping):
            whole[name] = joined(before, value)
    return whole


class _Sender:
    """Sends for one page after the other; no page twice, and none that lacks what it must have."""

    def __init__(self, client: Any, ask: Ask) -> None:
        self._send = getattr(client, ask.method)
        self._model = client.meta.service_model.operation_model(ask.operation)
        self._ask = ask
        self._asked: set[str] = set()
        self._empty = 0
        self._last: dict[str, Any] = {}

    def __call__(self, **parameters: Any) -> dict[str, Any]:
        question = repr(sorted(parameters.items()))
        if question in self._asked:
            raise SpoiltError("the same further page was announced twice")
        self._asked.add(question)
        try:
            page: dict[str, Any] = self._send(**parameters)
        except ClientError as error:
            code, _, _ = parts(error)
            if len(self._asked) > 1 and denies(code, self._ask):
                # The page before it has shown that what is asked about is there.
                raise SpoiltError(f"answered {code} to a further page") from error
            raise
        missing = lacking(self._ask, self._model, page)
        if missing:
            raise SpoiltError(f"answered without {', '.join(missing)}")
        self._empty = 0 if _lists(page) else self._empty + 1
        if self._empty > _EMPTY:
            raise SpoiltError(f"answered with {_EMPTY} empty pages one after the other")
        self._last = page
        return page

    def check_end(self) -> None:
        """Look whether the last page says that it is the last."""
        parts = [self._last, *(p for p in self._last.values() if isinstance(p, Mapping))]
        if any(part.get(name) is True for part in parts for name in _TRUNCATED):
            raise SpoiltError("announced a further page without saying which")


def _lists(page: Mapping[str, Any]) -> bool:
    """Tell whether there is something in a page's lists."""
    parts = [page, *(part for part in page.values() if isinstance(part, Mapping))]
    return any(isinstance(value, list) and value for part in parts for value in part.values())
