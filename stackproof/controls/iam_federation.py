"""Who from elsewhere takes on roles: workloads of identity providers, other accounts."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.documents import granted
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
from stackproof.model.parameter import Trusted
from stackproof.reasoning.access import Circle, Grant, Kind, issuer, wanted_claims
from stackproof.reasoning.policy_documents import document_statements
from stackproof.types.tokens import IAM_ROLE

PATH = "assume_role_policy"
PRINCIPAL = f"{PATH}.Statement.0.Principal"
CONDITION = f"{PATH}.Statement.0.Condition"
OURS, THEIRS = "123456789012", "999999999999"
CLUSTER = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"
GITHUB = "token.actions.githubusercontent.com"
FRAMEWORKS = {Framework.PCI: ("7.2.1", "7.2.5"), Framework.NIST: ("AC-3", "AC-6")}


def _role(principal: dict[str, str], action: str, condition: dict[str, dict[str, str]]) -> Given:
    statement = {
        "Sid": "Trust",
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Condition": condition,
    }
    return Given(IAM_ROLE, {PATH: Json({"Statement": [statement]})})


def _provider(kind: str, name: str) -> dict[str, str]:
    return {"Federated": f"arn:aws:iam::{OURS}:{kind}-provider/{name}"}


OF_A_CLUSTER = _role(
    _provider("oidc", CLUSTER),
    "sts:AssumeRoleWithWebIdentity",
    {"StringEquals": {f"{CLUSTER}:sub": "system:serviceaccount:shop:orders"}},
)


@control(
    "iam-role-federation-names-subject",
    title="Roles for an identity provider name the workload or application that may take them",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IAM_ROLE,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=OF_A_CLUSTER,
        failing=(
            Change(CONDITION, {}),
            Change(CONDITION, {"StringEquals": {f"{CLUSTER}:aud": "sts.amazonaws.com"}}),
            Change(CONDITION, {"StringLike": {f"{CLUSTER}:sub": "system:serviceaccount:*:*"}}),
            (Change(PRINCIPAL, _provider("saml", "acme")), Change(CONDITION, {})),
            (Change(PRINCIPAL, _provider("oidc", "login.acme.com")), Change(CONDITION, {})),
        ),
        unknown=(Hide(PATH), Hide(CONDITION)),
        also_passing=(
            (
                Change(PRINCIPAL, _provider("saml", "acme")),
                Change(
                    CONDITION,
                    {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
                ),
            ),
        ),
        not_applicable=(
            Change(PRINCIPAL, {"AWS": OURS}),
            (Change(PRINCIPAL, "*"), Change(CONDITION, {})),
            (Change(PRINCIPAL, _provider("oidc", GITHUB)), Change(CONDITION, {})),
        ),
    ),
)
def federation_names_subject(role: Resource) -> Outcome:
    """Otherwise every workload of the cluster, every application of the provider has the role.

    A provider that everybody may have an identity at is judged by `iam-role-trust-not-open`.
    Source: IAM User Guide, "Create a role for OpenID Connect federation"; Amazon EKS User Guide,
    "Assign IAM roles to Kubernetes service accounts".
    """
    return each_unless_wider(granted(document_statements(role, PATH)), _names_subject)


def _names_subject(item: tuple[str, Grant]) -> Outcome | Wider:
    path, grant = item
    if grant.everybody:
        return Wider(grant.statement.name, "iam-role-trust-not-open")
    if grant.party.kind is not Kind.FEDERATED:
        return NotApplicable("trusts no identity provider")
    if grant.narrowed:
        return Pass()
    who = issuer(grant.party.name)
    return Fail(
        path,
        f"a condition on {wanted_claims(grant.party.name)} that names somebody",
        f"{grant.statement.name} trusts whomever {who} lets in",
        "Name the workload or the application in the condition.",
    )


WITH_ID = _role(
    {"AWS": f"arn:aws:iam::{THEIRS}:root"},
    "sts:AssumeRole",
    {"StringEquals": {"sts:ExternalId": "between-us"}},
)


@control(
    "iam-role-other-accounts-with-external-id",
    title="Roles that another account may take ask for an external id",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=IAM_ROLE,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=WITH_ID,
        failing=(
            Change(CONDITION, {}),
            Change(CONDITION, {"StringLike": {"sts:ExternalId": "*"}}),
            Change(CONDITION, {"StringEqualsIfExists": {"sts:ExternalId": "between-us"}}),
            Change(CONDITION, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        ),
        unknown=(Hide(PATH), Hide(CONDITION)),
        also_passing=(
            Change(CONDITION, {"StringEquals": {"sts:ExternalId": ["one", "another"]}}),
            (
                Change(PRINCIPAL, {"AWS": [OURS, THEIRS]}),
                Change(CONDITION, {"StringEquals": {"sts:ExternalId": "between-us"}}),
            ),
        ),
        not_applicable=(
            (Change(PRINCIPAL, "*"), Change(CONDITION, {})),
            (Change(PRINCIPAL, {"AWS": OURS}), Change(CONDITION, {})),
            (Change(PRINCIPAL, {"Service": "ec2.amazonaws.com"}), Change(CONDITION, {})),
            Change(CONDITION, {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
        ),
    ),
)
def other_accounts_with_external_id(role: Resource, *, trusted: Trusted = ()) -> Outcome:
    """A company that serves many customers could be made to use this role for another of them.

    Accounts that are `trusted`, and those of an organization, serve nobody else.
    Source: IAM User Guide, "Access to AWS accounts owned by third parties".
    """
    circle = Circle(role.account, frozenset(trusted))

    def judge(item: tuple[str, Grant]) -> Outcome | Wider:
        path, grant = item
        if grant.party.kind is Kind.EVERYBODY and grant.everybody:
            return Wider(grant.statement.name, "iam-role-trust-not-open")
        if grant.party.kind is not Kind.ACCOUNT or _of_organization(grant):
            return NotApplicable("trusts no account by itself")
        if _asks_for_id(grant):
            return Pass()
        if circle.admits(grant):
            return NotApplicable("trusts accounts of its own")
        return Fail(
            path,
            "a condition StringEquals on sts:ExternalId",
            f"{grant.statement.name} trusts {grant.party}",
            "Agree on an external id with the other account, and demand it in the condition.",
        )

    return each_unless_wider(granted(document_statements(role, PATH)), judge)


def _of_organization(grant: Grant) -> bool:
    parties = [party for bound in grant.bounds for party in bound.parties]
    return any(party.kind is Kind.ORGANIZATION for party in parties)


def _asks_for_id(grant: Grant) -> bool:
    return any(
        condition.key == "sts:externalid"
        and condition.operator.lower() in ("stringequals", "stringlike")
        and condition.values
        and all(set(value) - set("*?") for value in condition.values)
        for condition in grant.statement.conditions
    )
