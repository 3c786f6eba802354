"""What stands between a database and its deletion, and what is left after it."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect
from stackproof.controls.support.final_snapshots import leaves_snapshot
from stackproof.model import (
    Category,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import RDS_CLUSTER, RDS_INSTANCE


@control(
    "rds-deletion-protection",
    title="Databases are protected from deletion",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    tolerated_in=(*NON_PRODUCTION, "staging"),
    frameworks={Framework.FSBP: ("RDS.7", "RDS.8"), Framework.NIST: ("CM-3", "SC-5(2)")},
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"deletion_protection": True}),
        failing=(Change("deletion_protection", False), Remove("deletion_protection")),
        unknown=(Hide("deletion_protection"),),
        not_applicable=(Change("tags", {"Environment": "staging"}),),
    ),
)
def deletion_protection(database: Resource) -> Outcome:
    """One mistyped stack name must not be able to delete the payments of a year."""
    return expect(database, "deletion_protection", True, fix="Set deletion_protection to true.")


@control(
    "rds-final-snapshot",
    title="Databases leave a final snapshot when they are deleted",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    tolerated_in=(*NON_PRODUCTION, "staging"),
    frameworks={Framework.NIST: ("CP-9",)},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {"skip_final_snapshot": False, "final_snapshot_identifier": "payments-final"},
        ),
        failing=(
            Change("skip_final_snapshot", True),
            (Change("skip_final_snapshot", False), Remove("final_snapshot_identifier")),
        ),
        unknown=(Hide("skip_final_snapshot"),),
        also_passing=(Remove("skip_final_snapshot"),),
        not_applicable=(
            (Remove("skip_final_snapshot"), Remove("final_snapshot_identifier")),
            (Change("skip_final_snapshot", True), Change("replicate_source_db", "primary")),
            Change("tags", {"Environment": "dev"}),
        ),
    ),
)
def final_snapshot(database: Resource) -> Outcome:
    """AWS asks for the name at the deletion and keeps no record of it, so only programs tell.

    A replica has none: "Specify SkipFinalSnapshot when deleting a read replica".
    Source: Amazon RDS API Reference, DeleteDBInstance.
    """
    if database.raw("replicate_source_db"):
        return NotApplicable("RDS takes no final snapshot of a read replica")
    return leaves_snapshot(database)


@control(
    "rds-copies-tags-to-snapshots",
    title="Databases copy their tags to their snapshots",
    severity=Severity.LOW,
    category=Category.TAGGING,
    family=Family.TAGGING,
    types=(RDS_CLUSTER, RDS_INSTANCE),
    frameworks={Framework.FSBP: ("RDS.16", "RDS.17"), Framework.NIST: ("CM-8",)},
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"copy_tags_to_snapshot": True}),
        failing=(Change("copy_tags_to_snapshot", False), Remove("copy_tags_to_snapshot")),
        unknown=(Hide("copy_tags_to_snapshot"),),
    ),
)
def copies_tags(database: Resource) -> Outcome:
    """A snapshot without tags belongs to nobody and is kept, and paid for, for ever."""
    return expect(database, "copy_tags_to_snapshot", True, fix="Set copy_tags_to_snapshot to true.")
