"""Trails: that they record everything, and that nobody can change or read the record unseen."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect, expect_that
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Block,
    Category,
    Fail,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
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
from stackproof.reasoning.keys import KEY_TYPES
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
        Framework.CIS: ("3.5",),
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
        Framework.CIS: ("3.2",),
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
        Framework.SECURITY_HUB: ("CloudTrail.3",),
        Framework.PCI: ("10.2.1",),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    in_part={Framework.FSBP: ("CloudTrail.1",)},
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


EVERY_CALL = frozenset({"reads", "writes"})
# AWS CloudTrail API Reference, EventSelector, ReadWriteType.
CALLS = {
    "All": EVERY_CALL,
    "ReadOnly": frozenset({"reads"}),
    "WriteOnly": frozenset({"writes"}),
}
ALL_CALLS = {"read_write_type": "All", "include_management_events": True}
MANAGEMENT = {"field": "eventCategory", "equals": ["Management"]}
READS_ONLY = {"field": "readOnly", "equals": ["true"]}
DATA = {"field": "eventCategory", "equals": ["Data"]}


@control(
    "cloudtrail-management-events",
    title="Trails record every call that manages something",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=CLOUDTRAIL_TRAIL,
    frameworks={Framework.NIST: ("AU-2", "AU-12")},
    in_part={Framework.FSBP: ("CloudTrail.1",)},
    cases=Cases(
        passing=RECORDS,
        failing=(
            Change("event_selectors", [{"include_management_events": False}]),
            Change("event_selectors", [{**ALL_CALLS, "read_write_type": "WriteOnly"}]),
            Change(
                "event_selectors",
                [{**ALL_CALLS, "exclude_management_event_sources": ["kms.amazonaws.com"]}],
            ),
            Change("advanced_event_selectors", [{"field_selectors": [DATA]}]),
            Change("advanced_event_selectors", [{"field_selectors": [MANAGEMENT, READS_ONLY]}]),
        ),
        unknown=(Hide("event_selectors"), Hide("advanced_event_selectors")),
        also_passing=(
            Change("event_selectors", [ALL_CALLS]),
            Change(
                "event_selectors",
                [{"read_write_type": "ReadOnly"}, {"read_write_type": "WriteOnly"}],
            ),
            Change("advanced_event_selectors", [{"field_selectors": [MANAGEMENT]}]),
        ),
    ),
)
def management_events(trail: Resource) -> Outcome:
    """A trail that leaves out writes, reads or a service shows nothing of what happened there.

    A trail that is told nothing records all of them. Source: AWS Config Developer Guide,
    multi-region-cloudtrail-enabled: what excludes management events is not compliant.
    """
    simple = list(trail.blocks("event_selectors"))
    advanced = list(trail.blocks("advanced_event_selectors"))
    recorded = frozenset[str]().union(*map(_recorded, simple), *map(_matched, advanced))
    if recorded == EVERY_CALL or not (simple or advanced):
        return Pass()
    return Fail(
        trail.at("advanced_event_selectors" if advanced else "event_selectors"),
        "all management events",
        " and ".join(sorted(recorded)) or "none",
        "Add a selector of all management events, reads and writes, without excluded sources.",
    )


def _recorded(selector: Block) -> frozenset[str]:
    """Give which management calls an event selector records."""
    if selector["include_management_events"] is False:
        return frozenset()
    if selector["exclude_management_event_sources"]:
        return frozenset()
    return CALLS.get(str(selector["read_write_type"] or "All"), frozenset())


def _matched(selector: Block) -> frozenset[str]:
    """Give which management calls an advanced selector records: none when it narrows by service."""
    fields = {str(field["field"]): field for field in selector.blocks("field_selectors")}
    category, kind = fields.pop("eventCategory", None), fields.pop("readOnly", None)
    if fields or category is None or category.values("equals") != ["Management"]:
        return frozenset()
    if kind is None:
        return EVERY_CALL
    return CALLS["ReadOnly" if kind.values("equals") == ["true"] else "WriteOnly"]
