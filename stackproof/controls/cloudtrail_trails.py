"""Trails: that they record everything, and that nobody can change or read the record unseen."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect, expect_that
from stackproof.controls.support.keys import KEY_TYPES, customer_key
from stackproof.model import Category, Family, Framework, Outcome, Resource, Severity, Stack
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    Without,
)
from stackproof.types.tokens import CLOUDTRAIL_TRAIL, KMS_KEY

RECORDS = Given(
    CLOUDTRAIL_TRAIL,
    {
        "name": "audit",
        "s3_bucket_name": "audit",
        "is_multi_region_trail": True,
        "enable_log_file_validation": True,
        "kms_key_id": Ref("key", "arn"),
    },
    (Neighbour("key", KMS_KEY, {"description": "the audit trail"}),),
)


@control(
    "cloudtrail-customer-key",
    title="Trails are encrypted with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=CLOUDTRAIL_TRAIL,
    needs=KEY_TYPES,
    frameworks={
        Framework.FSBP: ("CloudTrail.2",),
        Framework.PCI: ("10.3.2",),
        Framework.NIST: ("AU-9(3)", "SC-28(1)"),
    },
    cases=Cases(
        passing=RECORDS,
        failing=(Remove("kms_key_id"),),
        unknown=(Hide("kms_key_id"),),
        absent=(Without("key"),),
    ),
)
def trail_key(trail: Resource, stack: Stack) -> Outcome:
    """Who may read the record of the administrators is decided apart from who may read buckets."""
    return customer_key(trail, stack, "kms_key_id")


@control(
    "cloudtrail-files-validated",
    title="Trails sign the files that they write",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=CLOUDTRAIL_TRAIL,
    frameworks={
        Framework.FSBP: ("CloudTrail.4",),
        Framework.PCI: ("10.3.4",),
        Framework.NIST: ("AU-9", "SI-7"),
    },
    cases=Cases(
        passing=RECORDS,
        failing=(
            Change("enable_log_file_validation", False),
            Remove("enable_log_file_validation"),
        ),
        unknown=(Hide("enable_log_file_validation"),),
    ),
)
def files_validated(trail: Resource) -> Outcome:
    """A file that was changed or taken away after the fact is then found out."""
    return expect(
        trail, "enable_log_file_validation", True, fix="Set enable_log_file_validation to true."
    )


@control(
    "cloudtrail-records",
    title="Trails are switched on",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=CLOUDTRAIL_TRAIL,
    frameworks={
        Framework.FSBP: ("CloudTrail.1",),
        Framework.PCI: ("10.2.1",),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    cases=Cases(
        passing=RECORDS,
        failing=(Change("enable_logging", False),),
        unknown=(Hide("enable_logging"),),
        also_passing=(Change("enable_logging", True),),
    ),
)
def records(trail: Resource) -> Outcome:
    """A trail is on unless told otherwise; the first thing that an intruder does is to stop it."""
    return expect_that(
        trail,
        "enable_logging",
        lambda value: value is not False,
        expected="true",
        fix="Set enable_logging to true.",
    )
