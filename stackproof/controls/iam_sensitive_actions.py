"""Actions that open more than they name: passing roles, reading secrets, changing policies."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import Category, Fail, Framework, Outcome, Pass, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Remove
from stackproof.reasoning.policy_documents import IDENTITY_TYPES, Said, identity_statements
from stackproof.types.tokens import IAM_ROLE_POLICY

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

# What reads, overwrites or deletes data, by whose data it is. Source: Service Authorization
# Reference, "Actions defined by" each of the services.
DATA = {
    "bucket": (
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:PutObject",
    ),
    "queue": ("sqs:PurgeQueue", "sqs:ReceiveMessage"),
    "parameter": ("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"),
    "stream": ("kinesis:GetRecords",),
    "table": (
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:UpdateItem",
    ),
}
# In whose ARNs the name stands where others have the kind: any that nobody means.
_WITHOUT_KIND = dict.fromkeys(("bucket", "queue"), "~nobody~")
# Keys by which a condition says which data, as Resource would. Source: the same pages.
_NARROWING = (
    "aws:resourcetag/",
    "dynamodb:leadingkeys",
    "s3:dataaccesspoint",
    "s3:existingobjecttag/",
    "ssm:resourcetag/",
)


def _allowing(action: str, resource: str) -> Given:
    statement = {"Effect": "Allow", "Action": [action], "Resource": [resource]}
    return Given(IAM_ROLE_POLICY, {"policy": Json({"Statement": [statement]})})


def _on(*resources: str) -> Change:
    return Change("policy.Statement.0.Resource", list(resources))


ACTION = "policy.Statement.0.Action"
OTHER = Change(ACTION, "logs:PutLogEvents")


@control(
    "iam-pass-role-limited",
    title="Policies let their holders pass named roles only",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=_allowing("iam:PassRole", "arn:aws:iam::123456789012:role/task"),
        failing=(
            _on("*"),
            _on("arn:aws:iam::123456789012:role/*"),
            (Change(ACTION, "iam:Pass*"), _on("arn:aws:iam::*:*")),
            (Change(ACTION, "*"), _on("*")),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Resource")),
        also_passing=((OTHER, _on("*")), _on("arn:aws:iam::123456789012:role/ci-*")),
        not_applicable=(Remove("policy"),),
    ),
)
def pass_role_limited(holder: Resource) -> Outcome:
    """Whoever may pass any role to a task of theirs has the permissions of every role."""
    return each(identity_statements(holder), lambda item: _bounded(item, "iam:PassRole", "role"))


@control(
    "iam-decrypt-limited",
    title="Policies allow decryption with named keys only",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    frameworks=FRAMEWORKS | {Framework.FSBP: ("KMS.1", "KMS.2")},
    cases=Cases(
        passing=_allowing("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/0123"),
        failing=(
            _on("*"),
            _on("arn:aws:kms:*:*:key/*"),
            (Change(ACTION, ["kms:De*"]), _on("arn:aws:kms:us-east-1:123456789012:*")),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Resource")),
        also_passing=((OTHER, _on("*")),),
        not_applicable=(Remove("policy"),),
    ),
)
def decrypt_limited(holder: Resource) -> Outcome:
    """One key per concern protects nothing from an identity that may use them all.

    Conditions do not count, as in Security Hub's KMS.1 and KMS.2.
    """
    return each(identity_statements(holder), lambda item: _bounded(item, "kms:Decrypt", "key"))


@control(
    "iam-secrets-limited",
    title="Policies allow reading named secrets only",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=_allowing(
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:cache-x",
        ),
        failing=(
            _on("*"),
            _on("arn:aws:secretsmanager:us-east-1:123456789012:secret:*"),
            (Change(ACTION, "secretsmanager:*"), _on("arn:aws:secretsmanager:*")),
            (Change(ACTION, "secretsmanager:Get*"), _on("*")),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Action")),
        also_passing=(
            (OTHER, _on("*")),
            _on("arn:aws:secretsmanager:us-east-1:123456789012:secret:payments-*"),
        ),
        not_applicable=(Remove("policy"),),
    ),
)
def secrets_limited(holder: Resource) -> Outcome:
    """A service that reads every secret has the credentials of every other service."""
    return each(
        identity_statements(holder),
        lambda item: _bounded(item, "secretsmanager:GetSecretValue", "secret"),
    )


@control(
    "iam-data-limited",
    title="Policies let their holders at the data of named buckets, tables and queues only",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=_allowing("s3:GetObject", "arn:aws:s3:::payments/*"),
        failing=(
            *(
                (Change(ACTION, [action]), _on("*"))
                for actions in DATA.values()
                for action in actions
            ),
            _on("arn:aws:s3:::*"),
            _on("arn:aws:s3:::payments/*", "arn:aws:s3:::*/*"),
            (Change(ACTION, "s3:Get*"), _on("arn:aws:s3:::*")),
            (Change(ACTION, "sqs:ReceiveMessage"), _on("arn:aws:sqs:us-east-1:123456789012:*")),
            (Change(ACTION, "dynamodb:Get*"), _on("arn:aws:dynamodb:*:*:table/*")),
            (Change(ACTION, "ssm:GetParameter*"), _on("arn:aws:ssm:*:123456789012:parameter/*")),
            (
                Change("policy.Statement.0.Condition", {"Bool": {"aws:SecureTransport": "true"}}),
                _on("*"),
            ),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Resource")),
        also_passing=(
            (OTHER, _on("*")),
            (Change(ACTION, "s3:ListAllMyBuckets"), _on("*")),
            _on("arn:aws:s3:::payments-*/*"),
            (Change(ACTION, "ssm:GetParameter"), _on("arn:aws:ssm:*:*:parameter/payments/*")),
            (Change("policy.Statement.0.Effect", "Deny"), _on("*")),
            *(
                (
                    Change("policy.Statement.0.Condition", {"StringEquals": {key: "payments"}}),
                    _on("*"),
                )
                for key in ("aws:ResourceTag/app", "s3:ExistingObjectTag/app")
            ),
        ),
        not_applicable=(Remove("policy"),),
    ),
)
def data_limited(holder: Resource) -> Outcome:
    """What was taken over reads, spoils or deletes the data of every other service, too."""
    return each(identity_statements(holder), _data_bounded)


def _data_bounded(item: Said) -> Outcome:
    keys = [condition.key for condition in item.statement.conditions]
    if any(key.startswith(_NARROWING) for key in keys):
        return Pass()
    failures = (
        failure
        for kind, actions in DATA.items()
        for action in actions
        if isinstance(failure := _bounded(item, action, kind), Fail)
    )
    return next(failures, Pass())


@control(
    "iam-no-escalation",
    title="Policies do not let their holders become other identities",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IDENTITY_TYPES,
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=_allowing("sts:AssumeRole", "arn:aws:iam::123456789012:role/reader"),
        failing=(
            _on("*"),
            *((Change(ACTION, [action]), _on("*")) for action in ESCALATION),
            (Change(ACTION, "iam:Put*Policy"), _on("arn:aws:iam::123456789012:role/*")),
            (Change(ACTION, "iam:CreateAccessKey"), _on("arn:aws:iam::123456789012:user/*")),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Action")),
        also_passing=((Change(ACTION, "iam:GetRole"), _on("*")),),
        not_applicable=(Remove("policy"),),
    ),
)
def no_escalation(holder: Resource) -> Outcome:
    """A limited identity that may change its own limits is not limited."""
    return each(identity_statements(holder), _no_escalation)


def _no_escalation(item: Said) -> Outcome:
    failures = (
        failure
        for action in ESCALATION
        for kind in ("role", "user", "group", "policy")
        if isinstance(failure := _bounded(item, action, kind), Fail)
    )
    return next(failures, Pass())


def _bounded(item: Said, action: str, kind: str) -> Outcome:
    statement = item.statement
    if not (statement.allows and statement.acts(action)):
        return Pass()
    service = "iam" if action.startswith("sts:") else action.split(":", maxsplit=1)[0]
    unbounded = statement.unbounded(service, _WITHOUT_KIND.get(kind, kind))
    if not unbounded:
        return Pass()
    return Fail(
        item.path,
        f"{action} on the ARN of each {kind} that is needed",
        f"{statement.name} allows it on {', '.join(unbounded)}",
        f"Name the {kind}s in the statement's Resource.",
    )
