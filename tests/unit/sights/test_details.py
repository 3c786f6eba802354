"""Batches: how many questions are asked, and whose each part of an answer is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stackproof.model import Cause, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.details import ask_details
from stackproof.sights.live.fetch import Aws, Fetched, Found, Missing
from stackproof.sights.live.reader import Batch, Details, Item, Key, Reader

TAGS = Ask("elbv2", "DescribeTags", "TagDescriptions")
DENIED = Unknown(Cause.ACCESS_DENIED)


class Aws20(Aws):
    """Gives every id the tag of its own name; fails for a batch with an id that is gone."""

    def __init__(self, gone: str = "", denied: bool = False) -> None:
        super().__init__(frozenset(), "http://127.0.0.1:1")
        self.asked: list[list[str]] = []
        self._gone = gone
        self._denied = denied

    def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        ids: list[str] = parameters["Ids"]
        self.asked.append(ids)
        if self._denied:
            return DENIED
        if self._gone in ids:
            return Missing()
        return Found({"TagDescriptions": [{"Of": id_, "Tag": id_} for id_ in ids]})


def _ask_for(ids: Sequence[str]) -> dict[str, Any]:
    return {"Ids": list(ids)}


def _reader(type_: str) -> Reader:
    tags = Batch(
        TAGS,
        id=lambda item: str(item["Id"]),
        parameters=_ask_for,
        about=lambda element: str(element["Of"]),
        size=3,
        together=lambda id_: id_[0],
    )
    return Reader(
        types=(type_,),
        listing=Ask("elbv2", "DescribeLoadBalancers"),
        key=lambda item, scope: Key(item["Id"]),
        build=lambda item, details, scope: (),
        arn_service="elasticloadbalancing",
        details={"tags": tags},
    )


def _details(aws: Aws20, *ids: str) -> list[Details]:
    readers = [_reader("balancer"), _reader("group")]
    items: list[tuple[Reader, Item]] = [
        (readers[number % 2], {"Id": id_}) for number, id_ in enumerate(ids)
    ]
    return ask_details(aws, "us-east-1", items, map)


def test_items_of_several_readers_are_asked_together_up_to_the_limit() -> None:
    aws = Aws20()
    details = _details(aws, "a1", "a2", "a3", "a4")
    assert [len(ids) for ids in aws.asked] == [3, 1]
    assert [found["tags"][0]["Tag"] for found in details] == ["a1", "a2", "a3", "a4"]


def test_what_cannot_be_asked_together_is_asked_apart() -> None:
    aws = Aws20()
    _details(aws, "a1", "b1", "a2")
    assert aws.asked == [["a1", "a2"], ["b1"]]


def test_one_that_is_gone_does_not_take_the_tags_of_the_others() -> None:
    details = _details(Aws20(gone="a2"), "a1", "a2", "a3")
    assert [found["tags"] for found in details] == [
        [{"Of": "a1", "Tag": "a1"}],
        [],
        [{"Of": "a3", "Tag": "a3"}],
    ]


def test_a_hidden_answer_is_hidden_for_all_who_asked() -> None:
    details = _details(Aws20(denied=True), "a1", "a2")
    assert [found["tags"] for found in details] == [DENIED, DENIED]


def test_an_element_that_does_not_say_whose_it_is_hides_the_batch() -> None:
    class Odd(Aws20):
        def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
            return Found({"TagDescriptions": [{"Of": "a1", "Tag": "a1"}, {"Tag": "a2"}]})

    for found in _details(Odd(), "a1", "a2"):
        assert isinstance(found["tags"], Unknown)
        assert "found no 'Of'" in found["tags"].detail


def test_an_item_that_cannot_be_asked_about_leaves_the_others() -> None:
    aws = Aws20()
    items: list[tuple[Reader, Item]] = [
        (_reader("balancer"), {}),
        (_reader("balancer"), {"Id": "b"}),
    ]
    odd, good = ask_details(aws, "us-east-1", items, map)
    assert isinstance(odd["tags"], Unknown)
    assert good["tags"] == [{"Of": "b", "Tag": "b"}]
    assert aws.asked == [["b"]]
