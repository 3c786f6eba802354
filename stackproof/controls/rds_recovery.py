"""Recovery of Aurora clusters: backups that are long enough, and copies in other zones."""

from __future__ import annotations

from stackproof.controls.checks import NON_PRODUCTION, at_least
from stackproof.controls.registry import control
from stackproof.controls.types import RDS_CLUSTER, RDS_CLUSTER_INSTANCE
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


@control(
    "rds-cluster-backup-retention",
    title="Aurora clusters keep automated backups long enough",
    severity=Severity.HIGH,
    category=Category.DR,
    types=RDS_CLUSTER,
    frameworks={Framework.NIST: ("CP-9", "CP-10"), Framework.PCI: ("10.5.1",)},
    cases=Cases(
        passing=Given(RDS_CLUSTER, {"backup_retention_period": 7}),
        failing=(Change("backup_retention_period", 0), Remove("backup_retention_period")),
        unknown=(Hide("backup_retention_period"),),
    ),
)
def backup_retention(cluster: Resource, *, minimum_days: int = 1) -> Outcome:
    """Aurora's own default is one day; production stacks raise `minimum_days` by configuration.

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
    frameworks={Framework.FSBP: ("RDS.15",), Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {"cluster_identifier": "payments"},
            (
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
            ),
        ),
        failing=(Change("availability_zone", "us-east-1a", of="reader"), Without("reader")),
        unknown=(Hide("availability_zone", of="reader"),),
        absent=((Without("reader"), Without("writer")),),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def reader_in_another_zone(cluster: Resource, stack: Stack) -> Outcome:
    """A failover needs an instance in a zone that the outage does not reach."""
    instances = stack.referrers(cluster, RDS_CLUSTER_INSTANCE, "cluster_identifier")
    zones = {instance["availability_zone"] for instance in instances}
    if len(zones) >= 2:
        return Pass()
    return Fail(
        "availability_zone",
        "instances in at least two Availability Zones",
        sorted(zones),
        "Add a ClusterInstance with an availability_zone that the others do not have.",
    )
