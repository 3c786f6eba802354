"""DocumentDB and Neptune clusters: encrypted, kept, and telling who did what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, expect, expect_that
from stackproof.model import Category, Family, Framework, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import DOCDB_CLUSTER, NEPTUNE_CLUSTER


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two, with the property of its logs and its ids in Security Hub, by demand."""

    thing: str
    things: str
    type: str
    logs: str
    encrypted: str
    protected: str
    backups: str
    audited: str


KINDS: Final = (
    Kind(
        "docdb",
        "DocumentDB",
        DOCDB_CLUSTER,
        "enabled_cloudwatch_logs_exports",
        "DocumentDB.1",
        "DocumentDB.5",
        "DocumentDB.2",
        "DocumentDB.4",
    ),
    Kind(
        "neptune",
        "Neptune",
        NEPTUNE_CLUSTER,
        "enable_cloudwatch_logs_exports",
        "Neptune.1",
        "Neptune.4",
        "Neptune.5",
        "Neptune.2",
    ),
)


def _encrypted(kind: Kind) -> None:
    @control(
        f"{kind.thing}-cluster-encrypted",
        title=f"{kind.things} clusters are encrypted at rest",
        severity=Severity.HIGH,
        category=Category.SECURITY,
        family=Family.ENCRYPTION,
        types=kind.type,
        frameworks={
            Framework.FSBP: (kind.encrypted,),
            Framework.PCI: ("3.5.1",),
            Framework.NIST: ("SC-28",),
        },
        cases=Cases(
            passing=Given(kind.type, {"storage_encrypted": True}),
            failing=(Change("storage_encrypted", False), Remove("storage_encrypted")),
            unknown=(Hide("storage_encrypted"),),
        ),
    )
    def judge(cluster: Resource) -> Outcome:
        """Encryption is chosen once: a cluster without it has to be copied to get it."""
        fix = "Set storage_encrypted; restore a snapshot into a new cluster with it."
        return expect(cluster, "storage_encrypted", True, fix=fix)


def _protected(kind: Kind) -> None:
    @control(
        f"{kind.thing}-cluster-deletion-protection",
        title=f"{kind.things} clusters are protected from deletion",
        severity=Severity.MEDIUM,
        category=Category.DR,
        types=kind.type,
        frameworks={Framework.FSBP: (kind.protected,), Framework.NIST: ("SI-13(5)",)},
        tolerated_in=NON_PRODUCTION,
        cases=Cases(
            passing=Given(kind.type, {"deletion_protection": True}),
            failing=(Change("deletion_protection", False), Remove("deletion_protection")),
            unknown=(Hide("deletion_protection"),),
        ),
    )
    def judge(cluster: Resource) -> Outcome:
        """One wrong click, or one renamed resource, would take the data with it."""
        fix = "Set deletion_protection to true."
        return expect(cluster, "deletion_protection", True, fix=fix)


def _kept(kind: Kind) -> None:
    @control(
        f"{kind.thing}-cluster-backup-retention",
        title=f"{kind.things} clusters keep their backups for a week or longer",
        severity=Severity.MEDIUM,
        category=Category.DR,
        types=kind.type,
        frameworks={Framework.FSBP: (kind.backups,), Framework.NIST: ("CP-9",)},
        cases=Cases(
            passing=Given(kind.type, {"backup_retention_period": 7}),
            failing=(Change("backup_retention_period", 1), Remove("backup_retention_period")),
            unknown=(Hide("backup_retention_period"),),
        ),
    )
    def judge(
        cluster: Resource, *, minimum_days: Annotated[int, Range(1, 35, "days")] = 7
    ) -> Outcome:
        """A mistake that is found after the weekend has to be mended from before it."""
        fix = f"Set backup_retention_period to {minimum_days} or more."
        return at_least(cluster, "backup_retention_period", minimum_days, unit="days", fix=fix)


def _audited(kind: Kind) -> None:
    @control(
        f"{kind.thing}-cluster-audit-logs",
        title=f"{kind.things} clusters send their audit logs to CloudWatch Logs",
        severity=Severity.MEDIUM,
        category=Category.MONITORING,
        types=kind.type,
        frameworks={
            Framework.FSBP: (kind.audited,),
            Framework.PCI: ("10.2.1",),
            Framework.NIST: ("AU-12",),
        },
        cases=Cases(
            passing=Given(kind.type, {kind.logs: ["audit"]}),
            failing=(Change(kind.logs, []), Change(kind.logs, ["slowquery"]), Remove(kind.logs)),
            unknown=(Hide(kind.logs),),
        ),
    )
    def judge(cluster: Resource) -> Outcome:
        """Who read and changed what is known afterwards only if it was written down."""
        return expect_that(
            cluster,
            kind.logs,
            lambda value: isinstance(value, (list, tuple)) and "audit" in value,
            expected="audit among them",
            fix=f"Add audit to {kind.logs}, and switch it on in the parameter group.",
        )


for _kind in KINDS:
    _encrypted(_kind)
    _protected(_kind)
    _kept(_kind)
    _audited(_kind)


@control(
    "neptune-cluster-iam-authentication",
    title="Neptune clusters ask who comes by IAM",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=NEPTUNE_CLUSTER,
    frameworks={Framework.FSBP: ("Neptune.7",), Framework.NIST: ("AC-3", "IA-2")},
    cases=Cases(
        passing=Given(NEPTUNE_CLUSTER, {"iam_database_authentication_enabled": True}),
        failing=(
            Change("iam_database_authentication_enabled", False),
            Remove("iam_database_authentication_enabled"),
        ),
        unknown=(Hide("iam_database_authentication_enabled"),),
    ),
)
def asks_who_comes(cluster: Resource) -> Outcome:
    """Neptune has no users of its own: without IAM everybody in its network is let in."""
    fix = "Set iam_database_authentication_enabled to true, and sign the requests."
    return expect(cluster, "iam_database_authentication_enabled", True, fix=fix)


@control(
    "neptune-copies-tags-to-snapshots",
    title="Neptune clusters copy their tags to their snapshots",
    severity=Severity.LOW,
    category=Category.TAGGING,
    family=Family.TAGGING,
    types=NEPTUNE_CLUSTER,
    frameworks={Framework.FSBP: ("Neptune.8",), Framework.NIST: ("CM-8",)},
    cases=Cases(
        passing=Given(NEPTUNE_CLUSTER, {"copy_tags_to_snapshot": True}),
        failing=(Change("copy_tags_to_snapshot", False), Remove("copy_tags_to_snapshot")),
        unknown=(Hide("copy_tags_to_snapshot"),),
    ),
)
def copies_tags(cluster: Resource) -> Outcome:
    """A snapshot without tags belongs to nobody and is kept, and paid for, for ever."""
    return expect(cluster, "copy_tags_to_snapshot", True, fix="Set copy_tags_to_snapshot to true.")
