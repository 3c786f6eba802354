"""Ways to become another identity through a service that runs code under its role."""

from __future__ import annotations

from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.boundaries import as_boundary, as_boundary_and_grant
from stackproof.model import (
    Category,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.reasoning.boundaries import GRANT_NEIGHBOURS, granting_statements
from stackproof.reasoning.escalation import ESCALATIONS, Step, opened
from stackproof.reasoning.policy_documents import (
    IDENTITY_TYPES,
    SourcedStatement,
)
from stackproof.types.tokens import IAM_POLICY

STATEMENT: Final = "policy.Statement.0"
ONE_FUNCTION = Given(
    IAM_POLICY,
    {
        "policy": Json(
            {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["lambda:UpdateFunctionCode"],
                        "Resource": ["arn:aws:lambda:us-east-1:123456789012:function:orders"],
                    }
                ]
            }
        )
    },
)


def _doing(escalation: tuple[Step, ...]) -> Change:
    return Change(f"{STATEMENT}.Action", [action for action, _, _ in escalation])


@control(
    "iam-no-escalation-by-service",
    title="Policies do not let their holders run code under another role",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks={Framework.PCI: ("7.2.1", "7.2.2"), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=ONE_FUNCTION,
        failing=(
            as_boundary_and_grant(Change(f"{STATEMENT}.Resource", "*")),
            *(
                (_doing(escalation), Change(f"{STATEMENT}.Resource", "*"))
                for escalation in ESCALATIONS
            ),
            Change(f"{STATEMENT}.Resource", "arn:aws:lambda:*:*:function:*"),
            (
                Change(f"{STATEMENT}.Action", "ssm:Send*"),
                Change(f"{STATEMENT}.Resource", "arn:aws:ec2:us-east-1:123456789012:instance/*"),
            ),
            (
                Change(f"{STATEMENT}.Action", "cloudformation:*"),
                Change(f"{STATEMENT}.Resource", "arn:aws:cloudformation:*:*:stack/*"),
            ),
        ),
        unknown=(Hide("policy"), Hide(f"{STATEMENT}.Action")),
        also_passing=(
            Change(f"{STATEMENT}.Resource", "arn:aws:lambda:*:*:function:orders-*"),
            (Change(f"{STATEMENT}.Effect", "Deny"), Change(f"{STATEMENT}.Resource", "*")),
            (
                Change(f"{STATEMENT}.Resource", "*"),
                Change(
                    f"{STATEMENT}.Condition", {"StringEquals": {"aws:ResourceTag/app": "orders"}}
                ),
            ),
            *(
                (_doing(escalation[:1]), Change(f"{STATEMENT}.Resource", "*"))
                for escalation in ESCALATIONS
                if len(escalation) > 1
            ),
        ),
        absent=(Change(f"{STATEMENT}.Resource", "*"),),
        not_applicable=(Remove("policy"), as_boundary(Change(f"{STATEMENT}.Resource", "*"))),
    ),
)
def no_escalation_by_service(holder: Resource, stack: Stack) -> Outcome:
    """Whoever changes what a function, a build or an instance runs has its role."""
    items = list(granting_statements(holder, stack))
    known = [item for item in items if isinstance(item, SourcedStatement)]
    for escalation in ESCALATIONS:
        found = opened(known, escalation)
        if found is not None:
            return found
    unknown = next((item for item in items if isinstance(item, Unknown)), None)
    return unknown or (Pass() if items else NotApplicable("it has no policy"))
