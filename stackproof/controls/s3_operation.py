"""Buckets of data: who asked for what is written down, and there is a copy in another region."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, attempt, each, expect_set
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, With, Without
from stackproof.reasoning.effective import parts
from stackproof.reasoning.log_buckets import LOG_WRITERS, holds_logs
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import LB, S3_BUCKET, S3_BUCKET_LOGGING, S3_REPLICATION

_LOGS = NotApplicable("a bucket of logs")
_HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
_STAGING = Change("tags", {"Environment": "staging"})


def _logs_to(bucket: object) -> With:
    return With(Neighbour("shop", LB, {"access_logs": {"bucket": bucket, "enabled": True}}))


@control(
    "s3-bucket-access-logged",
    title="Buckets of data write server access logs",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=S3_BUCKET,
    needs=(S3_BUCKET_LOGGING, *LOG_WRITERS),
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.PCI: ("10.2.1", "10.2.2"),
        Framework.NIST: ("AU-2", "AU-10", "AU-12"),
    },
    # It asks buckets of logs as well, and CIS 3.4 that of the trail.
    in_part={Framework.FSBP: ("S3.9",)},
    cases=Cases(
        passing=Given(
            S3_BUCKET,
            {"bucket": "payments"},
            (
                Neighbour(
                    "logging",
                    S3_BUCKET_LOGGING,
                    {"bucket": Ref("subject"), "target_bucket": "logs", "target_prefix": "s3/"},
                ),
            ),
        ),
        failing=(
            Without("logging"),
            Change("bucket", "another", of="logging"),
            (Without("logging"), _logs_to("another")),
            Change("target_bucket", "payments", of="logging"),
        ),
        unknown=(
            Hide("bucket", of="logging"),
            Hide("target_bucket", of="logging"),
            (Without("logging"), Change("logging", _HIDDEN)),
            (Without("logging"), _logs_to(_HIDDEN)),
        ),
        absent=(Without("logging"),),
        also_passing=((Without("logging"), Change("logging", {"target_bucket": "logs"})),),
        not_applicable=(
            (Without("logging"), _logs_to(Ref("subject"))),
            (
                Change("bucket", "another", of="logging"),
                Change("target_bucket", Ref("subject"), of="logging"),
            ),
            (Without("logging"), Change("tags", {"Environment": "dev"})),
        ),
    ),
)
def access_logged(bucket: Resource, stack: Stack) -> Outcome:
    """Trails don't tell who read which object, unless they are paid to.

    Buckets that logs are written to are left out: each log would be logged, as in one that logs
    to itself. Source: Amazon S3 User Guide, "Logging requests with server access logging".
    """
    if any(_to_itself(logging, bucket) for logging in parts(bucket, stack, S3_BUCKET_LOGGING)):
        fix = "Write the log to another bucket."
        return Fail("logging.target_bucket", "a bucket of logs", "the bucket itself", fix)
    return _unless_logs(attempt(_is_logged, bucket, stack), bucket, stack)


def _to_itself(logging: Block, bucket: Resource) -> bool:
    named = logging.raw("target_bucket")
    return isinstance(named, str) and named in (bucket.raw("bucket"), bucket.id)


def _is_logged(bucket: Resource, stack: Stack) -> Outcome:
    fix = "Add an aws.s3.BucketLogging to a bucket of logs in the same region."
    expected = "a bucket of logs"
    logs = parts(bucket, stack, S3_BUCKET_LOGGING)
    if not logs:
        return Fail("logging", expected, None, fix)
    return each(
        logs, lambda logging: expect_set(logging, "target_bucket", expected=expected, fix=fix)
    )


def _unless_logs(told: Outcome, bucket: Resource, stack: Stack) -> Outcome:
    """Give an outcome, but for a failing bucket that others' logs are written to."""
    return _LOGS if isinstance(told, Fail) and holds_logs(bucket, stack) else told


@control(
    "s3-bucket-replicated",
    title="Buckets of data are replicated to another region",
    severity=Severity.LOW,
    category=Category.DR,
    types=S3_BUCKET,
    needs=(S3_REPLICATION, *LOG_WRITERS),
    tolerated_in=(*NON_PRODUCTION, "staging"),
    frameworks={
        Framework.SECURITY_HUB: ("S3.7",),
        Framework.NIST: ("CP-6", "CP-9", "SC-36(2)", "SI-13(5)"),
    },
    cases=Cases(
        passing=Given(
            S3_BUCKET,
            {"bucket": "payments"},
            (
                Neighbour(
                    "copies",
                    S3_REPLICATION,
                    {
                        "bucket": Ref("subject"),
                        "rules": [
                            {"status": "Enabled", "destination": {"bucket": "arn:aws:s3:::copy"}}
                        ],
                    },
                ),
            ),
        ),
        failing=(Without("copies"), Change("bucket", "another", of="copies")),
        unknown=(
            Hide("bucket", of="copies"),
            Hide("rules", of="copies"),
            (Without("copies"), Change("replication_configuration", _HIDDEN)),
            (Without("copies"), _logs_to(_HIDDEN)),
        ),
        absent=(Without("copies"),),
        not_applicable=(
            (Without("copies"), _logs_to(Ref("subject"))),
            (
                Change("bucket", "another", of="copies"),
                Change("rules.0.destination.bucket", Ref("subject", "arn"), of="copies"),
            ),
            (Without("copies"), _STAGING),
        ),
    ),
)
def replicated(bucket: Resource, stack: Stack) -> Outcome:
    """What a region loses, or somebody deletes there, is in another one; backups do as well.

    How it is replicated other controls tell. Buckets of logs, and copies themselves, are left out.
    """
    fix = "Add an aws.s3.BucketReplicationConfig to a bucket in another region."
    expected = "a copy in another region"
    # Where it could not be read, it stands there with rules that are unknown.
    if replications := parts(bucket, stack, S3_REPLICATION):
        return each(
            replications,
            lambda replication: expect_set(replication, "rules", expected=expected, fix=fix),
        )
    if referrers(bucket, stack, S3_REPLICATION, "rules.destination.bucket"):
        return NotApplicable("a copy itself")
    missing = Fail("replication_configuration", expected, None, fix)
    return _unless_logs(missing, bucket, stack)
