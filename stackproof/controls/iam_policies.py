"""How wide identity policies are: everything, whole services, everything but."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.boundaries import as_boundary, as_boundary_and_grant
from stackproof.controls.support.checks import each
from stackproof.controls.support.wide_grants import ADMINISTRATOR, wider_than_listed
from stackproof.controls.support.wider import Wider, each_unless_wider
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.reasoning.boundaries import GRANT_NEIGHBOURS, granting_statements
from stackproof.reasoning.policy_documents import (
    IDENTITY_TYPES,
    SourcedStatement,
)
from stackproof.types.tokens import IAM_POLICY

ONE_BUCKET = Given(
    IAM_POLICY,
    {
        "policy": Json(
            {
                "Statement": [
                    {
                        "Sid": "Read",
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": ["arn:aws:s3:::payments/*"],
                    }
                ]
            }
        )
    },
)
EVERYTHING_OF_A_SERVICE = (
    "arn:aws:s3:::*",
    "arn:aws:s3:::*/*",
    "arn:aws:sqs:*:*:*",
    "arn:aws:sns:eu-west-1:123456789012:*",
    "arn:aws:dynamodb:*:*:table/*",
    "arn:aws:lambda:eu-west-1:123456789012:function:*",
)
EVERYTHING = (Change("policy.Statement.0.Action", "*"), Change("policy.Statement.0.Resource", "*"))
WHOLE_S3 = (Change("policy.Statement.0.Action", "s3:*"), Change("policy.Statement.0.Resource", "*"))
ALL_BUT_IAM = (
    Remove("policy.Statement.0.Action"),
    Change("policy.Statement.0.NotAction", "iam:*"),
)
LEAST_PRIVILEGE = {Framework.PCI: ("7.2.1", "7.2.2"), Framework.NIST: ("AC-3", "AC-6")}


@control(
    "iam-no-full-administrator",
    title="Policies do not allow every action on every resource",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks=LEAST_PRIVILEGE | {Framework.FSBP: ("IAM.1",)},
    in_part={Framework.CIS: ("1.15",)},
    cases=Cases(
        passing=ONE_BUCKET,
        failing=(
            as_boundary_and_grant(
                (
                    Change("policy.Statement.0.Action", "*"),
                    Change("policy.Statement.0.Resource", "*"),
                )
            ),
            EVERYTHING,
            (
                Change("policy.Statement.0.Action", ["s3:GetObject", "*:*"]),
                Change("policy.Statement.0.Resource", ["arn:aws:s3:::payments", "arn:aws:*"]),
            ),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Action")),
        also_passing=(
            Change("policy.Statement.0.Action", "*"),
            (
                Change("policy.Statement.0.Effect", "Deny"),
                Change("policy.Statement.0.Action", "*"),
                Change("policy.Statement.0.Resource", "*"),
            ),
        ),
        absent=(EVERYTHING,),
        not_applicable=(
            Remove("policy"),
            as_boundary(
                (
                    Change("policy.Statement.0.Action", "*"),
                    Change("policy.Statement.0.Resource", "*"),
                )
            ),
        ),
    ),
)
def no_full_administrator(holder: Resource, stack: Stack) -> Outcome:
    """Whoever takes over such an identity takes over the account."""
    return each(granting_statements(holder, stack), _not_everything)


def _not_everything(item: SourcedStatement) -> Outcome:
    statement = item.statement
    if not (statement.allows and statement.every_action and statement.every_resource):
        return Pass()
    return Fail(
        item.path,
        "the actions and resources that are needed",
        f"{statement.name} allows * on *",
        "List the actions and the ARNs that the identity needs.",
    )


@control(
    "iam-no-whole-service",
    title="Policies do not allow all actions of a service on every resource",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks=LEAST_PRIVILEGE | {Framework.FSBP: ("IAM.21",)},
    cases=Cases(
        passing=ONE_BUCKET,
        failing=(
            as_boundary_and_grant(
                (
                    Change("policy.Statement.0.Action", "s3:*"),
                    Change("policy.Statement.0.Resource", "*"),
                )
            ),
            (
                Change("policy.Statement.0.Action", ["s3:*"]),
                Change("policy.Statement.0.Resource", "*"),
            ),
            (
                Change("policy.Statement.0.Action", ["logs:PutLogEvents", "s3:*"]),
                Change("policy.Statement.0.Resource", ["*"]),
            ),
            *(
                (
                    Change("policy.Statement.0.Action", f"{arn.split(':')[2]}:*"),
                    Change("policy.Statement.0.Resource", arn),
                )
                for arn in EVERYTHING_OF_A_SERVICE
            ),
            (
                Change("policy.Statement.0.Action", "*"),
                Change("policy.Statement.0.Resource", "arn:aws:s3:::*"),
            ),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Resource")),
        also_passing=(
            Change("policy.Statement.0.Action", "s3:*"),
            (
                Change("policy.Statement.0.Action", "dynamodb:*"),
                Change("policy.Statement.0.Resource", "arn:aws:dynamodb:*:*:table/cards-*"),
            ),
            (
                Change("policy.Statement.0.Action", "s3:*"),
                Change("policy.Statement.0.Resource", "arn:aws:sqs:*:*:*"),
            ),
            Change("policy.Statement.0.Action", "*"),
            (
                Change("policy.Statement.0.Action", "ecr:GetAuthorizationToken"),
                Change("policy.Statement.0.Resource", "*"),
            ),
        ),
        absent=(
            (
                Change("policy.Statement.0.Action", "s3:*"),
                Change("policy.Statement.0.Resource", "*"),
            ),
        ),
        not_applicable=(
            Remove("policy"),
            EVERYTHING,
            ALL_BUT_IAM,
            as_boundary(
                (
                    Change("policy.Statement.0.Action", "s3:*"),
                    Change("policy.Statement.0.Resource", "*"),
                )
            ),
        ),
    ),
)
def no_whole_service(holder: Resource, stack: Stack) -> Outcome:
    """Services get new actions all the time, deletions of everything among them."""
    return each_unless_wider(granting_statements(holder, stack), _no_whole_service)


def _no_whole_service(item: SourcedStatement) -> Outcome | Wider:
    statement = item.statement
    wider = wider_than_listed(statement)
    if wider and (wider.control == ADMINISTRATOR or statement.excepted_actions):
        return wider
    services = statement.services_throughout
    if not (statement.allows and services):
        return Pass()
    whole = ", ".join(f"{service}:*" for service in services)
    on = ", ".join(statement.resources or ("everything but what it lists",))
    return Fail(
        item.path,
        "the actions that are needed, or the resources",
        f"{statement.name} allows {whole} on {on}",
        "List the actions, or the ARNs, that the identity needs.",
    )


@control(
    "iam-no-allow-all-but",
    title="Policies do not allow everything but what they list",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks=LEAST_PRIVILEGE,
    cases=Cases(
        passing=ONE_BUCKET,
        failing=(
            as_boundary_and_grant(
                (
                    Remove("policy.Statement.0.Action"),
                    Change("policy.Statement.0.NotAction", "iam:*"),
                )
            ),
            (
                Remove("policy.Statement.0.Action"),
                Change("policy.Statement.0.NotAction", "iam:*"),
            ),
            (
                Remove("policy.Statement.0.Resource"),
                Change("policy.Statement.0.NotResource", "arn:aws:s3:::cards/*"),
            ),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Effect")),
        also_passing=(
            (
                Change("policy.Statement.0.Effect", "Deny"),
                Remove("policy.Statement.0.Action"),
                Change("policy.Statement.0.NotAction", "iam:*"),
            ),
        ),
        absent=(ALL_BUT_IAM,),
        not_applicable=(
            Remove("policy"),
            as_boundary(
                (
                    Remove("policy.Statement.0.Action"),
                    Change("policy.Statement.0.NotAction", "iam:*"),
                )
            ),
        ),
    ),
)
def no_allow_all_but(holder: Resource, stack: Stack) -> Outcome:
    """What AWS adds tomorrow is allowed, too.

    Source: IAM User Guide, "IAM JSON policy elements: NotAction".
    """
    return each(granting_statements(holder, stack), _no_all_but)


def _no_all_but(item: SourcedStatement) -> Outcome:
    statement = item.statement
    excepted = statement.excepted_actions or statement.excepted_resources
    if not (statement.allows and excepted):
        return Pass()
    return Fail(
        item.path,
        "Action and Resource",
        f"{statement.name} allows all but {', '.join(excepted)}",
        "Replace NotAction and NotResource by what the identity needs.",
    )
