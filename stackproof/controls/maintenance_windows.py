"""Backups and maintenance of data stores don't meet."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.model import Category, Fail, Framework, Outcome, Pass, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.reasoning.recovery import window
from stackproof.types.tokens import ELASTICACHE_REPLICATION_GROUP, RDS_CLUSTER


@control(
    "rds-cluster-windows-apart",
    title="The backup window of Aurora clusters is stated and outside the maintenance window",
    severity=Severity.LOW,
    category=Category.DR,
    types=RDS_CLUSTER,
    frameworks={Framework.NIST: ("CP-9", "MA-2")},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {
                "preferred_backup_window": "03:00-04:00",
                "preferred_maintenance_window": "sun:04:30-sun:05:30",
            },
        ),
        failing=(
            Change("preferred_maintenance_window", "sun:03:30-sun:04:30"),
            (
                Change("preferred_backup_window", "23:30-00:30"),
                Change("preferred_maintenance_window", "mon:00:00-mon:01:00"),
            ),
            (
                Change("preferred_backup_window", "00:00-00:30"),
                Change("preferred_maintenance_window", "sun:23:30-mon:00:30"),
            ),
            Change("preferred_backup_window", "3 am"),
            Remove("preferred_backup_window"),
            Remove("preferred_maintenance_window"),
        ),
        unknown=(Hide("preferred_backup_window"), Hide("preferred_maintenance_window")),
        also_passing=(Change("preferred_maintenance_window", "Sun:04:00-Sun:05:00"),),
    ),
)
def database_windows(cluster: Resource) -> Outcome:
    """AWS chooses windows at random when none is stated, and refuses some overlaps only."""
    return apart(cluster, "preferred_backup_window", "preferred_maintenance_window")


@control(
    "elasticache-windows-apart",
    title="The snapshot window of replication groups is stated and outside the maintenance window",
    severity=Severity.LOW,
    category=Category.DR,
    types=ELASTICACHE_REPLICATION_GROUP,
    frameworks={Framework.NIST: ("CP-9", "MA-2")},
    cases=Cases(
        passing=Given(
            ELASTICACHE_REPLICATION_GROUP,
            {"snapshot_window": "02:00-03:00", "maintenance_window": "sun:05:30-sun:06:30"},
        ),
        failing=(
            Change("maintenance_window", "mon:02:30-mon:03:30"),
            Remove("snapshot_window"),
            Remove("maintenance_window"),
        ),
        unknown=(Hide("snapshot_window"), Hide("maintenance_window")),
    ),
)
def cache_windows(group: Resource) -> Outcome:
    """A snapshot forks the engine, which needs the memory that a maintenance may take away."""
    return apart(group, "snapshot_window", "maintenance_window")


def apart(resource: Resource, backup: str, maintenance: str) -> Outcome:
    """Pass when the windows that two properties state are readable and do not overlap."""
    for name in (backup, maintenance):
        try:
            window(str(resource[name] or ""))
        except ValueError as error:
            return Fail(name, "a window in UTC", resource[name], f"Set {name}: {error}.")
    if not window(resource[backup]).overlaps(window(resource[maintenance])):
        return Pass()
    return Fail(
        backup,
        f"outside {maintenance} {resource[maintenance]}",
        resource[backup],
        f"Move {backup} or {maintenance} so that they don't overlap.",
    )
