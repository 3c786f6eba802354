"""What speaks for a request: permissions, grants, boundaries and the policies that AWS gives."""

from __future__ import annotations

import json
from dataclasses import replace
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
    Spoken,
    decide,
)
from stackproof.reasoning.permissions.principals import Caller
from stackproof.reasoning.permissions.table.logs import FLOW_LOGS
from stackproof.reasoning.permissions.targets import target
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


def of(holder: Resource, *others: Resource) -> Spoken:
    return tuple(sides.resource(holder, Stack([holder, *others], Sight.LIVE)))


def asked(spoken: Any, caller: Caller, action: str, **context: Any) -> Decision:
    said = {key.replace("__", ":"): (value,) for key, value in context.items()}
    policies = Policies(spoken, owner=ACCOUNT, delegates=True)
    return decide(Request(caller, action, "arn:aws:x", said), policies)


FUNCTION = thing(t.LAMBDA_FUNCTION, "orders")
PERMISSION = {"function": "orders", "action": "lambda:InvokeFunction", "source_arn": API}
GATEWAY = Caller(service=("apigateway.amazonaws.com",))


@pytest.mark.parametrize(
    ("facts", "source", "decision"),
    [
        ({"principal": "apigateway.amazonaws.com"}, API, Allowed()),
        ({"principal": "*"}, API, Allowed()),
        ({"principal": "apigateway.amazonaws.com"}, "arn:other", Refused(Side.RESOURCE)),
        ({"principal": "s3.amazonaws.com"}, API, Refused(Side.RESOURCE)),
        ({"principal": ACCOUNT}, API, Refused(Side.RESOURCE)),
    ],
)
def test_a_permission_is_a_statement_of_the_function(
    facts: dict[str, Any], source: str, decision: Decision
) -> None:
    spoken = of(FUNCTION, thing(t.LAMBDA_PERMISSION, "p", **PERMISSION, **facts))
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


GROUP = thing(t.LOG_GROUP, "/aws/events/orders")
EVENTS = Caller(service=("events.amazonaws.com",))
ELSEWHERE = thing(t.EVENT_TARGET, "target")


@pytest.mark.parametrize(
    ("sight", "region", "service", "decision"),
    [
        (Sight.LIVE, None, "events.amazonaws.com", Allowed),
        (Sight.LIVE, None, "route53.amazonaws.com", Refused),
        (Sight.LIVE, "eu-west-1", "route53.amazonaws.com", Unknown),
        (Sight.DECLARED, None, "events.amazonaws.com", Allowed),
        (Sight.DECLARED, None, "route53.amazonaws.com", Unknown),
    ],
)
def test_policies_of_the_account_say_what_services_do_with_a_log_group(
    sight: Sight, region: str | None, service: str, decision: type
) -> None:
    said = document(Principal={"Service": service}, Action="logs:*")
    policy = thing(t.LOG_RESOURCE_POLICY, "services", policy_document=said)
    writer = replace(ELSEWHERE, region=region)
    spoken = sides.to_services(GROUP, writer, Stack([GROUP, writer, policy], sight))
    assert isinstance(asked(spoken, EVENTS, "logs:PutLogEvents"), decision)


def test_policy_of_another_region_says_nothing_of_a_log_group() -> None:
    said = document(Principal={"Service": "events.amazonaws.com"}, Action="logs:*")
    away = replace(thing(t.LOG_RESOURCE_POLICY, "away", policy_document=said), region="eu-west-1")
    spoken = sides.to_services(GROUP, ELSEWHERE, Stack([GROUP, away], Sight.LIVE))
    assert isinstance(asked(spoken, EVENTS, "logs:PutLogEvents"), Refused)


@pytest.mark.parametrize(
    ("sight", "policy", "judged"),
    [(Sight.DECLARED, None, 0), (Sight.DECLARED, document(), 1), (Sight.LIVE, None, 1)],
)
def test_what_aws_adds_to_a_bucket_without_a_policy_is_not_asked_of_a_program(
    sight: Sight, policy: str | None, judged: int
) -> None:
    bucket = replace(thing(t.S3_BUCKET, "logs", policy=policy), arn="arn:aws:s3:::logs")
    said = {"log_destination_type": "s3", "log_destination": "arn:aws:s3:::logs/network/"}
    flow_log = replace(thing(t.FLOW_LOG, "all", **said), region="us-east-1")
    (pair,) = (one for one in FLOW_LOGS if one.on == t.S3_BUCKET)
    stack = Stack([bucket, flow_log], sight)
    assert len(list(pair.targets(flow_log, stack))) == judged
    assert pair.inside("s3:PutObject", target(bucket), flow_log) == (
        f"arn:aws:s3:::logs/network/AWSLogs/{ACCOUNT}/*"
    )
