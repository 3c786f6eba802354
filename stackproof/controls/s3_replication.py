"""Replication of buckets: that everything arrives, far enough away, and still encrypted."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from stackproof.controls.registry import control
from stackproof.controls.s3_lifecycle import of_all
from stackproof.controls.s3_protection import DEFAULT, is_versioned
from stackproof.controls.support.checks import attempt, each, expect, expect_that, some
from stackproof.model import (
    Block,
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.effective import inline, parts
from stackproof.types.tokens import KMS_KEY, S3_BUCKET, S3_ENCRYPTION, S3_REPLICATION, S3_VERSIONING

TARGETS = "rules.destination.bucket"
ENABLED = {"versioning_configuration": {"status": "Enabled"}}
COPIED = Given(
    S3_REPLICATION,
    {
        "bucket": Ref("source"),
        "rules": [
            {
                "id": "all",
                "status": "Enabled",
                "delete_marker_replication": {"status": "Disabled"},
                "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                "destination": {
                    "bucket": Ref("replica", "arn"),
                    "encryption_configuration": {"replica_kms_key_id": Ref("key", "arn")},
                },
            }
        ],
    },
    (
        Neighbour("source", S3_BUCKET, {"bucket": "orders", "region": "us-east-1"}),
        Neighbour("replica", S3_BUCKET, {"bucket": "orders-copy", "region": "us-west-2"}),
        Neighbour("versions", S3_VERSIONING, {"bucket": Ref("source"), **ENABLED}),
        Neighbour("replica-versions", S3_VERSIONING, {"bucket": Ref("replica"), **ENABLED}),
        Neighbour("key", KMS_KEY, {"region": "us-west-2"}),
        Neighbour(
            "encryption",
            S3_ENCRYPTION,
            {"bucket": Ref("source"), "rules": [{DEFAULT: {"sse_algorithm": "aws:kms"}}]},
        ),
    ),
)


# A bucket is judged by what it says itself; what stands apart is judged there.
REPLICATING = (S3_REPLICATION, S3_BUCKET)


def of_replications(judge: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Judge a replication in its own words, wherever it stands."""

    @wraps(judge)
    def judged(resource: Resource, *stack: Stack) -> Outcome:
        return each(
            inline(resource, S3_REPLICATION), lambda replication: judge(replication, *stack)
        )

    return judged


@control(
    "s3-replication-on",
    title="Replication rules are enabled",
    severity=Severity.HIGH,
    category=Category.DR,
    types=REPLICATING,
    frameworks={Framework.NIST: ("CP-6", "CP-9")},
    cases=Cases(
        passing=COPIED,
        failing=(
            Change("rules.0.status", "Disabled"),
            Change("rules", []),
            (
                Change("rules", [{"status": "Enabled"}, {"status": "Disabled"}]),
                Hide("rules.0.status"),
            ),
        ),
        unknown=(Hide("rules"), Hide("rules.0.status")),
    ),
)
@of_replications
def replication_on(replication: Resource) -> Outcome:
    """A rule that was disabled for a repair copies nothing, and says nothing either."""
    fix = "Set the status of the rule to Enabled."
    judged = each(
        replication.elements("rules"), lambda rule: expect(rule, "status", "Enabled", fix=fix)
    )
    if isinstance(judged, NotApplicable):
        return Fail("rules", "an enabled rule", [], "Add a rule with the status Enabled.")
    return judged


@control(
    "s3-replication-whole",
    title="Replication copies all objects of a bucket",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=REPLICATING,
    frameworks={Framework.NIST: ("CP-6", "CP-9")},
    cases=Cases(
        passing=COPIED,
        failing=(
            Change("rules.0.prefix", "reports/"),
            Change("rules.0.filter", {"prefix": "reports/"}),
            Change("rules.0.filter", {"and": {"tags": {"copy": "yes"}}}),
            Change("rules.0.status", "Disabled"),
        ),
        unknown=(Hide("rules"), (Change("rules.0.filter", {}), Hide("rules.0.filter"))),
        also_passing=(Change("rules.0.filter", {"prefix": ""}),),
    ),
)
@of_replications
def replication_whole(replication: Resource) -> Outcome:
    """What a rule leaves out by its prefix or tags is lost with the region."""
    missing = Fail(
        "rules",
        "an enabled rule without a prefix or tags",
        "rules of some objects only",
        "Take the prefix and the tags out of the filter of a rule.",
    )
    return some(
        replication.elements("rules"),
        lambda rule: Pass() if rule["status"] == "Enabled" and of_all(rule) else missing,
        missing,
    )


@control(
    "s3-replication-versioned",
    title="Buckets that are replicated, and their replicas, keep earlier versions of objects",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=REPLICATING,
    needs=(S3_BUCKET, S3_VERSIONING),
    frameworks={Framework.NIST: ("CP-9",)},
    cases=Cases(
        passing=COPIED,
        failing=(
            Without("versions"),
            Without("replica-versions"),
            Change("versioning_configuration.status", "Suspended", of="replica-versions"),
        ),
        unknown=(
            Hide("bucket"),
            Hide("rules.0.destination.bucket"),
            Hide("versioning_configuration.status", of="versions"),
        ),
        absent=(Without("source"), Without("replica")),
    ),
)
@of_replications
def replication_versioned(replication: Resource, stack: Stack) -> Outcome:
    """S3 refuses replication without versions; suspended later, it stops.

    Source: Amazon S3 User Guide, "Requirements and considerations for replication".
    """
    return worst(
        *(
            attempt(lambda f=find: each(f(replication, stack), lambda b: is_versioned(b, stack)))
            for find in (_source, _replicas)
        )
    )


def _source(replication: Resource, stack: Stack) -> tuple[Resource, ...]:
    return stack.follow(replication, "bucket", S3_BUCKET)


def _replicas(replication: Resource, stack: Stack) -> tuple[Resource, ...]:
    return stack.follow(replication, TARGETS, S3_BUCKET)


@control(
    "s3-replication-to-another-region",
    title="Replicas of buckets are in another region",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=REPLICATING,
    needs=(S3_BUCKET,),
    frameworks={Framework.NIST: ("CP-6", "CP-6(1)", "CP-9")},
    cases=Cases(
        passing=COPIED,
        failing=(
            Change("region", "us-east-1", of="replica"),
            Change("rules.0.destination.bucket", Ref("source", "arn")),
        ),
        unknown=(Hide("rules"), Hide("rules.0.destination.bucket"), Hide("bucket")),
        absent=(Without("replica"), Without("source")),
    ),
)
@of_replications
def to_another_region(replication: Resource, stack: Stack) -> Outcome:
    """A copy beside the original is lost in the same disaster."""
    home = {_region(bucket) for bucket in _source(replication, stack)}
    return each(_replicas(replication, stack), lambda replica: _elsewhere(replica, home))


def _region(bucket: Resource) -> str | None:
    stated = bucket.raw("region")
    return stated if isinstance(stated, str) else bucket.region


def _elsewhere(replica: Resource, home: set[str | None]) -> Outcome:
    if _region(replica) not in home:
        return Pass()
    return Fail(
        TARGETS,
        "a bucket of another region",
        f"{replica.name} in {_region(replica)}",
        "Make the replica with a provider of another region.",
    )


CRITERIA = "source_selection_criteria.sse_kms_encrypted_objects.status"
REPLICA_KEY = "destination.encryption_configuration.replica_kms_key_id"


@control(
    "s3-replication-copies-encrypted-objects",
    title="Replication copies objects that are encrypted with KMS",
    severity=Severity.HIGH,
    category=Category.DR,
    family=Family.ENCRYPTION,
    types=REPLICATING,
    needs=(S3_BUCKET, S3_ENCRYPTION, KMS_KEY),
    frameworks={Framework.PCI: ("3.5.1",), Framework.NIST: ("CP-9", "SC-28")},
    cases=Cases(
        passing=COPIED,
        failing=(
            Change(f"rules.0.{CRITERIA}", "Disabled"),
            Remove("rules.0.source_selection_criteria"),
            Remove("rules.0.destination.encryption_configuration"),
        ),
        unknown=(
            Hide("rules"),
            Hide(f"rules.0.{CRITERIA}"),
            Hide(f"rules.0.{REPLICA_KEY}"),
            Hide("rules", of="encryption"),
            Hide("bucket", of="encryption"),
        ),
        absent=(Without("source"),),
        not_applicable=(
            Without("encryption"),
            Change(f"rules.0.{DEFAULT}.sse_algorithm", "AES256", of="encryption"),
        ),
    ),
)
@of_replications
def copies_encrypted_objects(replication: Resource, stack: Stack) -> Outcome:
    """By default S3 leaves just these objects out, without an error.

    Source: Amazon S3 User Guide, "Replicating encrypted objects".
    """
    encrypted = any(_with_kms(bucket, stack) for bucket in _source(replication, stack))
    if replication["rules"] and not encrypted:  # else it may not be replicated at all
        return NotApplicable("the bucket does not encrypt with KMS")
    return each(
        replication.elements("rules"),
        lambda rule: worst(
            attempt(_includes_encrypted, rule), attempt(_has_replica_key, rule, replication, stack)
        ),
    )


def _with_kms(bucket: Resource, stack: Stack) -> bool:
    return any(
        str(rule.get(f"{DEFAULT}.sse_algorithm")).startswith("aws:kms")
        for settings in parts(bucket, stack, S3_ENCRYPTION)
        for rule in settings.blocks("rules")
    )


def _includes_encrypted(rule: Block) -> Outcome:
    fix = "Enable sse_kms_encrypted_objects of the rule."
    return expect(rule, CRITERIA, "Enabled", fix=fix)


def _has_replica_key(rule: Block, replication: Resource, stack: Stack) -> Outcome:
    try:
        named = rule.get(REPLICA_KEY)
    except UnresolvedError:
        # Not known yet, but perhaps what it will be the ARN of.
        stack.follow(replication, f"rules.{REPLICA_KEY}", KMS_KEY)
        return Pass()
    if named:
        return Pass()
    return Fail(
        rule.at(REPLICA_KEY),
        "a key of the replica's region",
        None,
        "Set replica_kms_key_id to a kms.Key of the replica's region.",
    )


@control(
    "s3-replication-decides-on-deletions",
    title="Replication rules say whether deletions are replicated",
    severity=Severity.LOW,
    category=Category.DR,
    types=REPLICATING,
    frameworks={Framework.NIST: ("CP-9",)},
    cases=Cases(
        passing=COPIED,
        failing=(
            Remove("rules.0.delete_marker_replication"),
            Change("rules.0.delete_marker_replication", {}),
        ),
        unknown=(Hide("rules"), Hide("rules.0.delete_marker_replication")),
        also_passing=(Change("rules.0.delete_marker_replication.status", "Enabled"),),
    ),
)
@of_replications
def decides_on_deletions(replication: Resource) -> Outcome:
    """Replicated, a mistake is made twice; not replicated, the copy keeps what must go."""
    return each(
        replication.elements("rules"),
        lambda rule: expect_that(
            rule,
            "delete_marker_replication.status",
            lambda status: status in ("Enabled", "Disabled"),
            expected="Enabled or Disabled",
            fix="Set delete_marker_replication of the rule.",
        ),
    )
