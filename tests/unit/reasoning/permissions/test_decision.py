"""Requests: what each side says, and what comes of both."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Unknown
from stackproof.reasoning.access import Statement, statements
from stackproof.reasoning.permissions.decision import (
    Allowed,
    Decision,
    Policies,
    Refused,
    Request,
    Side,
    decide,
)
from stackproof.reasoning.permissions.principals import Caller

HERE, THERE = "123456789012", "999999999999"
ROLE = f"arn:aws:iam::{HERE}:role/app/worker"
QUEUE = f"arn:aws:sqs:us-east-1:{HERE}:orders"
HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
WORKER = Caller(role=ROLE, account=HERE)
EVENTS = Caller(service=("events.amazonaws.com",))
CONTEXT = {"aws:securetransport": ("true",), "aws:sourceaccount": (HERE,)}

ME = {"AWS": ROLE}
ACCOUNT = {"AWS": f"arn:aws:iam::{HERE}:root"}


def statement(effect: str = "Allow", principal: Any = None, **parts: Any) -> Statement:
    item = {"Effect": effect, "Action": "sqs:SendMessage", "Resource": QUEUE, **parts}
    if principal is not None:
        item["Principal"] = principal
    return statements({"Statement": [item]})[0]


MINE = statement()
UNTOLD = statement(Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}})


def asked(caller: Caller = WORKER, on: str | Unknown = QUEUE, **policies: Any) -> Decision:
    policies = {"resource": (), "owner": HERE} | policies
    return decide(Request(caller, "sqs:SendMessage", on, CONTEXT), Policies(**policies))


@pytest.mark.parametrize(
    "policies",
    [
        {"identity": (MINE,)},
        {"identity": (statement(Resource="arn:aws:sqs:*:*:ord*"),)},
        {"identity": (statement(NotAction="s3:*", Action=[]),)},
        {"resource": (statement(principal=ME),)},
        {"resource": (statement(principal="*"),)},
        {"identity": (MINE,), "boundary": (statement(Action="*", Resource="*"),)},
        {"identity": (MINE,), "resource": (statement(principal=ACCOUNT),), "delegates": True},
        {"resource": (statement(principal=ME),), "delegates": True},
        {"identity": (MINE,), "resource": (statement(principal=ME),), "owner": THERE},
        {"identity": (MINE,), "resource": (statement(principal={"AWS": HERE}),), "owner": THERE},
        {"identity": (MINE, statement("Deny", Resource="arn:aws:sqs:us-east-1:1:other"))},
        {
            "identity": (MINE,),
            "resource": (
                statement("Deny", "*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
            ),
        },
        {"identity": (MINE,), "resource": (statement("Deny", NotPrincipal={"AWS": [ROLE, HERE]}),)},
    ],
)
def test_what_both_sides_let_through_is_allowed(policies: dict[str, Any]) -> None:
    assert asked(**policies) == Allowed()


@pytest.mark.parametrize(
    ("policies", "side"),
    [
        ({}, Side.IDENTITY),
        ({"identity": (statement(Action="sqs:ReceiveMessage"),)}, Side.IDENTITY),
        ({"resource": (statement(principal=ACCOUNT),)}, Side.IDENTITY),
        ({"resource": (statement(principal={"AWS": THERE}),)}, Side.IDENTITY),
        ({"identity": (MINE,), "boundary": ()}, Side.BOUNDARY),
        ({"resource": (statement(principal=ME),), "boundary": ()}, Side.BOUNDARY),
        ({"identity": (MINE,), "delegates": True}, Side.RESOURCE),
        ({"resource": (statement(principal=ACCOUNT),), "delegates": True}, Side.IDENTITY),
        ({"delegates": True}, Side.RESOURCE),
        ({"identity": (MINE,), "owner": THERE}, Side.RESOURCE),
        ({"resource": (statement(principal=ME),), "owner": THERE}, Side.IDENTITY),
    ],
)
def test_the_side_that_lets_nobody_through_is_named(policies: dict[str, Any], side: Side) -> None:
    assert asked(**policies) == Refused(side)


@pytest.mark.parametrize(
    ("policies", "side"),
    [
        ({"identity": (MINE, statement("Deny", Sid="No"))}, Side.IDENTITY),
        ({"identity": (MINE,), "resource": (statement("Deny", "*", Sid="No"),)}, Side.RESOURCE),
        ({"identity": (MINE,), "resource": (statement("Deny", ACCOUNT, Sid="No"),)}, Side.RESOURCE),
        (
            {"identity": (MINE,), "boundary": (statement(), statement("Deny", Sid="No"))},
            Side.BOUNDARY,
        ),
        ({"identity": (MINE, statement("Deny", Sid="No")), "resource": (HIDDEN,)}, Side.IDENTITY),
    ],
)
def test_a_denial_wins_and_is_named(policies: dict[str, Any], side: Side) -> None:
    assert asked(**policies) == Refused(side, "No")


@pytest.mark.parametrize(
    "policies",
    [
        {"identity": (UNTOLD,)},
        {"identity": (HIDDEN,)},
        {"identity": (MINE,), "resource": (HIDDEN,)},
        {"identity": (MINE,), "boundary": (HIDDEN,)},
        {"identity": (MINE,), "owner": None},
        {"identity": (MINE,), "owner": THERE, "resource": (HIDDEN,)},
        {
            "identity": (
                MINE,
                statement("Deny", Condition={"Bool": {"aws:MultiFactorAuthPresent": "x"}}),
            )
        },
        {"caller": Caller(role=HIDDEN, account=HERE), "resource": (statement(principal=ME),)},
        {
            "caller": Caller(role=HIDDEN),
            "identity": (MINE,),
            "resource": (statement(principal=ACCOUNT),),
            "delegates": True,
        },
        {
            "resource": (
                statement(principal={"AWS": f"arn:aws:sts::{HERE}:assumed-role/worker/me"}),
            )
        },
    ],
)
def test_what_cannot_be_decided_is_unknown(policies: dict[str, Any]) -> None:
    assert isinstance(asked(**policies), Unknown)


def test_an_arn_that_is_not_known_yet_meets_only_patterns_of_everything() -> None:
    assert asked(on=HIDDEN, identity=(statement(Resource="*"),)) == Allowed()
    assert isinstance(asked(on=HIDDEN, identity=(MINE,)), Unknown)
    assert asked(on=HIDDEN, identity=(statement(Action="sqs:Purge"),)) == Refused(Side.IDENTITY)


@pytest.mark.parametrize(
    ("statement", "decision"),
    [
        (statement(principal={"Service": "events.amazonaws.com"}), Allowed()),
        (statement(principal={"Service": "events.amazonaws.com.cn"}), Allowed()),
        (statement(principal="*"), Allowed()),
        (statement(principal={"Service": "sns.amazonaws.com"}), Refused(Side.RESOURCE)),
        (statement(principal=ACCOUNT), Refused(Side.RESOURCE)),
        (
            statement(
                principal={"Service": "events.amazonaws.com"},
                Condition={"StringEquals": {"aws:SourceAccount": THERE}},
            ),
            Refused(Side.RESOURCE),
        ),
    ],
)
def test_a_service_needs_the_policy_of_the_resource(
    statement: Statement, decision: Decision
) -> None:
    assert asked(EVENTS) == Refused(Side.RESOURCE)
    assert (
        decide(Request(EVENTS, "sqs:SendMessage", QUEUE, CONTEXT), Policies(resource=(statement,)))
        == decision
    )
