"""Records that an auditor asks for are kept as long as that takes."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
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
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Range
from stackproof.reasoning.effective import parts
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import (
    CLOUDTRAIL_TRAIL,
    CONFIG_DELIVERY_CHANNEL,
    S3_BUCKET,
    S3_LIFECYCLE,
)


@control(
    "s3-audit-records-kept",
    title="Buckets of trails and of AWS Config keep their records for a year",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=S3_BUCKET,
    needs=(CLOUDTRAIL_TRAIL, CONFIG_DELIVERY_CHANNEL, S3_LIFECYCLE),
    tolerated_in=(*NON_PRODUCTION, "staging"),
    frameworks={Framework.PCI: ("10.5.1",), Framework.NIST: ("AU-11",)},
    cases=Cases(
        passing=Given(
            S3_BUCKET,
            {"bucket": "audit"},
            (
                Neighbour("trail", CLOUDTRAIL_TRAIL, {"s3_bucket_name": Ref("subject")}),
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
            Change("rules.0.expiration.days", 30, of="lifecycle"),
            (
                Change("rules.0.filter", {"prefix": "AWSLogs/"}, of="lifecycle"),
                Change("rules.0.expiration.days", 1, of="lifecycle"),
            ),
        ),
        unknown=(
            Hide("rules", of="lifecycle"),
            Hide("rules.0.expiration.days", of="lifecycle"),
            (
                Hide("s3_bucket_name", of="trail"),
                Change("rules.0.expiration.days", 1, of="lifecycle"),
            ),
        ),
        absent=(Hide("s3_bucket_name", of="trail"),),
        also_passing=(
            Without("lifecycle"),
            (
                Change("rules.0.status", "Disabled", of="lifecycle"),
                Change("rules.0.expiration.days", 1, of="lifecycle"),
            ),
            Remove("rules.0.expiration", of="lifecycle"),
        ),
        not_applicable=(Without("trail"), Change("tags", {"Environment": "staging"})),
    ),
)
def records_kept(
    bucket: Resource, stack: Stack, *, minimum_days: Annotated[int, Range(30, 36500, "days")] = 365
) -> Outcome:
    """Break-ins are found months later; what expired by then tells nobody how it went.

    Rules of a prefix count as well: it is that of the records.
    """
    given = (
        *referrers(bucket, stack, CLOUDTRAIL_TRAIL, "s3_bucket_name"),
        *referrers(bucket, stack, CONFIG_DELIVERY_CHANNEL, "s3_bucket_name"),
    )
    if not given:
        return NotApplicable("holds no records of a trail or of AWS Config")
    rules = [
        rule
        for lifecycle in parts(bucket, stack, S3_LIFECYCLE)
        for rule in lifecycle.elements("rules")
    ]
    judged = each(rules, lambda rule: _keeps(rule, minimum_days))
    return Pass() if isinstance(judged, NotApplicable) else judged


def _keeps(rule: Block, minimum_days: int) -> Outcome:
    days = rule.number("expiration.days") if rule["expiration"] else None
    if rule["status"] != "Enabled" or not days or days >= minimum_days:
        return Pass()
    return Fail(
        f"lifecycle.{rule.at('expiration.days')}",
        f"at least {minimum_days} days",
        days,
        f"Set expiration.days to {minimum_days} or more.",
    )
