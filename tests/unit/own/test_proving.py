"""A control is not proven when any one thing about it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from stackproof import (
    Cases,
    Category,
    Change,
    Control,
    Fail,
    Given,
    Hide,
    Neighbour,
    Outcome,
    Pass,
    Ref,
    Resource,
    Severity,
    Stack,
    Without,
    prove,
)

STREAM, KEY = "aws:kinesis/stream:Stream", "aws:kms/key:Key"


def judge(stream: Resource, stack: Stack) -> Outcome:
    key = stack.follow_one(stream, "kms_key_id", KEY)
    right = key is not None and key["enable_key_rotation"]
    return Pass() if right else Fail("enable_key_rotation", "true", right, "Set it.")


GOOD = Control(
    id="stream-key-rotates",
    title="Streams' keys rotate",
    severity=Severity.LOW,
    category=Category.SECURITY,
    types=(STREAM,),
    needs=(KEY,),
    judge=judge,
    cases=Cases(
        passing=Given(
            STREAM,
            {"kms_key_id": Ref("key", "arn")},
            (Neighbour("key", KEY, {"enable_key_rotation": True}),),
        ),
        failing=(Change("enable_key_rotation", value=False, of="key"),),
        unknown=(Hide("enable_key_rotation", of="key"),),
        absent=(Without("key"),),
    ),
)


def judging(told: Callable[[Resource, Stack], Any]) -> dict[str, Any]:
    return {"judge": told}


def cases(**other: Any) -> dict[str, Any]:
    return {"cases": replace(GOOD.cases, **other)}


def misspelt() -> Given:
    neighbour = Neighbour("key", KEY, {"enable_key_rotation": True, "rotates": True})
    return replace(GOOD.cases.passing, neighbours=(neighbour,))


def test_a_good_control_is_proven() -> None:
    assert prove(GOOD) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (judging(lambda stream, stack: Pass()), "case failing[0] is pass with everything known"),
        (
            judging(lambda stream, stack: Fail("x", "y", None, "z")),
            "case passing is fail with everything known: x is None, expected y",
        ),
        (
            judging(lambda stream, stack: stream["kms_key_id"].nothing),
            "case passing is unknown with everything known: the control itself failed",
        ),
        (
            judging(lambda s, st: Fail("x", "y", 1, "") if judge(s, st) != Pass() else Pass()),
            "case failing[0] fails without property, expected and fix",
        ),
        (
            judging(lambda s, st: judge(s, st) if s["kms_key_id"].upper() else Pass()),
            " where kms_key_id of subject is None",
        ),
        ({"needs": ("aws:sns/topic:Topic",)}, "a type that `needs` does not list"),
        ({"needs": (KEY, "aws:kms/kee:Kee")}, "the AWS provider has no type aws:kms/kee:Kee"),
        ({"types": (KEY,)}, f"the passing example is a {STREAM}, which it does not judge"),
        (cases(passing=misspelt()), f"{KEY} has no property 'rotates'"),
        (cases(failing=(Change("a.b", 1),)), "a mutation names what the passing example does not"),
        (cases(unknown=(Hide("kms_key_id"), *GOOD.cases.failing)), "case unknown[1] is fail"),
        (cases(absent=(Change("kms_key_id", Ref("key", "arn")),)), "case absent[0] is pass"),
        (cases(also_passing=GOOD.cases.failing), "case also_passing[0] is fail"),
        (cases(not_applicable=GOOD.cases.failing), "case not_applicable[0] is fail"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(change: dict[str, Any], expected: str) -> None:
    problems = prove(replace(GOOD, **change))
    assert any(expected in problem for problem in problems), problems
