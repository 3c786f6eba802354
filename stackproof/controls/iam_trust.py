"""Who may take on roles."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.documents import granted, over_grants
from stackproof.controls.support.wider import Wider, each_unless_wider
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json
from stackproof.reasoning.access import (
    ANY_SERVICE,
    Grant,
    Kind,
    issuer,
    lets_guests_in,
    wanted_claims,
)
from stackproof.reasoning.policy_documents import document_statements
from stackproof.types.tokens import IAM_ROLE

PATH = "assume_role_policy"
ACCOUNT = "123456789012"
FOR_TASKS = Given(
    IAM_ROLE,
    {
        PATH: Json(
            {
                "Statement": [
                    {
                        "Sid": "Tasks",
                        "Effect": "Allow",
                        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                    }
                ]
            }
        )
    },
)
PRINCIPAL = f"{PATH}.Statement.0.Principal"
CONDITION = f"{PATH}.Statement.0.Condition"
POOLS = "cognito-identity.amazonaws.com"
FRAMEWORKS = {Framework.PCI: ("7.2.1", "7.2.5"), Framework.NIST: ("AC-3", "AC-6")}

# Services that send aws:SourceAccount and aws:SourceArn when they take on a role, each by its
# own user guide, "Confused deputy prevention".
_SENDS_SOURCE = frozenset(
    f"{service}.amazonaws.com"
    for service in (
        "application-autoscaling",
        "codebuild",
        "config",
        "ecs-tasks",
        "events",
        "firehose",
        "monitoring.rds",
        "pipes",
        "scheduler",
        "ssm",
        "states",
        "vpc-flow-logs",
    )
)


def _in_pool(who: str) -> dict[str, dict[str, str]]:
    pool = {f"{POOLS}:aud": "us-east-1:0a1b2c3d"}
    return {"StringEquals": pool, "ForAnyValue:StringLike": {f"{POOLS}:amr": who}}


@control(
    "iam-role-trust-not-open",
    title="Roles do not trust everybody",
    severity=Severity.CRITICAL,
    category=Category.IAM,
    types=IAM_ROLE,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=FOR_TASKS,
        failing=(
            (Change(PRINCIPAL, "*"), Change(CONDITION, {})),
            (Change(PRINCIPAL, {"AWS": ["*"]}), Change(CONDITION, {})),
            (
                Change(PRINCIPAL, {"AWS": "*"}),
                Change(CONDITION, {"StringEquals": {"sts:ExternalId": "guessed"}}),
            ),
            (
                Change(PRINCIPAL, "*"),
                Change(CONDITION, {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci"}}),
            ),
            (Change(PRINCIPAL, {"Federated": POOLS}), Change(CONDITION, _in_pool("unauth*"))),
        ),
        unknown=(
            Hide(PATH),
            Hide(PRINCIPAL),
            (Change(PRINCIPAL, {"Service": "*.amazonaws.com"}), Change(CONDITION, {})),
        ),
        also_passing=(
            (
                Change(PRINCIPAL, "*"),
                Change(CONDITION, {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
            ),
            (Change(PRINCIPAL, {"Federated": POOLS}), Change(CONDITION, _in_pool("authenticated"))),
        ),
    ),
)
def trust_not_open(role: Resource) -> Outcome:
    """An open trust policy gives the role to whoever learns its ARN, which is no secret."""
    return over_grants(document_statements(role, PATH), _not_open)


def _not_open(item: tuple[str, Grant]) -> Outcome:
    path, grant = item
    if not grant.everybody:
        return Pass()
    named = grant.statement.name
    if grant.party.kind is Kind.FEDERATED:
        who = issuer(grant.party.name)
        if lets_guests_in(grant.party.name, grant.statement.conditions):
            return Fail(
                path,
                f"authenticated as the only value of {who}:amr",
                f"{named} trusts the guests of an identity pool, as everybody may be one",
                "Let identities in that have signed in; give guests no role, or waive this one.",
            )
        return Fail(
            path,
            f"a condition on {wanted_claims(grant.party.name)} that names an owner",
            f"{named} trusts everybody who has an identity at {who}",
            "Name the owner of the identities, without a wildcard in its name, in the condition.",
        )
    return Fail(
        path,
        "named principals, or a condition that ties them to an account or organisation",
        f"{named} trusts everybody",
        "Name the principals of the trust policy.",
    )


@control(
    "iam-role-trust-guards-deputy",
    title="Roles for AWS services say for which account the service may act",
    severity=Severity.LOW,
    category=Category.IAM,
    types=IAM_ROLE,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=FOR_TASKS,
        failing=(
            Change(CONDITION, {}),
            Change(CONDITION, {"StringLike": {"aws:SourceAccount": "*"}}),
            (
                Change(PRINCIPAL, {"Service": ["ec2.amazonaws.com", "states.amazonaws.com"]}),
                Change(CONDITION, {}),
            ),
            (
                Change(PRINCIPAL, "*"),
                Change(CONDITION, {"Bool": {"aws:PrincipalIsAWSService": "true"}}),
            ),
        ),
        unknown=(Hide(PATH), Hide(CONDITION)),
        also_passing=(
            Change(CONDITION, {"ArnLike": {"AWS:SourceArn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:*"}}),
        ),
        not_applicable=(
            (Change(PRINCIPAL, {"Service": "ec2.amazonaws.com"}), Change(CONDITION, {})),
            (Change(PRINCIPAL, {"AWS": ACCOUNT}), Change(CONDITION, {})),
            (Change(PRINCIPAL, "*"), Change(CONDITION, {})),
        ),
    ),
)
def guards_deputy(role: Resource) -> Outcome:
    """Otherwise another customer can have the service use this account's role for them.

    Source: IAM User Guide, "The confused deputy problem". Only services that send the account
    are judged.
    """
    return each_unless_wider(granted(document_statements(role, PATH)), _guards_deputy)


def _guards_deputy(item: tuple[str, Grant]) -> Outcome | Wider:
    path, grant = item
    if grant.party.kind is Kind.EVERYBODY and grant.everybody:
        return Wider(grant.statement.name, "iam-role-trust-not-open")
    known = grant.party == ANY_SERVICE or grant.party.name in _SENDS_SOURCE
    if grant.party.kind is not Kind.SERVICE or not known:
        return NotApplicable("trusts no service that says for whom it acts")
    if grant.pinned:
        return Pass()
    return Fail(
        path,
        "a condition on aws:SourceAccount or aws:SourceArn",
        f"{grant.statement.name} trusts {grant.party.label} for any account",
        'Add "Condition": {"StringEquals": {"aws:SourceAccount": "<this account>"}}.',
    )
