"""Snapshots of databases are encrypted, as the databases are."""

from __future__ import annotations

from stackproof.controls.rds_encryption import cluster_encrypts, instance_encrypts
from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect
from stackproof.model import Category, Family, Framework, Outcome, Resource, Severity, Stack
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.types.tokens import RDS_CLUSTER, RDS_CLUSTER_SNAPSHOT, RDS_INSTANCE, RDS_SNAPSHOT

_FIX = "Copy the snapshot with a KMS key, and delete this one."
_FRAMEWORKS = {
    Framework.FSBP: ("RDS.4",),
    Framework.PCI: ("3.5.1",),
    Framework.NIST: ("SC-13", "SC-28"),
}


def _cases(type_: str, shown: str, source: str, of: str) -> Cases:
    database = Neighbour("database", of, {"storage_encrypted": True})
    return Cases(
        passing=Given(type_, {source: Ref("database")}, (database,)),
        failing=(
            Change(shown, False),
            Change("storage_encrypted", False, of="database"),
            Remove("storage_encrypted", of="database"),
        ),
        unknown=(Hide("storage_encrypted", of="database"), Hide(source)),
        absent=(Without("database"),),
        also_passing=((Change(shown, True), Without("database")),),
    )


@control(
    "rds-snapshot-encrypted",
    title="Snapshots of database instances are encrypted",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=RDS_SNAPSHOT,
    needs=(RDS_INSTANCE,),
    frameworks=_FRAMEWORKS,
    cases=_cases(RDS_SNAPSHOT, "encrypted", "db_instance_identifier", RDS_INSTANCE),
)
def snapshot_encrypted(snapshot: Resource, stack: Stack) -> Outcome:
    """A snapshot is as encrypted as its database was; a plain one can be shared with anybody.

    Source: AWS Security Hub User Guide, RDS.4.
    """
    if snapshot["encrypted"] is None:
        instance = stack.follow_one(snapshot, "db_instance_identifier", RDS_INSTANCE)
        if instance is not None:
            return instance_encrypts(instance)
    return expect(snapshot, "encrypted", True, fix=_FIX)


@control(
    "rds-cluster-snapshot-encrypted",
    title="Snapshots of database clusters are encrypted",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=RDS_CLUSTER_SNAPSHOT,
    needs=(RDS_CLUSTER,),
    frameworks=_FRAMEWORKS,
    cases=_cases(RDS_CLUSTER_SNAPSHOT, "storage_encrypted", "db_cluster_identifier", RDS_CLUSTER),
)
def cluster_snapshot_encrypted(snapshot: Resource, stack: Stack) -> Outcome:
    """A snapshot is as encrypted as its cluster was; a plain one can be shared with anybody.

    Source: AWS Security Hub User Guide, RDS.4.
    """
    if snapshot["storage_encrypted"] is None:
        cluster = stack.follow_one(snapshot, "db_cluster_identifier", RDS_CLUSTER)
        if cluster is not None:
            return cluster_encrypts(cluster)
    return expect(snapshot, "storage_encrypted", True, fix=_FIX)
