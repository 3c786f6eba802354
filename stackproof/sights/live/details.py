"""Details: the further questions about items, those that AWS answers together asked together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, cast

from stackproof.model import Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.fetch import Aws, Fetched, Found
from stackproof.sights.live.reader import AnyDetail, Batch, Details, Item, Reader
from stackproof.sights.live.translate import translated

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

    details: list[dict[str, Any]] = [{} for _ in items]
    questions = list(_questions(items, details))
    for question, answer in zip(questions, map_(ask, questions), strict=True):
        for place in question.places:
            details[place.index][place.name] = _part(answer, place)
    return list(details)


def ask_ahead(
    aws: Aws, region: str, reader: Reader, item: Item, submit: Callable[..., object]
) -> None:
    """Send the questions that are about one item alone, for who asks for all details later."""
    for question in _questions([(reader, item)], [{}]):
        if not isinstance(question.places[0].detail, Batch):
            submit(aws.fetch, question.ask, region, question.parameters)


def _questions(
    items: Sequence[tuple[Reader, Item]], details: Sequence[dict[str, Any]]
) -> Iterator[_Question]:
    """Give the questions; what an item doesn't let ask is put into its details as Unknown."""
    together: dict[tuple[Any, ...], list[_Place]] = defaultdict(list)
    for index, (reader, item) in enumerate(items):
        for name, detail in reader.details.items():
            if isinstance(detail, Batch):
                asked = translated(partial(_id, detail, item), detail.id, detail.ask)
                if isinstance(asked, Unknown):
                    details[index][name] = asked
                else:
                    id_, apart = asked
                    key = (detail.ask, detail.parameters, detail.size, apart)
                    together[key].append(_Place(index, name, detail, id_))
            else:
                ask = partial(detail.parameters, item)
                parameters = translated(ask, detail.parameters, detail.ask)
                if isinstance(parameters, Unknown):
                    details[index][name] = parameters
                else:
                    place = _Place(index, name, detail)
                    yield _Question(detail.ask, dict(parameters), (place,))
    for (_, _, size, _), places in together.items():
        for start in range(0, len(places), size):
            yield _batch(places[start : start + size])


def _id(detail: Batch, item: Item) -> tuple[str, str]:
    id_ = detail.id(item)
    if not isinstance(id_, str):
        raise TypeError(f"an id is a {type(id_).__name__}")
    return id_, detail.together(id_)


def _batch(places: Sequence[_Place]) -> _Question:
    detail = cast(Batch, places[0].detail)
    parameters = detail.parameters([place.id for place in places])
    return _Question(detail.ask, dict(parameters), tuple(places))


def _part(answer: Fetched, place: _Place) -> Any:
    if not isinstance(answer, Found):
        return answer if isinstance(answer, Unknown) else None
    if isinstance(place.detail, Batch):
        # An element that doesn't say whose it is may be anybody's: then nobody's are known whole.
        mine = partial(_about, place.detail, answer.value, place.id)
        return translated(mine, place.detail.about, place.detail.ask)
    return answer.value


def _about(detail: Batch, elements: Iterable[Item] | None, id_: str) -> list[Item]:
    return [element for element in elements or () if detail.about(element) == id_]
