"""What bucket policies let other accounts change."""

from __future__ import annotations

from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.documents import over_grants
from stackproof.controls.support.wider import Wider
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
            (Change(ACTION, "s3:*", of="policy"), Change(PRINCIPAL, "*", of="policy")),
            (Change(ACTION, "s3:*", of="policy"), Change(PRINCIPAL, {"AWS": "*"}, of="policy")),
        ),
    ),
)
def no_other_accounts(bucket: Resource, stack: Stack) -> Outcome:
    """Who may write the policy gives themselves the rest, trusted or not.

    Of what lets everybody in `s3-bucket-policy-not-public` tells.
    """
    circle = Circle(bucket.account)

    def judge(item: tuple[str, Grant]) -> Outcome | Wider:
        path, grant = item
        changes = [action for action in _CHANGES if grant.statement.acts(action)]
        if not changes:
            return Pass()
        if grant.everybody:
            return Wider(grant.statement.name, "s3-bucket-policy-not-public")
        if circle.admits(grant):
            return Pass()
        return Fail(
            path,
            f"none of {', '.join(_CHANGES)} for another account",
            f"{grant.statement.name} allows {grant} {', '.join(changes)}",
            "List what the other account needs, reading or writing objects, by name.",
        )

    return over_grants(resource_policy(bucket, stack), judge)
