"""Answers that leave some of a batch out: what is gone is gone, what failed was not seen."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.fetch import Aws, Fetched, Found
from stackproof.sights.live.reader import all_asks
from stackproof.sights.live.readers import readers

ASKS = {ask.name: ask for ask in all_asks(readers())}
GONE = {"repositoryName": "old", "errorCode": "RepositoryDoesNotExistException"}
HIDDEN = {"repositoryName": "shop", "errorCode": "EncryptionKeyAccessDeniedException"}


class Answering(Aws):
    """Answers everything alike."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(frozenset(), "http://127.0.0.1:1")
        self._answer = answer

    def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        return Found(self._answer)


@pytest.mark.parametrize(
    ("name", "answer", "shown"),
    [
        (
            "codecommit:BatchGetRepositories",
            {"repositories": [{"repositoryName": "api"}], "errors": [GONE]},
            [{"repositoryName": "api"}],
        ),
        ("ecs:DescribeClusters", {"clusters": [], "failures": [{"reason": "MISSING"}]}, []),
        ("ecs:DescribeServices", {"services": [], "failures": [{"reason": "MISSING"}]}, []),
    ],
)
def test_what_is_gone_leaves_the_others(
    name: str, answer: dict[str, Any], shown: list[Any]
) -> None:
    assert Answering(answer).fetch(ASKS[name], "us-east-1") == Found(shown)


@pytest.mark.parametrize(
    ("name", "answer", "code"),
    [
        (
            "codecommit:BatchGetRepositories",
            {"repositories": [{"repositoryName": "api"}], "errors": [GONE, HIDDEN]},
            "EncryptionKeyAccessDeniedException",
        ),
        (
            "ecs:DescribeClusters",
            {"clusters": [], "failures": [{"reason": "ACCESS_DENIED"}]},
            "ACCESS_DENIED",
        ),
    ],
)
def test_what_failed_is_not_taken_for_gone(name: str, answer: dict[str, Any], code: str) -> None:
    seen = Answering(answer).fetch(ASKS[name], "us-east-1")
    assert seen == Unknown(Cause.UNREADABLE, detail=f"{name} answered {code}")
