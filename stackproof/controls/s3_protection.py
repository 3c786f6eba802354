"""What buckets hold can be brought back, and is encrypted with a key of one's own."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.effective import inline, parts
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import KMS_KEY, LB, S3_BUCKET, S3_ENCRYPTION, S3_VERSIONING

KEY = Ref("key", "arn")
DEFAULT = "apply_server_side_encryption_by_default"
ENCRYPTED = Given(
    S3_BUCKET,
    {"bucket": "payments"},
    (
        Neighbour(
            "encryption",
            S3_ENCRYPTION,
            {
                "bucket": Ref("subject"),
                "rules": [
                    {
                        DEFAULT: {
                            "sse_algorithm": "aws:kms",
                            "kms_master_key_id": Ref("key", "arn"),
                        },
                        "bucket_key_enabled": True,
                    }
                ],
            },
        ),
        Neighbour("key", KMS_KEY, {"description": "payments"}),
    ),
)


@control(
    "s3-bucket-versioned",
    title="Buckets keep earlier versions of their objects",
    severity=Severity.LOW,
    category=Category.DR,
    types=S3_BUCKET,
    needs=(S3_VERSIONING,),
    frameworks={Framework.SECURITY_HUB: ("S3.14",), Framework.NIST: ("CP-9", "AU-9(2)")},
    cases=Cases(
        passing=Given(
            S3_BUCKET,
            {"bucket": "payments"},
            (
                Neighbour(
                    "versioning",
                    S3_VERSIONING,
                    {"bucket": Ref("subject"), "versioning_configuration": {"status": "Enabled"}},
                ),
            ),
        ),
        failing=(
            Change("versioning_configuration.status", "Suspended", of="versioning"),
            Without("versioning"),
            (Without("versioning"), Change("versioning", {"enabled": False})),
        ),
        unknown=(
            (
                Without("versioning"),
                Change("versioning", {"enabled": Unknown(Cause.NOT_KNOWN_AT_PREVIEW)}),
            ),
            Hide("versioning_configuration.status", of="versioning"),
            Hide("bucket", of="versioning"),
        ),
        absent=(Without("versioning"),),
        also_passing=((Without("versioning"), Change("versioning", {"enabled": True})),),
    ),
)
def versioned(bucket: Resource, stack: Stack) -> Outcome:
    """An object that was overwritten or deleted by mistake is still there."""
    return is_versioned(bucket, stack)


def is_versioned(bucket: Resource, stack: Stack) -> Outcome:
    """Pass when a bucket's versioning is enabled, by a resource of its own or inside the bucket."""
    fix = "Add a BucketVersioning with the status Enabled."
    settings = parts(bucket, stack, S3_VERSIONING)
    if not settings:
        return Fail("versioning", "Enabled", None, fix)
    return each(
        settings, lambda item: expect(item, "versioning_configuration.status", "Enabled", fix=fix)
    )


@control(
    "s3-bucket-customer-key",
    title="Buckets are encrypted with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=S3_BUCKET,
    needs=(S3_ENCRYPTION, LB, *KEY_TYPES),
    frameworks={
        Framework.SECURITY_HUB: ("S3.17",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-28(1)", "SC-13"),
    },
    cases=Cases(
        passing=ENCRYPTED,
        failing=(
            Change(f"rules.0.{DEFAULT}.sse_algorithm", "AES256", of="encryption"),
            Remove(f"rules.0.{DEFAULT}.kms_master_key_id", of="encryption"),
            Change(f"rules.0.{DEFAULT}.kms_master_key_id", "alias/aws/s3", of="encryption"),
            Without("encryption"),
        ),
        unknown=(
            Hide(f"rules.0.{DEFAULT}.sse_algorithm", of="encryption"),
            Hide(f"rules.0.{DEFAULT}.kms_master_key_id", of="encryption"),
            Hide("bucket", of="encryption"),
            (
                Change(f"rules.0.{DEFAULT}.sse_algorithm", "AES256", of="encryption"),
                With(Neighbour("alb", LB, {"access_logs": Unknown(Cause.ACCESS_DENIED)})),
            ),
        ),
        absent=(Without("encryption"), Without("key")),
        also_passing=(
            Change(f"rules.0.{DEFAULT}.sse_algorithm", "aws:kms:dsse", of="encryption"),
            (
                Without("encryption"),
                Change(
                    "server_side_encryption_configuration",
                    {"rule": {DEFAULT: {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}}},
                ),
            ),
        ),
        not_applicable=(
            (
                Change(f"rules.0.{DEFAULT}.sse_algorithm", "AES256", of="encryption"),
                With(Neighbour("alb", LB, {"access_logs": {"bucket": Ref("subject")}})),
            ),
            (
                Change(f"rules.0.{DEFAULT}.sse_algorithm", "AES256", of="encryption"),
                With(Neighbour("alb", LB, {"access_logs": {"bucket": "payments"}})),
            ),
        ),
    ),
)
def encryption_key(bucket: Resource, stack: Stack) -> Outcome:
    """S3 encrypts everything with its own keys; only a key of one's own can be refused to others.

    Source of the exception: Elastic Load Balancing, "Access logs for your Application Load
    Balancer": the only encryption that log buckets may have is SSE-S3.
    """
    outcome = _encrypted(bucket, stack)
    if isinstance(outcome, Pass):
        return outcome
    # Asked only now: a bucket with a key of one's own is right, whatever can't be seen.
    if referrers(bucket, stack, LB, "access_logs.bucket"):
        return NotApplicable("load balancers write their logs only to buckets with keys of S3")
    return outcome


def _encrypted(bucket: Resource, stack: Stack) -> Outcome:
    settings = parts(bucket, stack, S3_ENCRYPTION)
    if not settings:
        return Fail(
            "server_side_encryption",
            "aws:kms with a customer managed key",
            "AES256, which S3 does by default",
            "Add a BucketServerSideEncryptionConfiguration with sse_algorithm aws:kms.",
        )
    return each(settings, lambda item: _with_customer_key(item, stack))


def _with_customer_key(settings: Resource, stack: Stack) -> Outcome:
    path = f"rules.0.{DEFAULT}.sse_algorithm"
    algorithm = settings.get(path)
    if algorithm not in ("aws:kms", "aws:kms:dsse"):
        return Fail(path, "aws:kms", algorithm, "Set sse_algorithm to aws:kms and name a key.")
    return customer_key(settings, stack, f"rules.{DEFAULT}.kms_master_key_id")


@control(
    "s3-bucket-key-on",
    title="Buckets encrypted with KMS use a bucket key",
    severity=Severity.LOW,
    category=Category.COST,
    types=(S3_ENCRYPTION, S3_BUCKET),
    cases=Cases(
        passing=Given(
            S3_ENCRYPTION,
            {"rules": [{DEFAULT: {"sse_algorithm": "aws:kms"}, "bucket_key_enabled": True}]},
        ),
        failing=(
            Change("rules.0.bucket_key_enabled", False),
            Remove("rules.0.bucket_key_enabled"),
        ),
        unknown=(Hide("rules.0.bucket_key_enabled"), Hide("rules")),
        not_applicable=(
            Change(f"rules.0.{DEFAULT}.sse_algorithm", "AES256"),
            Change(f"rules.0.{DEFAULT}.sse_algorithm", "aws:kms:dsse"),
        ),
    ),
)
def bucket_key(encryption: Resource) -> Outcome:
    """Without it every object read is a billed KMS request; AWS states up to 99 % less with it.

    Source: Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
    """
    encryptions = inline(encryption, S3_ENCRYPTION)
    return each((rule for item in encryptions for rule in item.elements("rules")), _bucket_key)


def _bucket_key(rule: Block) -> Outcome:
    if rule.get(f"{DEFAULT}.sse_algorithm") != "aws:kms":
        return NotApplicable("not encrypted with aws:kms")
    return expect(rule, "bucket_key_enabled", True, fix="Set bucket_key_enabled to true.")
