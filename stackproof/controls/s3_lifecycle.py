"""Objects do not stay, and are not paid for, for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import some
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Range
from stackproof.reasoning.effective import parts
from stackproof.types.tokens import S3_BUCKET, S3_LIFECYCLE

EXPIRING = Given(
    S3_BUCKET,
    {"bucket": "payments"},
    (
        Neighbour(
            "lifecycle",
            S3_LIFECYCLE,
            {
                "bucket": Ref("subject"),
                "rules": [
                    {
                        "id": "expire",
                        "status": "Enabled",
                        "expiration": {"days": 365},
                        "noncurrent_version_expiration": {"noncurrent_days": 30},
                        "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                    }
                ],
            },
        ),
    ),
)
_NARROWED = (
    Change("rules.0.prefix", "tmp/", of="lifecycle"),
    Change("rules.0.filter", {"prefix": "tmp/"}, of="lifecycle"),
    Change("rules.0.filter", {"tag": {"key": "kind", "value": "tmp"}}, of="lifecycle"),
    Change("rules.0.filter", {"and": {"object_size_greater_than": 1024}}, of="lifecycle"),
)
_WHOLE = (
    Change("rules.0.filter", {"prefix": ""}, of="lifecycle"),
    Change("rules.0.filter", {}, of="lifecycle"),
)
_HIDDEN = (
    (
        Change("rules.0.filter", {"prefix": ""}, of="lifecycle"),
        Hide("rules.0.filter.prefix", of="lifecycle"),
    ),
    Hide("rules.0.status", of="lifecycle"),
    Hide("rules", of="lifecycle"),
    Hide("bucket", of="lifecycle"),
)


@control(
    "s3-bucket-lifecycle",
    title="Buckets have a lifecycle rule that moves or expires objects",
    severity=Severity.LOW,
    category=Category.COST,
    types=S3_BUCKET,
    needs=(S3_LIFECYCLE,),
    frameworks={Framework.FSBP: ("S3.13",), Framework.PCI: ("3.2.1", "10.5.1")},
    cases=Cases(
        passing=EXPIRING,
        failing=(
            *_NARROWED,
            Change("rules.0.status", "Disabled", of="lifecycle"),
            Remove("rules.0.expiration", of="lifecycle"),
            Without("lifecycle"),
        ),
        unknown=_HIDDEN,
        absent=(Without("lifecycle"),),
        also_passing=(
            *_WHOLE,
            (
                Without("lifecycle"),
                Change("lifecycle_rules", [{"enabled": True, "expiration": {"days": 365}}]),
            ),
            (
                Remove("rules.0.expiration", of="lifecycle"),
                Change(
                    "rules.0.transitions",
                    [{"days": 30, "storage_class": "GLACIER"}],
                    of="lifecycle",
                ),
            ),
        ),
    ),
)
def lifecycle(bucket: Resource, stack: Stack) -> Outcome:
    """Data that nobody needs any more costs money, and leaks when the bucket does."""
    return _some_rule(
        bucket,
        stack,
        lambda rule: bool(rule["expiration"] or rule["transitions"]),
        "an enabled rule with an expiration or a transition",
    )


@control(
    "s3-bucket-aborts-multipart-uploads",
    title="Buckets drop what is left of uploads that never ended",
    severity=Severity.LOW,
    category=Category.COST,
    types=S3_BUCKET,
    needs=(S3_LIFECYCLE,),
    cases=Cases(
        passing=EXPIRING,
        failing=(
            *_NARROWED,
            Change(
                "rules.0.abort_incomplete_multipart_upload.days_after_initiation",
                90,
                of="lifecycle",
            ),
            Remove("rules.0.abort_incomplete_multipart_upload", of="lifecycle"),
            Without("lifecycle"),
        ),
        unknown=_HIDDEN,
        absent=(Without("lifecycle"),),
    ),
)
def aborts_uploads(
    bucket: Resource, stack: Stack, *, maximum_days: Annotated[int, Range(1, 365, "days")] = 7
) -> Outcome:
    """Parts of unfinished uploads show in no listing but are on the bill.

    Source: Amazon S3 User Guide, "Configuring a bucket lifecycle configuration to delete
    incomplete multipart uploads".
    """
    return _some_rule(
        bucket,
        stack,
        lambda rule: (
            _days(rule, "abort_incomplete_multipart_upload.days_after_initiation") <= maximum_days
        ),
        f"an enabled rule that aborts multipart uploads after {maximum_days} days or earlier",
    )


@control(
    "s3-bucket-expires-noncurrent-versions",
    title="Buckets expire noncurrent versions of objects",
    severity=Severity.LOW,
    category=Category.COST,
    types=S3_BUCKET,
    needs=(S3_LIFECYCLE,),
    frameworks={Framework.SECURITY_HUB: ("S3.10",), Framework.PCI: ("3.2.1",)},
    cases=Cases(
        passing=EXPIRING,
        failing=(
            *_NARROWED,
            Change("rules.0.noncurrent_version_expiration.noncurrent_days", 3650, of="lifecycle"),
            Remove("rules.0.noncurrent_version_expiration", of="lifecycle"),
            Without("lifecycle"),
        ),
        unknown=_HIDDEN,
        absent=(Without("lifecycle"),),
    ),
)
def expires_versions(
    bucket: Resource, stack: Stack, *, maximum_days: Annotated[int, Range(1, 3650, "days")] = 365
) -> Outcome:
    """With versioning on, a deletion deletes nothing until such a rule does."""
    return _some_rule(
        bucket,
        stack,
        lambda rule: _days(rule, "noncurrent_version_expiration.noncurrent_days") <= maximum_days,
        f"an enabled rule that expires noncurrent versions after {maximum_days} days or earlier",
    )


def of_all(rule: Block) -> bool:
    """Tell whether a rule is of all objects of its bucket, and not of some by prefix, tag or size.

    Source: Amazon S3 API Reference, LifecycleRuleFilter, ReplicationRuleFilter.
    Raises UnresolvedError when that is unknown.
    """
    return not rule["prefix"] and _empty(rule["filter"])


def _empty(part: Any) -> bool:
    if isinstance(part, Unknown):
        raise UnresolvedError(part.at("rules.filter"))
    if isinstance(part, Mapping):
        return all(_empty(inner) for inner in part.values())
    if isinstance(part, (list, tuple)):
        return all(_empty(inner) for inner in part)
    return part in (None, "", 0, "0")


def _days(rule: Block, path: str) -> float:
    days = rule.number(path)
    return float("inf") if days is None else days


def _some_rule(
    bucket: Resource, stack: Stack, does: Callable[[Block], bool], expected: str
) -> Outcome:
    failure = Fail(
        "lifecycle_rules",
        expected,
        None,
        "Add it to the BucketLifecycleConfiguration of this bucket.",
    )

    def judge(rule: Block) -> Outcome:
        return Pass() if rule["status"] == "Enabled" and does(rule) and of_all(rule) else failure

    return some(_rules(bucket, stack), judge, failure)


def _rules(bucket: Resource, stack: Stack) -> Iterator[Block | Unknown]:
    for settings in parts(bucket, stack, S3_LIFECYCLE):
        yield from settings.elements("rules")
