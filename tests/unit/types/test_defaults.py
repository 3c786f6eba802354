"""What AWS documents for properties that are left out counts at preview as it does live."""

from __future__ import annotations

import pytest

from stackproof.controls import catalogue
from stackproof.model import LEFT_TO_AWS, Cause, Fail, Resource, Sight, Stack, Unknown
from stackproof.types.defaults import DEFAULTS, filled
from stackproof.types.table import type_of
from stackproof.types.tokens import LB, LB_LISTENER

ROWS = [(type_, name) for type_, rows in DEFAULTS.items() for name in rows]
HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


@pytest.mark.parametrize(("type_", "name"), ROWS)
def test_default_is_of_an_input_and_names_its_page(type_: str, name: str) -> None:
    known = type_of(type_)
    assert known is not None
    default = DEFAULTS[type_][name]
    assert {name, default.beside} - {""} <= known.shape.kinds.keys()
    assert name not in known.outputs
    assert default.source


@pytest.mark.parametrize(("type_", "name"), ROWS)
def test_only_what_is_left_out_is_filled_in(type_: str, name: str) -> None:
    default = DEFAULTS[type_][name]
    beside = {default.beside: 443} if default.beside else {}
    assert filled(type_, beside)[name] == default.value
    assert filled(type_, {**beside, name: LEFT_TO_AWS})[name] == default.value
    for said in ("said", False, HIDDEN):
        assert filled(type_, {**beside, name: said})[name] == said


def test_listener_of_a_gateway_load_balancer_has_no_protocol() -> None:
    assert "protocol" not in filled(LB_LISTENER, {"load_balancer_arn": "arn"})


def test_type_without_defaults_stays_as_it_is() -> None:
    assert filled("aws:sns/topic:Topic", {"name": "a"}) == {"name": "a"}


def test_listener_that_says_no_protocol_is_judged_as_the_one_that_aws_makes() -> None:
    said = {"port": 80, "default_actions": [{"type": "forward", "target_group_arn": "arn"}]}
    listener = Resource(data=filled(LB_LISTENER, said), type=LB_LISTENER, name="listener")
    balancer = Resource(data=filled(LB, {"name": "b"}), type=LB, name="b")
    stack = Stack((listener, balancer), Sight.DECLARED)
    (outcome,) = catalogue()["listener-http-redirects"].outcomes(listener, stack).values()
    assert isinstance(outcome, Fail)
