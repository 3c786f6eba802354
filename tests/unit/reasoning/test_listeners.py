"""The first rule that an ordinary request meets answers it."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Block, Cause, Resource, Sight, Stack, Unknown, UnresolvedError
from stackproof.reasoning.listeners import Request, answer, forwards_to, listener_on
from stackproof.types.tokens import LB, LB_LISTENER, LB_LISTENER_RULE

BALANCER = Resource({}, type=LB, name="alb", id="alb")
LISTENER = Resource(
    {
        "load_balancer_arn": "alb",
        "port": 443,
        "default_actions": [{"type": "fixed-response"}],
    },
    type=LB_LISTENER,
    name="https",
    id="https",
)


def rule(priority: Any, group: str, *conditions: Any) -> Resource:
    said = {
        "listener_arn": "https",
        "priority": priority,
        "conditions": list(conditions),
        "actions": [{"type": "forward", "target_group_arn": group}],
    }
    return Resource(said, type=LB_LISTENER_RULE, name=group, id=group)


def path(*patterns: str) -> dict[str, Any]:
    return {"path_pattern": {"values": list(patterns)}}


OWN = rule(20, "api", path("/api/*"))


def leads(*rules: Resource, request: str = "/api/orders", **of: str) -> frozenset[str]:
    stack = Stack([BALANCER, LISTENER, *rules], Sight.LIVE)
    return forwards_to(answer(LISTENER, Request(request, **of), stack))


def test_path_leads_to_the_group_of_its_rule() -> None:
    assert leads(OWN) == {"api"}
    assert leads(OWN, request="/API/orders") == set()
    assert leads(OWN, request="/orders") == set()


@pytest.mark.parametrize(
    ("condition", "takes"),
    [
        (path("/*"), True),
        (path("/other/*", "/api/o?ders"), True),
        (path("/other/*"), False),
        (path("/a$i/*"), False),
        ({"host_header": {"values": ["*.EXAMPLE.com"]}}, True),
        ({"host_header": {"values": ["shop.example.com"]}}, False),
        ({"http_request_method": {"values": ["GET", "HEAD"]}}, True),
        ({"http_request_method": {"values": ["POST"]}}, False),
        ({"source_ip": {"values": ["0.0.0.0/1", "128.0.0.0/1"]}}, True),
        ({"source_ip": {"values": ["203.0.113.0/24"]}}, False),
        ({"http_header": {"http_header_name": "User-Agent", "values": ["*"]}}, True),
        ({"http_header": {"http_header_name": "X-Canary", "values": ["yes"]}}, False),
        ({"query_strings": [{"key": "v", "value": "2"}]}, False),
    ],
)
def test_rule_before_it_takes_what_meets_its_condition(condition: Any, takes: bool) -> None:
    assert leads(rule(1, "thief", condition), OWN) == ({"thief"} if takes else {"api"})
    assert leads(rule("30", "late", condition), OWN) == {"api"}


def test_all_conditions_of_a_rule_must_be_met() -> None:
    both = rule(1, "thief", path("/*"), {"http_request_method": {"values": ["POST"]}})
    assert leads(both, OWN) == {"api"}
    assert leads(both, OWN, method="POST") == {"thief"}


def test_rule_without_conditions_takes_everything() -> None:
    assert leads(rule(1, "thief"), OWN) == {"thief"}


def test_weights_decide_who_gets_requests() -> None:
    groups: list[dict[str, Any]] = [
        {"arn": "blue", "weight": 9},
        {"arn": "green", "weight": "1"},
        {"arn": "old"},
    ]
    spread = {"type": "forward", "forward": {"target_groups": groups}}
    assert forwards_to(Block(spread)) == {"blue", "green", "old"}
    groups[1]["weight"] = 0
    assert forwards_to(Block(spread)) == {"blue", "old"}


def test_what_is_done_before_the_answer_does_not_count() -> None:
    signed = Resource(
        {
            **OWN.data,
            "actions": [{"type": "authenticate-oidc"}, *OWN.data["actions"]],
        },
        type=LB_LISTENER_RULE,
        name="api",
        id="api",
    )
    assert leads(signed) == {"api"}


def test_listener_is_found_by_its_port() -> None:
    stack = Stack([BALANCER, LISTENER], Sight.LIVE)
    assert listener_on(BALANCER, 443, stack) is LISTENER
    assert listener_on(BALANCER, 80, stack) is None


def test_rules_that_cannot_be_seen_are_unknown() -> None:
    hidden = Unknown(Cause.ACCESS_DENIED)
    with pytest.raises(UnresolvedError):
        answer(
            LISTENER,
            Request("/"),
            Stack([BALANCER, LISTENER], Sight.LIVE, gaps={LB_LISTENER_RULE: hidden}),
        )
    with pytest.raises(UnresolvedError):
        leads(rule(hidden, "api", path("/*")))
    with pytest.raises(UnresolvedError):
        leads(rule(1, "api", {"path_pattern": hidden}))
