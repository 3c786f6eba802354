"""Warehouses: what they write down, and how they come back."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import (
    NON_PRODUCTION,
    at_least,
    expect,
    expect_that,
    some,
)
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
from stackproof.reasoning.effective import parts
from stackproof.types.tokens import REDSHIFT_CLUSTER, REDSHIFT_LOGGING


@control(
    "redshift-audit-logs",
    title="Warehouses record who connects and what is asked",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=REDSHIFT_CLUSTER,
    needs=(REDSHIFT_LOGGING,),
    frameworks={
        Framework.FSBP: ("Redshift.4",),
        Framework.PCI: ("10.2.1",),
        Framework.NIST: ("AU-2", "AU-3", "AU-12"),
    },
    cases=Cases(
        passing=Given(
            REDSHIFT_CLUSTER,
            {"cluster_identifier": "warehouse"},
            (
                Neighbour(
                    "logs",
                    REDSHIFT_LOGGING,
                    {
                        "cluster_identifier": Ref("subject"),
                        "log_destination_type": "cloudwatch",
                        "log_exports": ["connectionlog", "userlog"],
                    },
                ),
            ),
        ),
        failing=(
            Change("cluster_identifier", "another", of="logs"),
            (Without("logs"), Change("logging", {"enable": False})),
        ),
        unknown=(
            Hide("cluster_identifier", of="logs"),
            (Without("logs"), Change("logging", {"enable": True}), Hide("logging.enable")),
        ),
        absent=(Without("logs"),),
        also_passing=(
            Change("cluster_identifier", "warehouse", of="logs"),
            (Without("logs"), Change("logging", {"enable": True, "bucketName": "audit"})),
        ),
    ),
)
def audit_logs(cluster: Resource, stack: Stack) -> Outcome:
    """The tables in the warehouse that say it are kept for a week only.

    Source: Amazon Redshift Management Guide, "Database audit logging".
    """
    missing = Fail(
        "cluster_identifier",
        "a redshift.Logging of the cluster",
        None,
        "Add an aws.redshift.Logging with log_destination_type cloudwatch.",
    )
    return some(parts(cluster, stack, REDSHIFT_LOGGING), lambda _: Pass(), missing)


@control(
    "redshift-keeps-snapshots",
    title="Warehouses keep automated snapshots for a week",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=REDSHIFT_CLUSTER,
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("Redshift.3",),
        Framework.NIST: ("CP-9", "CP-10", "SI-13(5)"),
    },
    cases=Cases(
        passing=Given(REDSHIFT_CLUSTER, {"automated_snapshot_retention_period": 7}),
        failing=(
            Change("automated_snapshot_retention_period", 1),
            Remove("automated_snapshot_retention_period"),
        ),
        unknown=(Hide("automated_snapshot_retention_period"),),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def keeps_snapshots(
    cluster: Resource, *, days: Annotated[int, Range(1, 35, "days")] = 7
) -> Outcome:
    """One day is the default: a mistake of Friday is in every snapshot of Monday.

    Source: AWS Security Hub User Guide, Redshift.3.
    """
    return at_least(
        cluster,
        "automated_snapshot_retention_period",
        days,
        unit="days",
        fix=f"Set automated_snapshot_retention_period to {days} or more.",
    )


@control(
    "redshift-version-upgrades",
    title="Warehouses take new versions by themselves",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=REDSHIFT_CLUSTER,
    frameworks={
        Framework.FSBP: ("Redshift.6",),
        Framework.PCI: ("6.3.3",),
        Framework.NIST: ("SI-2",),
    },
    cases=Cases(
        passing=Given(REDSHIFT_CLUSTER, {"allow_version_upgrade": True}),
        failing=(Change("allow_version_upgrade", False),),
        unknown=(Hide("allow_version_upgrade"),),
        also_passing=(Remove("allow_version_upgrade"),),
    ),
)
def version_upgrades(cluster: Resource) -> Outcome:
    """Versions carry the security fixes; AWS installs them in the window, unless told otherwise."""
    return expect_that(
        cluster,
        "allow_version_upgrade",
        lambda value: value is not False,
        expected="true",
        fix="Set allow_version_upgrade to true.",
    )


@control(
    "redshift-multi-az",
    title="Warehouses stand in two Availability Zones",
    severity=Severity.LOW,
    category=Category.HA,
    types=REDSHIFT_CLUSTER,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.FSBP: ("Redshift.18",), Framework.NIST: ("CP-10", "SC-36")},
    cases=Cases(
        passing=Given(REDSHIFT_CLUSTER, {"multi_az": True}),
        failing=(Change("multi_az", False), Remove("multi_az")),
        unknown=(Hide("multi_az"),),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def multi_az(cluster: Resource) -> Outcome:
    """Reports wait until the zone is back, or until a snapshot is restored in another.

    Source: Amazon Redshift Management Guide, "Configuring Multi-AZ deployment": RA3 nodes only.
    """
    return expect(cluster, "multi_az", True, fix="Set multi_az to true, with RA3 nodes.")
