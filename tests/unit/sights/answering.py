"""An AWS of canned answers, for tests of what reading makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stackproof.sights.live.ask import Ask
from stackproof.sights.live.fetch import Aws, Fetched, Found, Missing

ACCOUNT = "123456789012"
REGION = "us-east-1"

Answer = Any | Callable[[Mapping[str, Any]], Any]


class Answering(Aws):
    """Gives the answer of an operation (or what a function makes of its parameters).

    An answer of `None`, and that of any other operation, is that there is no such thing.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        super().__init__(frozenset(), "http://127.0.0.1:1")
        self._given: dict[str, Any] = {
            "sts:GetCallerIdentity": {
                "Account": ACCOUNT,
                "Arn": f"arn:aws:iam::{ACCOUNT}:user/reader",
            },
            "resourcegroupstaggingapi:GetResources": {"ResourceTagMappingList": []},
            **answers,
        }

    def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        answer = self._given.get(ask.name)
        if callable(answer):
            answer = answer(parameters)
        if answer is None:
            return Missing()
        return answer if isinstance(answer, Fetched) else Found(answer)
