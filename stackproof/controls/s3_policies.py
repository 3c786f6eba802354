"""What bucket policies allow and refuse."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.documents import not_public, refuses_plain_http
from stackproof.model import (
    Category,
    Family,
    Framework,
    Outcome,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Ref, Without
from stackproof.reasoning.policy_documents import resource_policy
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
        Framework.PCI: ("1.3.1", "7.2.1"),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    in_part={Framework.FSBP: ("S3.2", "S3.3")},
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
    return not_public(
        resource_policy(bucket, stack),
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
            Change("policy.Statement.0.Resource", "arn:aws:s3:::payments/*", of="policy"),
            Change(
                "policy.Statement.0.Resource", ["arn:aws:s3:::o", "arn:aws:s3:::o/*"], of="policy"
            ),
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
    needed = (
        ("s3:GetObject", "/x"),
        ("s3:PutObject", "/x"),
        ("s3:DeleteObject", "/x"),
        ("s3:ListBucket", ""),
    )
    return refuses_plain_http(bucket, stack, needed, "s3:* on the bucket and all objects in it")
