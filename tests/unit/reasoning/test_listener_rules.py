"""A rule hides another one when all that the other is about meets its conditions, and only then."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Resource, Unknown, UnresolvedError
from stackproof.reasoning.listener_rules import conditions, takes_all
from stackproof.types.tokens import LB_LISTENER_RULE


def rule(*blocks: Any) -> Resource:
    return Resource({"conditions": list(blocks)}, type=LB_LISTENER_RULE, name="rule")


def of(kind: str, *values: str, **more: Any) -> dict[str, Any]:
    return {kind: {"values": list(values), **more}}


def header(name: str, *values: str) -> dict[str, Any]:
    return of("http_header", *values, http_header_name=name)


def query(*pairs: tuple[str | None, str]) -> dict[str, Any]:
    return {"query_strings": [{"key": key, "value": value} for key, value in pairs]}


PATH, HOST, METHOD, SOURCE = "path_pattern", "host_header", "http_request_method", "source_ip"


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ([of(PATH, "/*")], [of(PATH, "/a")], True),
        ([of(PATH, "*")], [of(HOST, "a.example.com")], True),
        ([of(PATH, "/a/*")], [of(PATH, "/a/b/*")], True),
        ([of(PATH, "/a/*")], [of(PATH, "/a")], False),
        ([of(PATH, "/a/*")], [of(PATH, "/a*")], False),
        ([of(PATH, "/a?")], [of(PATH, "/ab")], True),
        ([of(PATH, "/a?")], [of(PATH, "/a*")], False),
        ([of(PATH, "/A")], [of(PATH, "/a")], False),
        ([of(PATH, "/a", "/b")], [of(PATH, "/b")], True),
        ([of(PATH, "/a")], [of(PATH, "/a", "/b")], False),
        ([of(PATH, "/a")], [of(HOST, "a.example.com")], False),
        ([of(PATH, "/a")], [of(PATH, "/a"), of(HOST, "a.example.com")], True),
        ([of(PATH, "/a"), of(HOST, "a.example.com")], [of(PATH, "/a")], False),
        ([of(HOST, "*.EXAMPLE.com")], [of(HOST, "a.example.com")], True),
        ([of(HOST, "*")], [of(PATH, "/a")], True),
        ([of(METHOD, "GET", "HEAD")], [of(METHOD, "GET")], True),
        ([of(SOURCE, "10.0.0.0/8")], [of(SOURCE, "10.1.0.0/16")], True),
        ([of(SOURCE, "10.1.0.0/16")], [of(SOURCE, "10.0.0.0/8")], False),
        ([header("X-Kind", "a*")], [header("x-kind", "ab")], True),
        ([header("X-Kind", "a*")], [header("X-Other", "ab")], False),
        ([query(("v", "1"))], [query(("v", "1"))], True),
        ([query(("v", "1"))], [query(("v", "2"))], False),
        ([query((None, "1"))], [query(("v", "1"))], False),
        ([{PATH: {"regex_values": ["^/a"]}}], [of(PATH, "^/a")], False),
        ([{PATH: {"regex_values": ["^/a"]}}], [{PATH: {"regex_values": ["^/a"]}}], True),
        ([of(PATH, "/a\\*")], [of(PATH, "/ab")], False),
    ],
)
def test_patterns_tell_what_is_taken(earlier: list[Any], later: list[Any], expected: bool) -> None:
    first, second = (conditions(rule(*said)) for said in (earlier, later))
    assert takes_all(first, second) is expected


def test_what_cannot_be_seen_is_not_guessed() -> None:
    hidden = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
    for block in (hidden, {PATH: hidden}, of(PATH, "/a") | {HOST: {"values": [hidden]}}):
        with pytest.raises(UnresolvedError):
            conditions(rule(block))
