"""What is copied for the day on which it is lost is not deleted by a rule the day before."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.s3_lifecycle import of_all
from stackproof.controls.support.checks import NON_PRODUCTION, each
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.model.parameter import Range
from stackproof.reasoning.effective import parts
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import S3_BUCKET, S3_LIFECYCLE, S3_REPLICATION

_DAYS = "rules.0.expiration.days"
_A_DAY = Change(_DAYS, 1, of="lifecycle")
_OF_ALL, _OF_SOME = (
    Change("rules.0.filter", {"prefix": prefix}, of="lifecycle") for prefix in ("", "tmp/")
)
_INLINE = Change("lifecycle_rules", [{"enabled": True, "expiration": {"days": 1}}])


@control(
    "s3-copied-data-kept",
    title="Buckets that are copied, and their copies, keep objects for weeks",
    severity=Severity.HIGH,
    category=Category.DR,
    types=S3_BUCKET,
    needs=(S3_LIFECYCLE, S3_REPLICATION),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-9", "SI-12")},
    cases=Cases(
        passing=Given(
            S3_BUCKET,
            {"bucket": "orders"},
            (
                Neighbour(
                    "copies",
                    S3_REPLICATION,
                    {
                        "bucket": Ref("subject"),
                        "rules": [{"destination": {"bucket": "arn:aws:s3:::copy"}}],
                    },
                ),
                Neighbour(
                    "lifecycle",
                    S3_LIFECYCLE,
                    {
                        "bucket": Ref("subject"),
                        "rules": [{"status": "Enabled", "expiration": {"days": 365}}],
                    },
                ),
            ),
        ),
        failing=(
            _A_DAY,
            (
                Change("rules.0.filter", {"prefix": ""}, of="lifecycle"),
                Change(_DAYS, 7, of="lifecycle"),
            ),
            (
                Without("copies"),
                With(
                    Neighbour(
                        "from",
                        S3_REPLICATION,
                        {
                            "bucket": "others",
                            "rules": [{"destination": {"bucket": Ref("subject", "arn")}}],
                        },
                    )
                ),
                _A_DAY,
            ),
            (
                Without("lifecycle"),
                Change("lifecycle_rules", [{"enabled": True, "expiration": {"days": 1}}]),
            ),
        ),
        unknown=(
            Hide("rules", of="lifecycle"),
            Hide(_DAYS, of="lifecycle"),
            (Hide("bucket", of="copies"), _A_DAY),
            Hide("rules", of="copies"),
        ),
        absent=(Hide("bucket", of="copies"),),
        also_passing=(
            Without("lifecycle"),
            Remove("rules.0.expiration", of="lifecycle"),
            (
                Change("rules.0.status", "Disabled", of="lifecycle"),
                _A_DAY,
            ),
            (
                Change("rules.0.filter", {"prefix": "tmp/"}, of="lifecycle"),
                _A_DAY,
            ),
        ),
        not_applicable=(
            (Without("copies"), _A_DAY),
            (_A_DAY, Change("tags", {"Environment": "dev"})),
        ),
    ),
)
def copied_data_kept(
    bucket: Resource, stack: Stack, *, minimum_days: Annotated[int, Range(2, 36500, "days")] = 14
) -> Outcome:
    """Who copies a bucket elsewhere means to keep it, and notices a mistake after weeks.

    Rules of a prefix, a tag or a size are for what is temporary.
    """
    if not _copied(bucket, stack):
        return NotApplicable("it is not copied, and no copy")
    rules = [
        rule
        for lifecycle in parts(bucket, stack, S3_LIFECYCLE)
        for rule in lifecycle.elements("rules")
    ]
    return each(rules, lambda rule: _keeps(rule, minimum_days)) if rules else Pass()


def _copied(bucket: Resource, stack: Stack) -> bool:
    around = stack.around(S3_REPLICATION)
    if any(_is_copy(bucket, copying) for copying in around):
        return True
    if any(_rules(copying) for copying in referrers(bucket, stack, S3_REPLICATION, "bucket")):
        return True
    # One whose rules nobody could read may copy to anywhere.
    for copying in around:
        for rule in copying.elements("rules"):
            if isinstance(rule, Unknown) and not copying.references.get("rules"):
                raise UnresolvedError(rule)
    return False


def _is_copy(bucket: Resource, copying: Resource) -> bool:
    # Before deployment ARNs are unknown, and what they are computed from is not.
    if bucket.urn in copying.references.get("rules", ()):
        return True
    return bucket.arn is not None and bucket.arn in (
        destination.raw("bucket")
        for rule in _rules(copying)
        for destination in rule.elements("destination")
        if not isinstance(destination, Unknown)
    )


def _rules(copying: Resource) -> list[Block]:
    return [rule for rule in copying.elements("rules") if not isinstance(rule, Unknown)]


def _keeps(rule: Block, minimum_days: int) -> Outcome:
    days = rule.number("expiration.days") if rule["expiration"] else None
    if rule["status"] != "Enabled" or not days or days >= minimum_days or not of_all(rule):
        return Pass()
    return Fail(
        f"lifecycle.{rule.at('expiration.days')}",
        f"at least {minimum_days} days",
        days,
        f"Set expiration.days to {minimum_days} or more, or give the rule a prefix.",
    )
