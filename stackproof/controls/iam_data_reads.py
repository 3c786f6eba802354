"""What identity policies let their holders read."""

from __future__ import annotations

from typing import Final

from stackproof.controls.iam_changes import narrows
from stackproof.controls.registry import control
from stackproof.controls.support.boundaries import as_boundary, as_boundary_and_grant
from stackproof.controls.support.wide_grants import WHOLE_SERVICE, wider_than_listed
from stackproof.controls.support.wider import Wider, each_unless_wider
from stackproof.model import Category, Fail, Framework, Outcome, Pass, Resource, Severity, Stack
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.reasoning.boundaries import GRANT_NEIGHBOURS, granting_statements
from stackproof.reasoning.policy_documents import (
    IDENTITY_TYPES,
    SourcedStatement,
)
from stackproof.types.tokens import IAM_POLICY

# What reads data; secrets and keys have controls of their own. Source: Service Authorization
# Reference, "Actions defined by" each of the services.
_READS: Final = (
    "athena:GetQueryResults",
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:Query",
    "dynamodb:Scan",
    "kinesis:GetRecords",
    "rds-data:ExecuteStatement",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "sqs:ReceiveMessage",
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
)
_ACTION: Final = "policy.Statement.0.Action"
_RESOURCE: Final = "policy.Statement.0.Resource"
_ONE_BUCKET: Final = Given(
    IAM_POLICY,
    {
        "policy": Json(
            {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": ["arn:aws:s3:::payments/*"],
                    }
                ]
            }
        )
    },
)


def _reading(action: str, resource: str = "*") -> tuple[Change, Change]:
    return Change(_ACTION, action), Change(_RESOURCE, resource)


def _where(key: str) -> Change:
    return Change("policy.Statement.0.Condition", {"StringEquals": {key: "payments"}})


@control(
    "iam-reads-named-data",
    title="Policies let their holders read the data of named buckets, tables and queues only",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks={Framework.PCI: ("7.2.1", "7.2.2"), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=_ONE_BUCKET,
        failing=(
            as_boundary_and_grant(_reading("s3:Get*", "arn:aws:s3:::*")),
            *map(_reading, _READS),
            _reading("s3:Get*", "arn:aws:s3:::*"),
            _reading("s3:GetObject", "arn:aws:s3:::*/*"),
            _reading("sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:123456789012:*"),
            _reading("dynamodb:Get*", "arn:aws:dynamodb:*:*:table/*"),
            _reading("ssm:GetParameter*", "arn:aws:ssm:*:123456789012:parameter/*"),
            (*_reading("s3:GetObject"), _where("aws:PrincipalTag/app")),
        ),
        unknown=(Hide("policy"), Hide(_ACTION), Hide(_RESOURCE)),
        also_passing=(
            _reading("s3:ListAllMyBuckets"),
            _reading("s3:GetObject", "arn:aws:s3:::payments-*/*"),
            _reading("ssm:GetParameter", "arn:aws:ssm:*:*:parameter/payments/*"),
            (*_reading("s3:GetObject"), _where("aws:ResourceTag/app")),
            (*_reading("s3:GetObject"), _where("s3:ExistingObjectTag/app")),
            (*_reading("s3:GetObject"), Change("policy.Statement.0.Effect", "Deny")),
            _reading("s3:*", "arn:aws:s3:::payments/*"),
            _reading("*", "arn:aws:s3:::payments/*"),
        ),
        absent=(_reading("s3:Get*", "arn:aws:s3:::*"),),
        not_applicable=(
            Remove("policy"),
            as_boundary(_reading("s3:Get*", "arn:aws:s3:::*")),
            _reading("s3:*"),
            _reading("*"),
            _reading("*:*"),
            _reading("*", "arn:aws:s3:::*"),
            (Remove(_ACTION), Change("policy.Statement.0.NotAction", "iam:*")),
        ),
    ),
)
def reads_named_data(holder: Resource, stack: Stack) -> Outcome:
    """A flaw in one program spills what it may read; reading everything is how most thefts begin.

    Conditions on what is read count (its tags), those on who asks don't. Of all actions of a
    service, or of all of them, other controls tell.
    """
    return each_unless_wider(granting_statements(holder, stack), _named)


def _named(item: SourcedStatement) -> Outcome | Wider:
    statement = item.statement
    if not statement.allows or any(map(narrows, statement.conditions)):
        return Pass()
    if wider := wider_than_listed(statement):
        return wider
    found = [
        action
        for action in _READS
        if statement.acts(action) and statement.names_nothing_of(action.partition(":")[0])
    ]
    if not found:
        return Pass()
    if all(action.partition(":")[0] in statement.services_throughout for action in found):
        return Wider(statement.name, WHOLE_SERVICE)
    return Fail(
        item.path,
        "the ARNs of what is read",
        f"{statement.name} allows {', '.join(found)} on {', '.join(statement.resources)}",
        "Name what is read in the statement's Resource, or its tags in its Condition.",
    )
