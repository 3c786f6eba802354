"""What may be reached through VPC endpoints, and by whom."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.documents import over_grants
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Json,
    Neighbour,
    Ref,
    Remove,
    With,
)
from stackproof.reasoning.access import Grant, Statement
from stackproof.reasoning.effective import whole
from stackproof.reasoning.policy_documents import document_statements
from stackproof.types.companions import neighbours
from stackproof.types.tokens import VPC_ENDPOINT, VPC_ENDPOINT_POLICY

# IAM User Guide, "AWS global condition context keys": whose is what is asked for.
_WHOSE = frozenset(
    {
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "s3:resourceaccount",
        "s3:dataaccesspointaccount",
    }
)
_NARROWING = ("stringequals", "stringlike", "foranyvalue:stringequals", "foranyvalue:stringlike")
_FIRST = "policy.Statement.0"
_NOTHING = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
_EVERYTHING = {"Statement": [{**_NOTHING, "Effect": "Allow"}]}


def _when(**conditions: object) -> Change:
    named = {key.replace("_", ":"): value for key, value in conditions.items()}
    return Change(f"{_FIRST}.Condition", {"StringEquals": named})


@control(
    "vpc-endpoint-policy-narrow",
    title="Policies of VPC endpoints say who may use them, or what is reached through them",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=VPC_ENDPOINT,
    needs=neighbours(VPC_ENDPOINT, "policy"),
    frameworks={Framework.NIST: ("AC-4", "AC-6", "SC-7(10)")},
    cases=Cases(
        passing=Given(
            VPC_ENDPOINT,
            {
                "service_name": "com.amazonaws.us-east-1.s3",
                "policy": Json(
                    {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": "*",
                                "Action": "*",
                                "Resource": "*",
                                "Condition": {
                                    "StringEquals": {"aws:PrincipalAccount": "123456789012"}
                                },
                            }
                        ]
                    }
                ),
            },
        ),
        failing=(
            Remove("policy"),
            Remove(f"{_FIRST}.Condition"),
            _when(aws_PrincipalType="AssumedRole"),
            (
                Remove("policy"),
                With(
                    Neighbour(
                        "apart",
                        VPC_ENDPOINT_POLICY,
                        {"vpc_endpoint_id": Ref("subject"), "policy": Json(_EVERYTHING)},
                    )
                ),
            ),
        ),
        unknown=(Hide("policy"), Change("policy", "{")),
        absent=(Remove("policy"),),
        also_passing=(
            _when(aws_ResourceOrgID="o-1234567890"),
            (
                Remove(f"{_FIRST}.Condition"),
                Change(f"{_FIRST}.Resource", ["arn:aws:s3:::payments", "arn:aws:s3:::payments/*"]),
            ),
        ),
    ),
)
def policy_narrow(endpoint: Resource, stack: Stack) -> Outcome:
    """Without one, whoever is in the network takes data to a bucket of anybody's.

    Source: AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies".
    """
    told = whole(endpoint, stack, "policy")
    fix = "Allow by it what this account's principals ask for, or what is of this organisation."
    expected = "principals, resources or an account"
    if not told.raw("policy"):
        return Fail("policy", expected, "all that AWS allows by default", fix)

    def judge(item: tuple[str, Grant]) -> Outcome:
        path, grant = item
        if not grant.everybody or not _of_anybody(grant.statement):
            return Pass()
        return Fail(path, expected, f"{grant.statement.name} allows everything to everybody", fix)

    return over_grants(document_statements(told, "policy"), judge)


@control(
    "vpc-endpoint-policy-allows",
    title="Policies of VPC endpoints let something through",
    severity=Severity.HIGH,
    category=Category.HA,
    types=VPC_ENDPOINT,
    needs=neighbours(VPC_ENDPOINT, "policy"),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            VPC_ENDPOINT,
            {"service_name": "com.amazonaws.us-east-1.s3", "policy": Json(_EVERYTHING)},
        ),
        failing=(
            Change(f"{_FIRST}.Effect", "Deny"),
            Change("policy.Statement", []),
            Change("policy.Statement", [*_EVERYTHING["Statement"], _NOTHING]),
        ),
        unknown=(Hide("policy"), Change("policy", "{")),
        absent=(Hide("policy"),),
        also_passing=(
            Remove("policy"),
            Change(
                "policy.Statement",
                [
                    *_EVERYTHING["Statement"],
                    {**_NOTHING, "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "1"}}},
                ],
            ),
        ),
    ),
)
def policy_allows(endpoint: Resource, stack: Stack) -> Outcome:
    """With one that lets nothing through, what the network asks for is refused, not led around it.

    Image layers in S3 among it: no task can be started.
    """
    told = whole(endpoint, stack, "policy")
    if told.raw("policy") is None:
        return Pass()
    statements = document_statements(told, "policy")
    hidden = next((sourced for sourced in statements if isinstance(sourced, Unknown)), None)
    if hidden is not None:
        raise UnresolvedError(hidden)
    known = [sourced.statement for sourced in statements if not isinstance(sourced, Unknown)]
    if any(statement.allows for statement in known) and not any(map(_stops_everything, known)):
        return Pass()
    fix = "Allow by it what this account's principals ask for."
    return Fail("policy", "a statement that allows something", "none that does", fix)


def _stops_everything(statement: Statement) -> bool:
    everything = statement.every_action and statement.every_resource and statement.everybody
    return everything and not statement.allows and not statement.conditions


def _of_anybody(statement: Statement) -> bool:
    """Tell whether a statement is about the things of every account there is."""
    whose = any(
        condition.key in _WHOSE and condition.operator.lower() in _NARROWING
        for condition in statement.conditions
    )
    return not whose and (statement.every_resource or not statement.resources)
