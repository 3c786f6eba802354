"""Recovery of Aurora clusters: backups that are long enough, and copies in other zones."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, attempt
from stackproof.controls.support.instance_zones import in_several_zones
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Range
from stackproof.reasoning.databases import zones_of_instances, zones_of_rds
from stackproof.reasoning.recovery import aurora_data_loss, aurora_zone_loss
from stackproof.types.tokens import RDS_CLUSTER, RDS_CLUSTER_INSTANCE

WITH_READER = (
    Neighbour(
        "writer",
        RDS_CLUSTER_INSTANCE,
        {"cluster_identifier": Ref("subject"), "availability_zone": "us-east-1a"},
    ),
    Neighbour(
        "reader",
        RDS_CLUSTER_INSTANCE,
        {"cluster_identifier": Ref("subject"), "availability_zone": "us-east-1b"},
    ),
)
# Clusters whose zones nobody can choose.
OF_RDS = tuple(
    (Change(name, value), Without("reader"), Without("writer"))
    for name, value in (
        ("db_cluster_instance_class", "db.r6gd.xlarge"),
        ("engine_mode", "serverless"),
    )
)


@control(
    "rds-cluster-backup-retention",
    title="Aurora clusters keep automated backups long enough",
    severity=Severity.HIGH,
    category=Category.DR,
    types=RDS_CLUSTER,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.FSBP: ("RDS.50",), Framework.NIST: ("CP-9", "CP-10")},
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"backup_retention_period": 7}),
        failing=(Change("backup_retention_period", 1), Remove("backup_retention_period")),
        unknown=(Hide("backup_retention_period"),),
        also_passing=(Change("backup_retention_period", 30),),
        not_applicable=(
            (Change("backup_retention_period", 1), Change("tags", {"Environment": "dev"})),
        ),
    ),
)
def backup_retention(
    cluster: Resource, *, minimum_days: Annotated[int, Range(2, 35, "days")] = 7
) -> Outcome:
    """Aurora's own default is one day, which outlives no weekend.

    Source: Amazon Aurora User Guide, "Backing up and restoring an Amazon Aurora DB cluster".
    """
    return at_least(
        cluster,
        "backup_retention_period",
        minimum_days,
        unit="days",
        fix=f"Set backup_retention_period to {minimum_days} or more.",
    )


@control(
    "rds-cluster-reader-in-another-zone",
    title="Aurora clusters have instances in at least two Availability Zones",
    severity=Severity.HIGH,
    category=Category.HA,
    types=RDS_CLUSTER,
    needs=(RDS_CLUSTER_INSTANCE,),
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("RDS.15",),
        Framework.CIS: ("2.2.4",),
        Framework.NIST: ("CP-10", "SC-36"),
    },
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"cluster_identifier": "payments"}, WITH_READER),
        failing=(Change("availability_zone", "us-east-1a", of="reader"), Without("reader")),
        unknown=(
            Hide("availability_zone", of="reader"),
            Remove("availability_zone", of="reader"),
        ),
        absent=((Without("reader"), Without("writer")),),
        also_passing=OF_RDS,
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def reader_in_another_zone(cluster: Resource, stack: Stack) -> Outcome:
    """A failover needs an instance in a zone that the outage does not reach."""
    if zones_of_rds(cluster):
        return Pass()
    return in_several_zones(cluster, stack, RDS_CLUSTER_INSTANCE)


@control(
    "rds-cluster-recovery-objectives",
    title="Aurora clusters recover from lost zones and lost data within the objectives",
    severity=Severity.HIGH,
    category=Category.DR,
    types=RDS_CLUSTER,
    needs=(RDS_CLUSTER_INSTANCE,),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-2", "CP-10")},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {"cluster_identifier": "payments", "backup_retention_period": 7},
            WITH_READER,
        ),
        failing=(Change("backup_retention_period", 0), Without("reader")),
        unknown=(
            Hide("backup_retention_period"),
            Hide("availability_zone", of="reader"),
        ),
        absent=((Without("reader"), Without("writer")),),
        also_passing=(Remove("backup_retention_period"), *OF_RDS),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def recovery_objectives(
    cluster: Resource,
    stack: Stack,
    *,
    rpo_minutes: Annotated[int, Range(5, 1440, "minutes")] = 15,
    rto_minutes: Annotated[int, Range(1, 1440, "minutes")] = 5,
) -> dict[str, Outcome]:
    """The objectives are a business decision; the estimates are what AWS states for Aurora."""
    return {
        "zone loss": attempt(_zone_loss, cluster, stack, rto_minutes),
        "data loss": attempt(_data_loss, cluster, rpo_minutes),
    }


def _zone_loss(cluster: Resource, stack: Stack, rto_minutes: int) -> Outcome:
    if zones_of_rds(cluster):
        return Pass()
    rto = aurora_zone_loss(len(zones_of_instances(cluster, stack, RDS_CLUSTER_INSTANCE))).rto
    if rto is not None and rto.total_seconds() <= rto_minutes * 60:
        return Pass()
    return Fail(
        "availability_zone",
        f"service back within {rto_minutes} minutes of the loss of a zone",
        f"about {rto}",
        "Add a ClusterInstance in another Availability Zone.",
    )


def _data_loss(cluster: Resource, rpo_minutes: int) -> Outcome:
    days = cluster.number("backup_retention_period")
    rpo = aurora_data_loss(1 if days is None else days).rpo
    if rpo is not None and rpo.total_seconds() <= rpo_minutes * 60:
        return Pass()
    return Fail(
        "backup_retention_period",
        f"data restorable to within {rpo_minutes} minutes",
        days,
        "Set backup_retention_period to 1 or more.",
    )
