"""Actions that open more than they name: passing roles, reading secrets, changing policies."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.boundaries import as_boundary, as_boundary_and_grant
from stackproof.controls.support.checks import each
from stackproof.model import Category, Fail, Framework, Outcome, Pass, Resource, Severity, Stack
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.reasoning.access import asks_for_tags
from stackproof.reasoning.boundaries import GRANT_NEIGHBOURS, granting_statements
from stackproof.reasoning.policy_documents import (
    IDENTITY_TYPES,
    SourcedStatement,
)
from stackproof.types.tokens import IAM_POLICY

FRAMEWORKS = {Framework.PCI: ("7.2.1", "7.2.2"), Framework.NIST: ("AC-3", "AC-6")}

# Each of these lets its holder become somebody else, when it is not tied to some resource.
# Source: IAM User Guide, "Privilege escalation" notes of the Service Authorization Reference.
ESCALATION = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "sts:AssumeRole",
)

# Those of them that widen the limits of a user: nobody may do that to themselves.
_LIMITS = (
    "iam:AttachUserPolicy",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
)
_SELF = "${aws:username}"


def _allowing(action: str, resource: str) -> Given:
    statement = {"Effect": "Allow", "Action": [action], "Resource": [resource]}
    return Given(IAM_POLICY, {"policy": Json({"Statement": [statement]})})


def _on(*resources: str) -> Change:
    return Change("policy.Statement.0.Resource", list(resources))


def _where(key: str, value: str = "payments") -> Change:
    return Change("policy.Statement.0.Condition", {"StringEquals": {key: value}})


ACTION = "policy.Statement.0.Action"
OTHER = Change(ACTION, "logs:PutLogEvents")


@control(
    "iam-pass-role-limited",
    title="Policies let their holders pass named roles only",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=_allowing("iam:PassRole", "arn:aws:iam::123456789012:role/task"),
        failing=(
            as_boundary_and_grant(_on("*")),
            _on("*"),
            _on("arn:aws:iam::123456789012:role/*"),
            (Change(ACTION, "iam:Pass*"), _on("arn:aws:iam::*:*")),
            (Change(ACTION, "*"), _on("*")),
            (_on("*"), _where("iam:ResourceTag/app")),
            (_on("*"), _where("iam:PassedToService", "lambda.amazonaws.com")),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Resource")),
        also_passing=((OTHER, _on("*")), _on("arn:aws:iam::123456789012:role/ci-*")),
        absent=(_on("*"),),
        not_applicable=(Remove("policy"), as_boundary(_on("*"))),
    ),
)
def pass_role_limited(holder: Resource, stack: Stack) -> Outcome:
    """Whoever may pass any role to a task of theirs has the permissions of every role.

    Tags of the role don't count, "this approach does not have reliable results", nor to whom it is
    passed. Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
    """
    note = "Conditions on tags of the role, or on the service it is passed to, don't count."
    return each(
        granting_statements(holder, stack),
        lambda item: _bounded(item, "iam:PassRole", "role", note=note),
    )


@control(
    "iam-decrypt-limited",
    title="Policies allow decryption with named keys only",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks=FRAMEWORKS | {Framework.FSBP: ("KMS.1", "KMS.2")},
    cases=Cases(
        passing=_allowing("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/0123"),
        failing=(
            as_boundary_and_grant(_on("*")),
            _on("*"),
            _on("arn:aws:kms:*:*:key/*"),
            (Change(ACTION, ["kms:De*"]), _on("arn:aws:kms:us-east-1:123456789012:*")),
            *(
                (_on("*"), _where(key))
                for key in ("aws:ResourceTag/app", "kms:ResourceAliases", "kms:RequestAlias")
            ),
            (_on("*"), _where("kms:ViaService", "s3.us-east-1.amazonaws.com")),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Resource")),
        also_passing=((OTHER, _on("*")),),
        absent=(_on("*"),),
        not_applicable=(Remove("policy"), as_boundary(_on("*"))),
    ),
)
def decrypt_limited(holder: Resource, stack: Stack) -> Outcome:
    """One key per concern protects nothing from an identity that may use them all.

    Conditions on tags and aliases don't count, unlike with secrets: Security Hub's KMS.1 and KMS.2
    stay red with them, and whoever may tag a key or change an alias changes who may use it.
    Sources: AWS Config Developer Guide, "iam-customer-policy-blocked-kms-actions" ("does not
    evaluate the conditions"); AWS KMS Developer Guide, "ABAC for AWS KMS".
    """
    note = "Conditions on tags or aliases don't count, as in KMS.1 and KMS.2 of Security Hub."
    return each(
        granting_statements(holder, stack),
        lambda item: _bounded(item, "kms:Decrypt", "key", note=note),
    )


@control(
    "iam-secrets-limited",
    title="Policies allow reading named secrets only",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=_allowing(
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:cache-x",
        ),
        failing=(
            as_boundary_and_grant(_on("*")),
            _on("*"),
            _on("arn:aws:secretsmanager:us-east-1:123456789012:secret:*"),
            (Change(ACTION, "secretsmanager:*"), _on("arn:aws:secretsmanager:*")),
            (Change(ACTION, "secretsmanager:Get*"), _on("*")),
            (_on("*"), _where("aws:PrincipalTag/app")),
            (_on("*"), _where("secretsmanager:VersionStage", "AWSCURRENT")),
        ),
        unknown=(
            Hide("policy"),
            Hide("policy.Statement.0.Action"),
            (_on("*"), _where("aws:ResourceTag/app"), Hide("policy.Statement.0.Condition")),
        ),
        also_passing=(
            (OTHER, _on("*")),
            (_on("*"), _where("aws:ResourceTag/app")),
            (_on("*"), _where("secretsmanager:ResourceTag/app")),
            _on("arn:aws:secretsmanager:us-east-1:123456789012:secret:payments-*"),
        ),
        absent=(_on("*"),),
        not_applicable=(Remove("policy"), as_boundary(_on("*"))),
    ),
)
def secrets_limited(holder: Resource, stack: Stack) -> Outcome:
    """A service that reads every secret has the credentials of every other service.

    A condition on the secrets' tags names them as well as their ARNs do.
    """
    return each(
        granting_statements(holder, stack),
        lambda item: _bounded(item, "secretsmanager:GetSecretValue", "secret", tags=True),
    )


@control(
    "iam-no-escalation",
    title="Policies do not let their holders become other identities",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    needs=GRANT_NEIGHBOURS,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=_allowing("sts:AssumeRole", "arn:aws:iam::123456789012:role/reader"),
        failing=(
            as_boundary_and_grant(_on("*")),
            _on("*"),
            *((Change(ACTION, [action]), _on("*")) for action in ESCALATION),
            (Change(ACTION, "iam:Put*Policy"), _on("arn:aws:iam::123456789012:role/*")),
            (Change(ACTION, "iam:CreateAccessKey"), _on("arn:aws:iam::123456789012:user/*")),
            *(
                (Change(ACTION, action), _on(f"arn:aws:iam::123456789012:user/{_SELF}"))
                for action in _LIMITS
            ),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Action")),
        also_passing=(
            (Change(ACTION, "iam:GetRole"), _on("*")),
            (_on("*"), _where("aws:ResourceTag/team", "${aws:PrincipalTag/team}")),
            (Change(ACTION, "iam:*AccessKey*"), _on(f"arn:aws:iam::*:user/{_SELF}")),
        ),
        absent=(_on("*"),),
        not_applicable=(Remove("policy"), as_boundary(_on("*"))),
    ),
)
def no_escalation(holder: Resource, stack: Stack) -> Outcome:
    """A limited identity that may change its own limits is not limited.

    A condition on the tags of whom they become counts. Keys and a password of their own make nobody
    somebody else. Source: IAM User Guide, "AWS: Allows
    IAM users to manage their own credentials on the Security credentials page".
    """
    return each(granting_statements(holder, stack), _no_escalation)


def _no_escalation(item: SourcedStatement) -> Outcome:
    failures = (
        failure
        for action in ESCALATION
        for kind in ("role", "user", "group", "policy")
        if isinstance(failure := _bounded(item, action, kind, tags=True), Fail)
    )
    return next(failures, None) or _widens_itself(item) or Pass()


def _widens_itself(item: SourcedStatement) -> Fail | None:
    statement = item.statement
    selves = [name for name in statement.resources if _SELF in name.lower()]
    widening = [action for action in _LIMITS if statement.allows and statement.acts(action)]
    if not (selves and widening):
        return None
    return Fail(
        item.path,
        f"{widening[0]} on other users than the one who does it",
        f"{statement.name} allows it on {', '.join(selves)}",
        "Leave the limits of users to somebody else.",
    )


def _bounded(
    item: SourcedStatement, action: str, kind: str, *, tags: bool = False, note: str = ""
) -> Outcome:
    statement = item.statement
    if not (statement.allows and statement.acts(action)):
        return Pass()
    if tags and any(map(asks_for_tags, statement.conditions)):
        return Pass()
    service = "iam" if action.startswith("sts:") else action.split(":", maxsplit=1)[0]
    unbounded = statement.unbounded(service, kind)
    if not unbounded:
        return Pass()
    return Fail(
        item.path,
        f"{action} on the ARN of each {kind} that is needed",
        f"{statement.name} allows it on {', '.join(unbounded)}",
        f"Name the {kind}s in the statement's Resource{', or their tags in its Condition' * tags}."
        + f" {note}" * bool(note),
    )
