"""What allows everything makes no control pass that says that only some things are allowed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.model import Control, Fail, NotApplicable, Outcome, Pass, Resource, Sight, Stack
from stackproof.model.cases import Form, Given, Json, Neighbour, build
from stackproof.reasoning.policy_documents import IDENTITY_TYPES
from stackproof.types.tokens import IAM_POLICY
from tests.unit.variants import controls

ONE_BUCKET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payments/*"}
WIDE: dict[str, dict[str, Any]] = {
    "everything": {"Action": "*", "Resource": "*"},
    "everything, written otherwise": {"Action": ["*:*"], "Resource": ["arn:aws:*"]},
    "all but some actions": {"NotAction": ["sts:GetCallerIdentity"], "Resource": "*"},
    "all but some things": {"Action": "*", "NotResource": "arn:aws:s3:::payments/*"},
    "everything, with a second factor": {
        "Action": "*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    },
}
# The one says that nothing is excepted, the other that something is: each is true of some of these.
TRUE_ALL_THE_SAME = {"iam-no-allow-all-but", "iam-no-full-administrator"}


def policy(*statements: dict[str, Any]) -> Resource:
    document = json.dumps({"Statement": [{"Effect": "Allow", **one} for one in statements]})
    return Resource({"policy": document}, type=IAM_POLICY, name="p", id="p", arn="arn:p")


def judged(control: str, *statements: dict[str, Any]) -> Outcome:
    resource = policy(*statements)
    stack = Stack([resource], Sight.LIVE)
    return catalogue()[control].outcomes(resource, stack)[""]


def is_about_grants(control: Control) -> bool:
    return IAM_POLICY in control.types and len(control.types) <= len(IDENTITY_TYPES)


@pytest.mark.parametrize("beside", [(), (ONE_BUCKET,)], ids=["alone", "beside a named thing"])
@pytest.mark.parametrize("wide", WIDE.values(), ids=WIDE)
@controls(is_about_grants)
def test_no_control_passes_what_allows_everything(
    control: Control, wide: dict[str, Any], beside: tuple[dict[str, Any], ...]
) -> None:
    outcome = judged(control.id, *beside, wide)
    assert control.id in TRUE_ALL_THE_SAME or not isinstance(outcome, Pass)
    if isinstance(outcome, NotApplicable):
        assert isinstance(judged(told_by(outcome), *beside, wide), Fail)


def told_by(outcome: NotApplicable) -> str:
    """Give the control that fails instead, as the sentence names it."""
    return outcome.why.rpartition(", which ")[2].removesuffix(" judges")


@pytest.mark.parametrize("id_", ["iam-reads-named-data", "iam-changes-named-things"])
@pytest.mark.parametrize(
    ("actions", "on"),
    [
        ("s3:*", "*"),
        ("s3:*", "arn:aws:s3:::*"),
        ("dynamodb:*", "arn:aws:dynamodb:*:*:table/*"),
        ("*", "arn:aws:s3:::*"),
        ("iam:PutRolePolicy", "*"),
        ("iam:PutRolePolicy", "arn:aws:iam::*:role/*"),
        ("lambda:UpdateFunctionCode", "*"),
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:*"),
        ("ec2:StopInstances", "*"),
        ("glue:UpdateJob", "*"),
    ],
)
def test_a_whole_service_is_told_by_one_control_or_the_other(
    id_: str, actions: str, on: str
) -> None:
    outcome = judged(id_, {"Action": actions, "Resource": on})
    reads_nothing = "iam-reads" in id_ and actions.partition(":")[0] not in ("*", "s3", "dynamodb")
    assert isinstance(outcome, Pass) == reads_nothing
    if isinstance(outcome, NotApplicable):
        assert isinstance(judged(told_by(outcome), {"Action": actions, "Resource": on}), Fail)


EVERYBODY = ({"Principal": "*"}, {"Principal": {"AWS": ["*"]}}, {"NotPrincipal": {"AWS": "1" * 12}})
# What lets somebody do what is needed, what is denied, and what guards others passes beside it.
ASKS_WHO = ("-guards-deputy", "-no-other-accounts", "-external-id", "-names-subject", "-not-public")


def opened(properties: Any, principal: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give properties with a statement for everybody in each of their policies."""
    for name, value in properties.items():
        document = value.data if isinstance(value, Json) else None
        if not isinstance(document, dict) or "Principal" not in str(document):
            yield name, value
            continue
        held = document["Statement"]
        first, *rest = held if isinstance(held, list) else [held]
        action = first["Action"][0] if isinstance(first["Action"], list) else first["Action"]
        wide = {"Effect": "Allow", **principal, "Action": f"{action.partition(':')[0]}:*"}
        resource = {"Resource": first["Resource"]} if "Resource" in first else {}
        yield name, Json({**document, "Statement": [first, *rest, {**wide, **resource}]})


def for_everybody(given: Given, principal: dict[str, Any]) -> Given:
    around = tuple(
        Neighbour(one.name, one.type, dict(opened(one.properties, principal)))
        for one in given.neighbours
    )
    return replace(given, properties=dict(opened(given.properties, principal)), neighbours=around)


@pytest.mark.parametrize("principal", EVERYBODY, ids=str)
@controls(lambda control: control.id.endswith(ASKS_WHO))
def test_no_control_that_asks_who_is_let_in_passes_beside_everybody(
    control: Control, principal: dict[str, Any]
) -> None:
    given = control.cases.passing
    wide = for_everybody(given, principal)
    if wide == given:
        return  # who is let in isn't said by a policy here
    resource, stack = build(wide, Form.KNOWN)
    for outcome in control.outcomes(resource, stack).values():
        assert not isinstance(outcome, Pass)
        if isinstance(outcome, NotApplicable):
            other = catalogue()[told_by(outcome)]
            assert any(isinstance(o, Fail) for o in other.outcomes(resource, stack).values())
