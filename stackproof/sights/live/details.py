"""Details: the further questions about items, those that AWS answers together asked together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from stackproof.model import Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.fetch import Aws, Fetched, Found, Missing
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

    def ask(question: _Question) -> Fetched:
        return aws.fetch(question.ask, region, question.parameters)

    questions = list(_questions(items))
    answered = list(zip(questions, map_(ask, questions), strict=True))
    # One id that is gone by now makes AWS refuse the whole batch: the others are asked alone.
    refused = [q for q, answer in answered if isinstance(answer, Missing) and len(q.places) > 1]
    alone = [_batch([place]) for question in refused for place in question.places]
    answered = [pair for pair in answered if pair[0] not in refused]
    answered += zip(alone, map_(ask, alone), strict=True)
    details: list[dict[str, Any]] = [{} for _ in items]
    for question, answer in answered:
        for place in question.places:
            details[place.index][place.name] = _part(answer, place)
    return list(details)


def _questions(items: Sequence[tuple[Reader, Item]]) -> Iterator[_Question]:
    together: dict[tuple[Any, ...], list[_Place]] = defaultdict(list)
    for index, (reader, item) in enumerate(items):
        for name, detail in reader.details.items():
            if isinstance(detail, Batch):
                id_ = detail.id(item)
                key = (detail.ask, detail.parameters, detail.size, detail.together(id_))
                together[key].append(_Place(index, name, detail, id_))
            else:
                place = _Place(index, name, detail)
                yield _Question(detail.ask, dict(detail.parameters(item)), (place,))
    for (_, _, size, _), places in together.items():
        for start in range(0, len(places), size):
            yield _batch(places[start : start + size])


def _batch(places: Sequence[_Place]) -> _Question:
    detail = cast(Batch, places[0].detail)
    parameters = detail.parameters([place.id for place in places])
    return _Question(detail.ask, dict(parameters), tuple(places))


def _part(answer: Fetched, place: _Place) -> Any:
    if not isinstance(answer, Found):
        return answer if isinstance(answer, Unknown) else None
    if isinstance(place.detail, Batch):
        about = place.detail.about
        return [element for element in answer.value or () if about(element) == place.id]
    return answer.value
