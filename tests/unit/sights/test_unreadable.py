"""Answers with one item that nobody can translate: it is unknown, and everything else goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import stackproof.sights.live.readers
from stackproof.controls import catalogue, judge
from stackproof.model import Cause, Unknown
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, take
from stackproof.types.tokens import LAMBDA_FUNCTION, LAMBDA_PERMISSION, SQS_QUEUE
from tests.unit.sights.answering import ACCOUNT, REGION, Answer, Answering

FUNCTIONS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"


def function(name: str, **changes: Any) -> dict[str, Any]:
    whole = {
        "FunctionName": name,
        "FunctionArn": f"{FUNCTIONS}:{name}",
        "CodeSha256": "x",
        "CodeSize": 1,
        "MemorySize": 128,
        "Role": f"arn:aws:iam::{ACCOUNT}:role/r",
        "Runtime": "python3.13",
        "Timeout": 3,
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not ...}


def seen(answers: Mapping[str, Answer], *names: str) -> Snapshot:
    """Take a snapshot of a stack that has functions of these names."""
    keys = [f"{FUNCTIONS}:{name}" for name in names]
    return take(Answering(answers), readers(), regions=[REGION], keys=keys, own_tags={"own": "y"})


def of(snapshot: Snapshot, type_: str) -> dict[str | None, Unknown | None]:
    return {r.id: r.unread for r in snapshot.resources if r.type == type_}


def test_an_item_without_a_member_is_unknown_and_the_others_are_read() -> None:
    listed = {"Functions": [function("odd", Environment="plain"), function("good")]}
    snapshot = seen({"lambda:ListFunctions": listed}, "odd", "good")
    why = Unknown(
        Cause.UNREADABLE,
        detail="lambda:ListFunctions: reader lambda_ can't read 'odd': "
        "'str' object has no attribute 'get'",
    )
    assert of(snapshot, LAMBDA_FUNCTION) == {"odd": why, "good": None}
    [lost] = snapshot.unreadable
    assert (lost.types, lost.id, lost.operation) == (
        (LAMBDA_FUNCTION,),
        "odd",
        "lambda:ListFunctions",
    )
    assert LAMBDA_FUNCTION not in snapshot.gaps
    found = [f for f in judge(snapshot.stack()) if f.resource.id == "odd"]
    controls = {c.id for c in catalogue().values() if LAMBDA_FUNCTION in c.types}
    assert {f.control.id: f.outcome for f in found} == dict.fromkeys(controls, why)


def test_what_is_unreadable_survives_being_saved(tmp_path: Path) -> None:
    listed = {"Functions": [function("odd", Environment="plain"), function("good")]}
    snapshot = seen({"lambda:ListFunctions": listed}, "odd", "good")
    snapshot.save(tmp_path / "snapshot.json")
    again = Snapshot.load(tmp_path / "snapshot.json")
    assert again.unreadable == snapshot.unreadable
    assert of(again, LAMBDA_FUNCTION) == of(snapshot, LAMBDA_FUNCTION)


@pytest.mark.parametrize("broken", [{"FunctionArn": ...}, {"FunctionName": {"a": 1}}])
def test_an_item_that_does_not_say_what_it_is_makes_its_type_a_gap(broken: dict[str, Any]) -> None:
    listed = {"Functions": [function("good"), function("odd", **broken)]}
    snapshot = seen({"lambda:ListFunctions": listed}, "good")
    assert of(snapshot, LAMBDA_FUNCTION) == {"good": None}
    [lost] = snapshot.unreadable
    assert lost.id is None
    assert snapshot.gaps[LAMBDA_FUNCTION] == lost.unknown
    assert "lambda:ListFunctions: reader lambda_ " in lost.unknown.detail


@pytest.mark.parametrize("items", ["text", [1], [None], [["a"]]])
def test_a_list_of_something_else_makes_its_type_a_gap(items: Any) -> None:
    snapshot = seen({"lambda:ListFunctions": {"Functions": items}}, "good")
    assert LAMBDA_FUNCTION in snapshot.gaps


def test_what_was_built_before_the_odd_part_is_kept() -> None:
    statements = [
        {
            "Sid": "open",
            "Effect": "Allow",
            "Action": "lambda:InvokeFunction",
            "Principal": "*",
            "Resource": f"{FUNCTIONS}:good",
        },
        "odd",
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    answers = {
        "lambda:ListFunctions": {"Functions": [function("good")]},
        "lambda:GetPolicy": {"Policy": policy},
    }
    permissions = of(seen(answers, "good"), LAMBDA_PERMISSION)
    assert permissions["open"] is None
    assert permissions["good"] is not None


def test_documents_are_read_in_one_way() -> None:
    whole = sorted((Path(stackproof.sights.live.readers.__path__[0])).glob("*.py"))
    assert [path.name for path in whole if "json.loads" in path.read_text()] == []


def test_half_a_character_in_a_policy_is_replaced_and_too_deep_a_policy_is_unreadable() -> None:
    statement = (
        '{"Sid": "half\\ud800", "Effect": "Allow", "Action": "lambda:InvokeFunction", '
        f'"Principal": "*", "Resource": "{FUNCTIONS}:good"}}'
    )
    listed = {"lambda:ListFunctions": {"Functions": [function("good")]}}
    half = {"lambda:GetPolicy": {"Policy": f'{{"Statement": [{statement}]}}'}}
    deep = {"lambda:GetPolicy": {"Policy": "[" * 100_000}}
    assert of(seen({**listed, **half}, "good"), LAMBDA_PERMISSION) == {
        "half\N{REPLACEMENT CHARACTER}": None
    }
    [why] = of(seen({**listed, **deep}, "good"), LAMBDA_PERMISSION).values()
    assert why is not None
    assert why.cause is Cause.UNREADABLE


def test_a_parent_that_cannot_be_read_is_still_asked_about_what_is_in_it() -> None:
    listed = {"Functions": [function("odd", Environment="plain")]}
    asked: list[Any] = []
    seen(
        {"lambda:ListFunctions": listed, "lambda:GetPolicy": asked.append},
        "odd",
    )
    assert asked == [{"FunctionName": "odd"}]


@pytest.mark.parametrize("item", [{"Tags": []}, "text", {"ResourceARN": "x", "Tags": 1}])
def test_tags_of_nobody_hide_whose_things_are(item: Any) -> None:
    answers = {
        "resourcegroupstaggingapi:GetResources": {"ResourceTagMappingList": [item]},
        "sqs:ListQueues": {"QueueUrls": [f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q"]},
        "sqs:GetQueueAttributes": {"Attributes": {}},
    }
    gap = seen(answers).gaps[SQS_QUEUE]
    assert gap.cause is Cause.UNREADABLE
    assert "resourcegroupstaggingapi:GetResources" in gap.detail


@pytest.mark.parametrize("answer", [{}, {"Account": "1"}, {"Account": "1", "Arn": ""}])
def test_an_identity_that_says_nothing_is_one_sentence(answer: dict[str, str]) -> None:
    with pytest.raises(LiveError, match="does not say who the caller is"):
        seen({"sts:GetCallerIdentity": answer})
