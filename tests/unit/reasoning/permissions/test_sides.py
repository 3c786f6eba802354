"""What speaks for a request: permissions, grants, boundaries and the policies that AWS gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.reasoning.access import Statement
from stackproof.reasoning.permissions import sides
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
from stackproof.types import tokens as t

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
API = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/*/*"
HIDDEN = Unknown(Cause.ACCESS_DENIED)
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/limit"


def thing(type_: str, name: str, **data: Any) -> Resource:
    arn = f"arn:aws:any:us-east-1:{ACCOUNT}:{name}"
    return Resource(data, type=type_, name=name, id=name, arn=arn, account=ACCOUNT)


def document(**statement: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Resource": "*", **statement}]})


def of(holder: Resource, *others: Resource) -> tuple[Statement | Unknown, ...]:
    return tuple(sides.resource(holder, Stack([holder, *others], Sight.LIVE)))


def asked(spoken: Any, caller: Caller, action: str, **context: Any) -> Decision:
    said = {key.replace("__", ":"): (value,) for key, value in context.items()}
    policies = Policies(spoken, owner=ACCOUNT, delegates=True)
    return decide(Request(caller, action, "arn:aws:x", said), policies)


FUNCTION = thing(t.LAMBDA_FUNCTION, "orders")
PERMISSION = {"function": "orders", "action": "lambda:InvokeFunction", "source_arn": API}
GATEWAY = Caller(service=("apigateway.amazonaws.com",))


@pytest.mark.parametrize(
    ("said", "source", "decision"),
    [
        ({"principal": "apigateway.amazonaws.com"}, API, Allowed()),
        ({"principal": "*"}, API, Allowed()),
        ({"principal": "apigateway.amazonaws.com"}, "arn:other", Refused(Side.RESOURCE)),
        ({"principal": "s3.amazonaws.com"}, API, Refused(Side.RESOURCE)),
        ({"principal": ACCOUNT}, API, Refused(Side.RESOURCE)),
    ],
)
def test_a_permission_is_a_statement_of_the_function(
    said: dict[str, Any], source: str, decision: Decision
) -> None:
    spoken = of(FUNCTION, thing(t.LAMBDA_PERMISSION, "p", **PERMISSION, **said))
    assert asked(spoken, GATEWAY, "lambda:InvokeFunction", aws__sourcearn=source) == decision


def test_a_permission_that_cannot_be_read_may_be_the_one() -> None:
    spoken = of(FUNCTION, thing(t.LAMBDA_PERMISSION, "p", function="orders", principal=HIDDEN))
    assert isinstance(asked(spoken, GATEWAY, "lambda:InvokeFunction"), Unknown)


def test_a_grant_lets_its_grantee_use_the_key() -> None:
    key = thing(t.KMS_KEY, "key", policy=document(Principal="*", Action="kms:DescribeKey"))
    grant = thing(
        t.KMS_GRANT,
        "grant",
        key_id="key",
        grantee_principal=ROLE,
        operations=["Decrypt"],
        constraints=[{"encryption_context_equals": {"aws:s3:arn": "arn:aws:s3:::orders"}}],
    )
    worker = Caller(role=ROLE, account=ACCOUNT)
    told = {"kms__encryptioncontext__aws__s3__arn": "arn:aws:s3:::orders"}
    assert asked(of(key, grant), worker, "kms:Decrypt", **told) == Allowed()
    told = {"kms__encryptioncontext__aws__s3__arn": "arn:aws:s3:::others"}
    assert asked(of(key, grant), worker, "kms:Decrypt", **told) == Refused(Side.RESOURCE)
    assert asked(of(key, grant), worker, "kms:Encrypt", **told) == Refused(Side.RESOURCE)


def test_a_key_without_a_policy_belongs_to_its_account() -> None:
    (said,) = of(thing(t.KMS_KEY, "key"))
    assert isinstance(said, Statement)
    assert said.principals == (("AWS", ACCOUNT),)
    (unknown,) = of(Resource({}, type=t.KMS_KEY, name="key"))
    assert isinstance(unknown, Unknown)


def test_a_topic_without_a_policy_lets_its_owner_in_and_no_service_for_others() -> None:
    spoken = of(thing(t.SNS_TOPIC, "alerts"))
    alarms = Caller(service=("cloudwatch.amazonaws.com",))
    assert asked(spoken, alarms, "sns:Publish", aws__sourceowner=ACCOUNT) == Allowed()
    assert isinstance(asked(spoken, alarms, "sns:Publish"), Unknown)
    assert asked(spoken, alarms, "sns:Publish", aws__sourceowner="1") == Refused(Side.RESOURCE)


def limits(role: Resource, *others: Resource) -> Any:
    return sides.boundary(role, Stack([role, *others], Sight.LIVE))


def test_a_boundary_limits_its_role() -> None:
    limit = Resource(
        {"policy": document(Action="s3:*")}, type=t.IAM_POLICY, name="limit", arn=BOUNDARY
    )
    role = thing(t.IAM_ROLE, "worker", permissions_boundary=BOUNDARY)
    (said,) = limits(role, limit)
    assert said.acts("s3:GetObject")
    (unseen,) = limits(role)
    assert isinstance(unseen, Unknown)
    own = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    assert limits(thing(t.IAM_ROLE, "worker", permissions_boundary=own))
    assert limits(thing(t.IAM_ROLE, "worker")) is None
    (hidden,) = limits(thing(t.IAM_ROLE, "worker", permissions_boundary=HIDDEN))
    assert isinstance(hidden, Unknown)
