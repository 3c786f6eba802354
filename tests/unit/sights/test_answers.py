"""What AWS always sends is known of every question, so that its lack is never "there is none"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from stackproof.model import Cause, Unknown
from stackproof.sights.live import pages
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.fetch import Aws, Fetched, Found
from stackproof.sights.live.members import ALWAYS, ROOTS, SOMETIMES, always, root_of
from stackproof.sights.live.reader import all_asks
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scenario_asks import SCENARIO_ASKS
from stackproof.sights.live.snapshot import IDENTITY
from stackproof.sights.live.tagging import TAGGED
from tests.integration.verify.recording import Body

ASKS = {ask.name: ask for ask in [IDENTITY, TAGGED, *all_asks(readers()), *SCENARIO_ASKS]}
SESSION: Any = boto3.Session("x", "y", region_name="us-east-1")
# Settings of which AWS may leave out everything; their root element tells that it is they.
BY_ROOT = {
    "s3:GetBucketLogging",
    "s3:GetBucketNotificationConfiguration",
    "s3:GetBucketVersioning",
    "s3:GetBucketWebsite",
}
# An empty object: AWS's way to say that there is none.
NOTHING = {"lambda:GetFunctionConcurrency", "sqs:ListQueues"}
ACLS = Ask("wafv2", "ListWebACLs", "WebACLs")
KEYS = Ask("kms", "ListAliases", "Aliases")


@cache
def client_of(service: str) -> Any:
    return SESSION.client(service)


def model(ask: Ask) -> Any:
    return client_of(ask.service).meta.service_model.operation_model(ask.operation)


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_something_is_known_of_every_answer(ask: Ask) -> None:
    found = always(ask, model(ask))
    assert found <= set(model(ask).output_shape.members)
    assert found or ask.name in BY_ROOT | NOTHING
    if model(ask).service_model.resolved_protocol == "rest-xml" and ask.service == "s3":
        payload = model(ask).output_shape.serialization.get("payload")
        assert payload or ask.name in ROOTS
        assert root_of(model(ask)) != f"{ask.operation}Response"


def test_exceptions_are_of_questions_that_are_asked() -> None:
    assert {*ALWAYS, *SOMETIMES, *ROOTS} <= set(ASKS)
    for name, member in SOMETIMES.items():
        assert member in model(ASKS[name]).output_shape.members


class Canned(Aws):
    """Answers with bodies, one after the other, the last one for ever."""

    def __init__(self, ask: Ask, *bodies: Mapping[str, Any]) -> None:
        allowed = frozenset({(ask.service, ask.operation)})
        super().__init__(allowed, "http://127.0.0.1:1", boto3.Session("x", "y"))
        self._bodies = list(bodies)

    def client(self, service: str, region: str) -> Any:
        client = super().client(service, region)
        client.meta.events.register("before-send", self._next, unique_id="next")
        return client

    def _next(self, request: Any, **_: Any) -> AWSResponse:
        body = self._bodies.pop(0) if len(self._bodies) > 1 else self._bodies[0]
        return AWSResponse(request.url, 200, HTTPHeaders(), Body(json.dumps(body).encode()))


def answered(ask: Ask, *bodies: Mapping[str, Any]) -> Fetched:
    return Canned(ask, *bodies).fetch(
        ask, "us-east-1", {"Scope": "REGIONAL"} if ask == ACLS else {}
    )


def test_page_that_announces_itself_for_ever_is_unreadable() -> None:
    page = {"NextMarker": "more", "WebACLs": [{"Name": "one"}]}
    seen = answered(ACLS, page)
    assert isinstance(seen, Unknown)
    assert seen.cause is Cause.UNREADABLE
    assert "announced twice" in seen.detail


def test_empty_pages_are_passed_over_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_EMPTY", 3)
    empty = [{"Aliases": [], "Truncated": True, "NextMarker": str(n)} for n in range(5)]
    last = {"Aliases": [{"AliasName": "alias/one"}], "Truncated": False}
    assert answered(KEYS, *empty[:3], last) == Found(last["Aliases"])
    seen = answered(KEYS, *empty)
    assert isinstance(seen, Unknown)
    assert "empty pages" in seen.detail


def test_page_that_is_cut_off_without_saying_where_is_unreadable() -> None:
    seen = answered(KEYS, {"Aliases": [{"AliasName": "alias/one"}], "Truncated": True})
    assert isinstance(seen, Unknown)
    assert "without saying which" in seen.detail


@pytest.mark.parametrize(
    "body",
    [
        {"Aliases": {"AliasName": "alias/one"}},
        {"Aliases": "alias/one"},
        {"Aliases": ["alias/one"]},
        {"Aliases": [{"AliasName": ["alias/one"]}]},
        {"Aliases": None},
        {"Keys": []},
    ],
    ids=json.dumps,
)
def test_answer_of_another_kind_is_unreadable(body: Mapping[str, Any]) -> None:
    seen = answered(KEYS, body)
    assert isinstance(seen, Unknown)
    assert seen.cause is Cause.UNREADABLE
