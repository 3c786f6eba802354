"""Details: the further questions about items, those that AWS answers together asked together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from stackproof.model import Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.fetch import Aws, Fetched, Found
from stackproof.sights.live.reader import AnyDetail, Batch, Details, Item, Reader

# The built-in `map`, or the one of a thread pool.
Map: TypeAlias = Callable[
    [Callable[["_Question"], Fetched], Iterable["_Question"]], Iterable[Fetched]
]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an answer belongs: which item's which detail, asked by which id."""

    index: int
    name: str
    detail: AnyDetail
    id: str = ""


@dataclass(frozen=True, slots=True)
class _Question:
    ask: Ask
    parameters: dict[str, Any]
    places: tuple[_Place, ...]


def ask_details(
    aws: Aws, region: str, items: Sequence[tuple[Reader, Item]], map_: Map
) -> list[Details]:
    """Ask everything that the readers want to know of their items, and give it item by item."""
    questions = list(_questions(items))
    answers = map_(lambda question: aws.fetch(question.ask, region, question.parameters), questions)
    details: list[dict[str, Any]] = [{} for _ in items]
    for question, answer in zip(questions, answers, strict=True):
        for place in question.places:
            details[place.index][place.name] = _part(answer, place)
    return list(details)


def _questions(items: Sequence[tuple[Reader, Item]]) -> Iterable[_Question]:
    groups: dict[tuple[Any, ...], list[_Place]] = defaultdict(list)
    for index, (reader, item) in enumerate(items):
        for name, detail in reader.details.items():
            if isinstance(detail, Batch):
                id_ = detail.id(item)
                key = (detail.ask, detail.parameters, detail.size, detail.together(id_))
                groups[key].append(_Place(index, name, detail, id_))
            else:
                place = _Place(index, name, detail)
                yield _Question(detail.ask, dict(detail.parameters(item)), (place,))
    for (ask, parameters, size, _), places in groups.items():
        waiting = iter(places)
        while chunk := tuple(islice(waiting, size)):
            yield _Question(ask, dict(parameters([place.id for place in chunk])), chunk)


def _part(answer: Fetched, place: _Place) -> Any:
    if not isinstance(answer, Found):
        return answer if isinstance(answer, Unknown) else None
    if isinstance(place.detail, Batch):
        about = place.detail.about
        return [element for element in answer.value or () if about(element) == place.id]
    return answer.value
