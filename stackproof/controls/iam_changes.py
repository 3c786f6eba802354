"""What identity policies let their holders delete, overwrite and give to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from stackproof.controls.iam_sensitive_actions import ESCALATION
from stackproof.controls.registry import control
from stackproof.controls.support.boundaries import as_boundary, as_boundary_and_grant
from stackproof.controls.support.wide_grants import WHOLE_SERVICE, wider_than_listed
from stackproof.controls.support.wider import Wider, each_unless_wider
from stackproof.model import Category, Fail, Framework, Outcome, Pass, Resource, Severity, Stack
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.model.sentences import listed
from stackproof.reasoning.access import Condition, Statement, of_who_asks
from stackproof.reasoning.boundaries import GRANT_NEIGHBOURS, granting_statements
from stackproof.reasoning.escalation import ESCALATIONS
from stackproof.reasoning.policy_documents import (
    IDENTITY_TYPES,
    SourcedStatement,
)
from stackproof.types.changing_actions import changing_actions, giving_actions
from stackproof.types.tokens import IAM_POLICY

# Ways to another role of one step: of longer ones, others may have done the other half.
_ALONE: Final = frozenset(escalation[0][0] for escalation in ESCALATIONS if len(escalation) == 1)
# What only adds, and what AWS itself allows on everything where it says what a service needs:
# AWS Managed Policy Reference, AWSLambdaVPCAccessExecutionRole, AmazonSSMManagedInstanceCore;
# AWS Step Functions Developer Guide, "Logging in CloudWatch Logs" (logs:PutResourcePolicy).
_TOLERATED: Final = frozenset(
    {
        "ec2:DeleteNetworkInterface",
        "ec2:DetachNetworkInterface",
        "events:PutEvents",
        "firehose:PutRecord",
        "firehose:PutRecordBatch",
        "kinesis:PutRecord",
        "kinesis:PutRecords",
        "logs:PutLogEvents",
        "logs:PutResourcePolicy",
        "ssm:PutComplianceItems",
        "ssm:PutConfigurePackageResult",
        "ssm:PutInventory",
        "ssm:UpdateAssociationStatus",
        "ssm:UpdateInstanceAssociationStatus",
        "ssm:UpdateInstanceInformation",
    }
)
_SHOWN: Final = 5
STATEMENT: Final = "policy.Statement.0"
ONE_TABLE: Final = Given(
    IAM_POLICY,
    {
        "policy": Json(
            {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["dynamodb:PutItem"],
                        "Resource": ["arn:aws:dynamodb:us-east-1:123456789012:table/orders"],
                    }
                ]
            }
        )
    },
)


def _allowing(actions: str | list[str], resource: str = "*") -> tuple[Change, Change]:
    return Change(f"{STATEMENT}.Action", actions), Change(f"{STATEMENT}.Resource", resource)


def _where(operator: str, key: str, value: str) -> Change:
    return Change(f"{STATEMENT}.Condition", {operator: {key: value}})


_WIDER: Final = (
    _allowing("*"),
    (Remove(f"{STATEMENT}.Action"), Change(f"{STATEMENT}.NotAction", "iam:*")),
)


@control(
    "iam-changes-named-things",
    title="Policies let their holders delete and overwrite named things only",
    severity=Severity.LOW,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks={Framework.PCI: ("7.2.1", "7.2.2"), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=ONE_TABLE,
        failing=(
            as_boundary_and_grant(_allowing("dynamodb:PutItem")),
            _allowing("dynamodb:PutItem"),
            _allowing("ec2:StopInstances"),
            _allowing(["s3:GetObject", "s3:Delete*"]),
            _allowing(["ec2:TerminateInstances"], "arn:aws:ec2:*:*:instance/*"),
            (*_allowing("sqs:DeleteQueue"), _where("Bool", "aws:MultiFactorAuthPresent", "true")),
            (*_allowing("rds:Delete*"), _where("StringEquals", "aws:PrincipalTag/Team", "orders")),
        ),
        unknown=(Hide("policy"), Hide(f"{STATEMENT}.Action"), Hide(f"{STATEMENT}.Resource")),
        also_passing=(
            _allowing("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/orders-*"),
            # No resource can be named in these, and others only add.
            _allowing(["cloudwatch:PutMetricData", "xray:PutTraceSegments", "logs:PutLogEvents"]),
            _allowing(["ec2:DescribeInstances", "ec2:CreateTags"]),
            (
                *_allowing("ec2:TerminateInstances"),
                _where("StringEquals", "aws:ResourceTag/Team", "orders"),
            ),
            (*_allowing("ecs:StopTask"), _where("ArnEquals", "ecs:cluster", "arn:aws:ecs:x")),
            (*_allowing("s3:Delete*"), Change(f"{STATEMENT}.Effect", "Deny")),
            _allowing("s3:*", "arn:aws:s3:::orders/*"),
        ),
        absent=(_allowing("dynamodb:PutItem"),),
        not_applicable=(
            Remove("policy"),
            as_boundary(_allowing("dynamodb:PutItem")),
            *_WIDER,
            _allowing("s3:*"),
            _allowing("*", "arn:aws:dynamodb:*:*:table/*"),
            _allowing("iam:PutRolePolicy"),
        ),
    ),
)
def changes_named_things(holder: Resource, stack: Stack) -> Outcome:
    """What a flaw in one program can destroy is then what the program itself keeps.

    Conditions on what is changed count (its tags, its cluster), those on who asks don't. Of all
    actions of a service, and ways to other identities, other controls tell.
    """
    named = partial(_named, changing_actions(), "changed")
    return each_unless_wider(granting_statements(holder, stack), named)


@control(
    "iam-gives-access-to-named-things",
    title="Policies let their holders give others access to named things only",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks={Framework.PCI: ("7.2.1", "7.2.2"), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=Given(
            IAM_POLICY,
            {
                "policy": Json(
                    {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": ["kms:CreateGrant"],
                                "Resource": ["arn:aws:kms:us-east-1:123456789012:key/1"],
                            }
                        ]
                    }
                )
            },
        ),
        failing=(
            as_boundary_and_grant(_allowing("kms:CreateGrant")),
            _allowing("kms:CreateGrant"),
            _allowing("kms:Create*", "arn:aws:kms:*:*:key/*"),
            _allowing("lambda:AddPermission"),
            _allowing(["sso:CreateAccountAssignment", "identitystore:CreateUser"]),
            _allowing("cloudformation:ExecuteChangeSet"),
            _allowing("iam:DeactivateMFADevice"),
            _allowing("rolesanywhere:CreateTrustAnchor"),
            _allowing("cognito-identity:SetIdentityPoolRoles"),
            _allowing("rds-db:connect"),
            _allowing(["redshift:GetClusterCredentials", "eks:CreateAccessEntry"]),
        ),
        unknown=(Hide("policy"), Hide(f"{STATEMENT}.Action"), Hide(f"{STATEMENT}.Resource")),
        also_passing=(
            (*_allowing("kms:CreateGrant"), _where("Bool", "kms:GrantIsForAWSResource", "true")),
            (*_allowing("kms:CreateGrant"), Change(f"{STATEMENT}.Effect", "Deny")),
            _allowing("rds-db:connect", "arn:aws:rds-db:*:*:dbuser:cluster-1/orders"),
            _allowing(["logs:PutResourcePolicy", "iam:CreateServiceLinkedRole"]),
        ),
        absent=(_allowing("kms:CreateGrant"),),
        not_applicable=(
            Remove("policy"),
            as_boundary(_allowing("kms:CreateGrant")),
            *_WIDER,
            _allowing("kms:*"),
        ),
    ),
)
def grants_named_things(holder: Resource, stack: Stack) -> Outcome:
    """Who opens things to others is not bound by what it may do itself.

    Source: Service Authorization Reference, actions of the level Permissions management, and some
    of other levels that make users, trust or types, or give credentials for databases and clusters.
    """
    named = partial(_named, giving_actions(), "opened")
    return each_unless_wider(granting_statements(holder, stack), named)


def _named(
    table: Mapping[str, tuple[str, ...]], done: str, item: SourcedStatement
) -> Outcome | Wider:
    statement = item.statement
    if not statement.allows or any(map(narrows, statement.conditions)):
        return Pass()
    if wider := wider_than_listed(statement):
        return wider
    anything = list(_on_anything(table, statement))
    found = [action for action in anything if _told_by(action, statement) is None]
    if not anything:
        return Pass()
    if not found:
        return Wider(statement.name, str(_told_by(anything[0], statement)))
    return Fail(
        item.path,
        f"the ARNs of the things that are {done}",
        f"{statement.name} allows {listed(found, _SHOWN)} on {', '.join(statement.resources)}",
        "Name the things in the statement's Resource, or their tags in its Condition.",
    )


def _on_anything(table: Mapping[str, tuple[str, ...]], statement: Statement) -> Iterator[str]:
    """Give the actions of a table that a statement allows on nothing in particular."""
    named = {action.partition(":")[0].lower() for action in statement.actions}
    services = {*table} if statement.every_action else named
    for service in sorted(services & table.keys()):
        if statement.names_nothing_of(service):
            yield from (
                action
                for action in table[service]
                if action not in _TOLERATED and statement.acts(action)
            )


def _told_by(action: str, statement: Statement) -> str | None:
    """Give the control that fails for an action that nothing narrows, if one does."""
    if action.partition(":")[0] in statement.services_throughout:
        return WHOLE_SERVICE
    if action in ESCALATION:
        return "iam-no-escalation"
    return "iam-no-escalation-by-service" if action in _ALONE else None


def narrows(condition: Condition) -> bool:
    """Tell whether a condition is about what is acted on, and is not met by its lack."""
    operator = condition.operator.lower()
    lenient = operator == "null" or operator.endswith("ifexists") or "forallvalues" in operator
    return not lenient and not of_who_asks(condition.key)
