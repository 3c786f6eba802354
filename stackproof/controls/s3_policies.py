"""What bucket policies allow and refuse."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.controls.support.documents import not_public
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Without
from stackproof.reasoning.access import Statement, denies_without_tls
from stackproof.reasoning.policy_documents import Said, resource_policy
from stackproof.types.tokens import S3_BUCKET, S3_POLICY

TLS_ONLY = {
    "Sid": "DenyInsecureTransport",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::payments", "arn:aws:s3:::payments/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
DELIVERY = {
    "Sid": "Delivery",
    "Effect": "Allow",
    "Principal": {"Service": "config.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::payments/*",
}
WITH_POLICY = Given(
    S3_BUCKET,
    {"bucket": "payments"},
    (
        Neighbour(
            "policy",
            S3_POLICY,
            {"bucket": Ref("subject"), "policy": Json({"Statement": [TLS_ONLY, DELIVERY]})},
        ),
    ),
)


@control(
    "s3-bucket-policy-not-public",
    title="Bucket policies let no stranger in",
    severity=Severity.CRITICAL,
    category=Category.IAM,
    types=(S3_BUCKET, S3_POLICY),
    needs=(S3_BUCKET, S3_POLICY),
    frameworks={
        Framework.FSBP: ("S3.2", "S3.3"),
        Framework.PCI: ("1.3.1", "7.2.1"),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    cases=Cases(
        passing=WITH_POLICY,
        failing=(
            Change("policy.Statement.1.Principal", "*", of="policy"),
            Change("policy.Statement.1.Principal", {"AWS": "*"}, of="policy"),
            (
                Change("policy.Statement.1.Principal", "*", of="policy"),
                Change(
                    "policy.Statement.1.Condition",
                    {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
                    of="policy",
                ),
            ),
        ),
        unknown=(Hide("policy", of="policy"), Hide("bucket", of="policy")),
        absent=((Without("policy"), Hide("policy")),),
        also_passing=(
            (
                Change("policy.Statement.1.Principal", "*", of="policy"),
                Change(
                    "policy.Statement.1.Condition",
                    {"StringEquals": {"aws:SourceVpce": "vpce-0123"}},
                    of="policy",
                ),
            ),
        ),
        not_applicable=(Without("policy"),),
    ),
)
def policy_not_public(bucket: Resource, stack: Stack) -> Outcome:
    """What counts as public is what the Amazon S3 User Guide, "The meaning of public", says."""
    return each(resource_policy(bucket, stack), _not_public)


def _not_public(item: Said) -> Outcome:
    return not_public(
        item,
        expected="named principals, or a condition on their account, organisation or network",
        fix="Name the principals in the bucket policy.",
    )


@control(
    "s3-bucket-tls-only",
    title="Bucket policies refuse requests that do not use TLS",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=S3_BUCKET,
    needs=(S3_POLICY,),
    frameworks={
        Framework.FSBP: ("S3.5",),
        Framework.CIS: ("2.1.1",),
        Framework.PCI: ("4.2.1", "2.2.7"),
        Framework.NIST: ("SC-8", "AC-17(2)"),
    },
    cases=Cases(
        passing=WITH_POLICY,
        failing=(
            Change("policy.Statement.0.Effect", "Allow", of="policy"),
            Change("policy.Statement.0.Action", "s3:GetObject", of="policy"),
            Change("policy.Statement.0.Resource", "arn:aws:s3:::payments", of="policy"),
            Change("policy.Statement.0.Resource", ["arn:aws:s3:::payments/cards/*"], of="policy"),
            Change("policy.Statement.0.Principal", {"AWS": "123456789012"}, of="policy"),
            Change(
                "policy.Statement.0.Condition.StringEquals",
                {"aws:PrincipalOrgID": "o-1"},
                of="policy",
            ),
            Without("policy"),
        ),
        unknown=(Hide("policy", of="policy"), Hide("bucket", of="policy")),
        absent=(Without("policy"),),
        also_passing=(
            Change("policy.Statement.0.Action", ["s3:GetObject", "s3:*"], of="policy"),
            Change("policy.Statement.0.Resource", "*", of="policy"),
            Change(
                "policy.Statement.0.Condition.Bool", {"aws:SecureTransport": False}, of="policy"
            ),
            Change("policy.Statement.0.Principal", {"AWS": "*"}, of="policy"),
        ),
    ),
)
def tls_only(bucket: Resource, stack: Stack) -> Outcome:
    """S3 answers plain HTTP, too, unless the bucket's policy refuses it."""
    items = resource_policy(bucket, stack)
    known = [item.statement for item in items if not isinstance(item, Unknown)]
    actions = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket")
    if all(_whole(denies_without_tls(known, action)) for action in actions):
        return Pass()
    failure = Fail(
        "policy",
        "a statement that denies s3:* to everybody when aws:SecureTransport is false",
        [statement.name for statement in known],
        "Add it to the BucketPolicy, for the bucket and for all objects in it.",
    )
    return next((item for item in items if isinstance(item, Unknown)), failure)


def _whole(denials: Iterable[Statement]) -> bool:
    """Tell whether the statements reach all objects of their bucket, not those of a folder."""
    patterns = [pattern for denial in denials for pattern in denial.resources]
    return any(re.fullmatch(r"\*|[^/]*(/\*|\*)", pattern) for pattern in patterns)
