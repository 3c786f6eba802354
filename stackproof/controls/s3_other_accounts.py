"""What bucket policies let other accounts change."""

from __future__ import annotations

from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.documents import granted
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Json,
    Neighbour,
    Ref,
    Without,
)
from stackproof.reasoning.access import Circle, Grant
from stackproof.reasoning.policy_documents import resource_policy
from stackproof.types.tokens import (
    S3_BUCKET,
    S3_POLICY,
)

OURS, THEIRS = "123456789012", "999999999999"
PRINCIPAL, ACTION = "policy.Statement.0.Principal", "policy.Statement.0.Action"
# Source: Security Hub, S3.6, the default of blacklistedactionpatterns.
_CHANGES: Final = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
)
SHARED = {
    "Sid": "Share",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{THEIRS}:root"},
    "Action": ["s3:GetObject"],
    "Resource": "*",
}


@control(
    "s3-bucket-policy-no-other-accounts",
    title="Bucket policies give other accounts no right to change the bucket",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=(S3_BUCKET, S3_POLICY),
    needs=(S3_BUCKET, S3_POLICY),
    frameworks={
        Framework.FSBP: ("S3.6",),
        Framework.PCI: ("7.2.1", "7.2.2", "7.2.5"),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    cases=Cases(
        passing=Given(
            S3_BUCKET,
            {"bucket": "payments"},
            (
                Neighbour(
                    "policy",
                    S3_POLICY,
                    {"bucket": Ref("subject"), "policy": Json({"Statement": [SHARED]})},
                ),
            ),
        ),
        failing=(
            *(Change(ACTION, action, of="policy") for action in _CHANGES),
            Change(ACTION, "s3:*", of="policy"),
            Change(ACTION, ["s3:GetObject", "s3:Put*"], of="policy"),
        ),
        unknown=(Hide("policy", of="policy"), Hide("bucket", of="policy")),
        absent=((Without("policy"), Hide("policy")),),
        also_passing=(
            (
                Change(ACTION, "s3:*", of="policy"),
                Change(PRINCIPAL, {"AWS": OURS}, of="policy"),
            ),
            (
                Change(ACTION, "s3:*", of="policy"),
                Change("policy.Statement.0.Effect", "Deny", of="policy"),
            ),
        ),
        not_applicable=(
            Without("policy"),
            (
                Change(ACTION, "s3:*", of="policy"),
                Change(PRINCIPAL, {"AWS": "*"}, of="policy"),
            ),
        ),
    ),
)
def no_other_accounts(bucket: Resource, stack: Stack) -> Outcome:
    """Who may write the policy gives themselves the rest, trusted or not.

    What lets everybody in is said by `s3-bucket-policy-not-public`, and is no pass here.
    """
    circle = Circle(bucket.account)
    public: list[Grant] = []

    def judge(item: tuple[str, Grant]) -> Outcome:
        path, grant = item
        changes = [action for action in _CHANGES if grant.statement.acts(action)]
        if not changes or circle.admits(grant):
            return Pass()
        if grant.everybody:
            public.append(grant)
            return Pass()
        return Fail(
            path,
            f"none of {', '.join(_CHANGES)} for another account",
            f"{grant.statement.name} allows {grant} {', '.join(changes)}",
            "List what the other account needs, reading or writing objects, by name.",
        )

    items = resource_policy(bucket, stack)
    found = each(granted(items), judge)
    if public and isinstance(found, Pass):
        name = public[0].statement.name
        return NotApplicable(f"{name} lets everybody in, which s3-bucket-policy-not-public judges")
    return Pass() if items and isinstance(found, NotApplicable) else found
