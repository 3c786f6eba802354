"""Trails: that they see every region, and that somebody can watch them as they write."""

from __future__ import annotations

from stackproof.controls.cloudtrail_trails import RECORDS
from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect, expect_set, expect_that
from stackproof.model import Category, Framework, Outcome, Resource, Severity, worst
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import CLOUDTRAIL_TRAIL


@control(
    "cloudtrail-all-regions",
    title="Trails record what happens in all regions, and in services without one",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=CLOUDTRAIL_TRAIL,
    frameworks={
        Framework.PCI: ("10.2.1.2", "10.2.2"),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    in_part={Framework.FSBP: ("CloudTrail.1",), Framework.CIS: ("3.1",)},
    cases=Cases(
        passing=RECORDS,
        failing=(
            Change("is_multi_region_trail", False),
            Remove("is_multi_region_trail"),
            Change("include_global_service_events", False),
        ),
        unknown=(Hide("is_multi_region_trail"), Hide("include_global_service_events")),
        also_passing=(Change("include_global_service_events", True),),
    ),
)
def all_regions(trail: Resource) -> Outcome:
    """An intruder works where nobody looks; IAM and CloudFront report as global services.

    A trail is of one region unless told otherwise, and of global services unless told otherwise.
    """
    return worst(
        expect(trail, "is_multi_region_trail", True, fix="Set is_multi_region_trail to true."),
        expect_that(
            trail,
            "include_global_service_events",
            lambda value: value is not False,
            expected="true",
            fix="Set include_global_service_events to true.",
        ),
    )


@control(
    "cloudtrail-to-log-group",
    title="Trails send their events to a log group, too",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=CLOUDTRAIL_TRAIL,
    frameworks={
        Framework.FSBP: ("CloudTrail.5",),
        Framework.PCI: ("10.4.1.1",),
        Framework.NIST: ("AU-6(1)", "SI-4"),
    },
    cases=Cases(
        passing=Given(
            CLOUDTRAIL_TRAIL,
            {**RECORDS.properties, "cloud_watch_logs_group_arn": "arn:aws:logs:::log-group:a:*"},
            RECORDS.neighbours,
        ),
        failing=(
            Remove("cloud_watch_logs_group_arn"),
            Change("cloud_watch_logs_group_arn", ""),
        ),
        unknown=(Hide("cloud_watch_logs_group_arn"),),
    ),
)
def to_log_group(trail: Resource) -> Outcome:
    """Files in a bucket tell afterwards; only a log group can raise an alarm within minutes."""
    return expect_set(
        trail,
        "cloud_watch_logs_group_arn",
        expected="a log group",
        fix="Set cloud_watch_logs_group_arn and cloud_watch_logs_role_arn.",
    )
