"""Database instances that are no cluster's: they outlive a zone, a mistake and a full disk."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.maintenance_windows import apart
from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, expect, expect_that
from stackproof.controls.support.in_support import in_support
from stackproof.model import (
    Category,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.reasoning.databases import if_offered
from stackproof.types.database_features import Feature
from stackproof.types.ends.rds_authorities import AUTHORITIES
from stackproof.types.tokens import RDS_INSTANCE

REPLICA = Change("replicate_source_db", "orders-primary")


@control(
    "rds-instance-multi-az",
    title="Database instances have a standby in another Availability Zone",
    severity=Severity.HIGH,
    category=Category.HA,
    types=RDS_INSTANCE,
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("RDS.5",),
        Framework.CIS: ("2.2.4",),
        Framework.NIST: ("CP-10", "SC-36"),
    },
    cases=Cases(
        passing=Given(RDS_INSTANCE, {"multi_az": True}),
        failing=(
            Change("multi_az", False),
            Remove("multi_az"),
            *(
                (Change("multi_az", False), Change("engine", f"sqlserver-{edition}"))
                for edition in ("ee", "se", "web")
            ),
        ),
        unknown=(Hide("multi_az"),),
        not_applicable=(
            (Change("multi_az", False), REPLICA),
            (Change("multi_az", False), Change("engine", "sqlserver-ex")),
            Change("tags", {"Environment": "dev"}),
        ),
    ),
)
def multi_az(instance: Resource) -> Outcome:
    """With its zone a single instance is gone; a restore loses minutes of data and takes hours.

    The Express edition of SQL Server is offered without.
    """
    if not instance["multi_az"] and instance["replicate_source_db"]:
        return NotApplicable("a read replica")
    standby = expect(instance, "multi_az", True, fix="Set multi_az to true.")
    return if_offered(standby, instance, Feature.STANDBY)


@control(
    "rds-instance-backup-retention",
    title="Database instances keep automated backups long enough",
    severity=Severity.HIGH,
    category=Category.DR,
    types=RDS_INSTANCE,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.FSBP: ("RDS.11",), Framework.NIST: ("CP-9", "CP-10")},
    cases=Cases(
        passing=Given(RDS_INSTANCE, {"backup_retention_period": 7}),
        failing=(
            Change("backup_retention_period", 1),
            Change("backup_retention_period", 0),
            Remove("backup_retention_period"),
        ),
        unknown=(Hide("backup_retention_period"),),
        also_passing=(Change("backup_retention_period", 35),),
        not_applicable=(
            (Remove("backup_retention_period"), REPLICA),
            (Change("backup_retention_period", 0), Change("tags", {"Environment": "dev"})),
        ),
    ),
)
def backup_retention(
    instance: Resource, *, minimum_days: Annotated[int, Range(1, 35, "days")] = 7
) -> Outcome:
    """The API's default is one day, that of the provider none at all: no restore to any moment.

    Source: Amazon RDS User Guide, "Backup retention period".
    """
    if instance["replicate_source_db"]:
        return NotApplicable("the source of the replica has the backups")
    return at_least(
        instance,
        "backup_retention_period",
        minimum_days,
        unit="days",
        fix=f"Set backup_retention_period to {minimum_days} or more.",
    )


@control(
    "rds-instance-own-subnets",
    title="Database instances name the subnet group that they stand in",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=RDS_INSTANCE,
    frameworks={Framework.PCI: ("1.4.4",), Framework.NIST: ("AC-4(21)", "SC-7")},
    cases=Cases(
        passing=Given(RDS_INSTANCE, {"db_subnet_group_name": "orders"}),
        failing=(Remove("db_subnet_group_name"), Change("db_subnet_group_name", "default")),
        unknown=(Hide("db_subnet_group_name"),),
        not_applicable=((Remove("db_subnet_group_name"), REPLICA),),
    ),
)
def own_subnets(instance: Resource) -> Outcome:
    """Otherwise it stands in the default VPC, whose subnets all lead to the internet.

    Where the subnets of a group lead is judged by `data-subnets-isolated`.
    """
    if instance["db_subnet_group_name"] is None and instance["replicate_source_db"]:
        return NotApplicable("a replica stands in the subnets of its source")
    return expect_that(
        instance,
        "db_subnet_group_name",
        lambda name: name not in (None, "", "default"),
        expected="a subnet group of the program",
        fix="Set db_subnet_group_name to an rds.SubnetGroup of isolated subnets.",
    )


@control(
    "rds-instance-storage-grows",
    title="The storage of database instances grows by itself",
    severity=Severity.LOW,
    category=Category.SCALING,
    types=RDS_INSTANCE,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-2(2)",)},
    cases=Cases(
        passing=Given(RDS_INSTANCE, {"allocated_storage": 20, "max_allocated_storage": 100}),
        failing=(
            Change("max_allocated_storage", 0),
            Change("max_allocated_storage", 20),
            Remove("max_allocated_storage"),
        ),
        unknown=(Hide("max_allocated_storage"), Hide("allocated_storage")),
        not_applicable=(
            Change("tags", {"Environment": "dev"}),
            (Remove("max_allocated_storage"), Change("engine", "custom-sqlserver-se")),
        ),
    ),
)
def storage_grows(instance: Resource) -> Outcome:
    """A database whose disk is full stops.

    Source: Amazon RDS User Guide, "Managing capacity automatically with Amazon RDS storage
    autoscaling".
    """
    grows = at_least(
        instance,
        "max_allocated_storage",
        (instance.number("allocated_storage") or 0) + 1,
        unit="GiB",
        fix="Set max_allocated_storage above allocated_storage.",
    )
    return if_offered(grows, instance, Feature.STORAGE_AUTOSCALING)


@control(
    "rds-instance-valid-ca",
    title="Database instances present a certificate of an authority that is still valid",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=RDS_INSTANCE,
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-8", "SC-17")},
    cases=Cases(
        passing=Given(RDS_INSTANCE, {"ca_cert_identifier": "rds-ca-rsa2048-g1"}),
        failing=(Change("ca_cert_identifier", "rds-ca-2019"),),
        unknown=(Hide("ca_cert_identifier"), Change("ca_cert_identifier", "mine")),
        also_passing=(
            Change("ca_cert_identifier", "rds-ca-ecc384-g1"),
            Remove("ca_cert_identifier"),
        ),
        not_applicable=(
            (Change("ca_cert_identifier", "rds-ca-2019"), Change("engine", "custom-oracle-ee")),
        ),
    ),
)
def valid_ca(instance: Resource) -> Outcome:
    """Clients that check certificates can't connect, the others don't know to whom they talk.

    AWS chooses a valid one by default.
    """
    path = "ca_cert_identifier"
    authority = instance.text(path)
    if authority is None:
        return Pass()
    fix = f"Set {path} to rds-ca-rsa2048-g1."
    valid = in_support(instance, path, authority, AUTHORITIES, fix=fix)
    return if_offered(valid, instance, Feature.CERTIFICATE_AUTHORITY)


@control(
    "rds-instance-windows-apart",
    title="The backup window of database instances is stated and outside the maintenance window",
    severity=Severity.LOW,
    category=Category.DR,
    types=RDS_INSTANCE,
    frameworks={Framework.NIST: ("CP-9", "MA-2")},
    cases=Cases(
        passing=Given(
            RDS_INSTANCE,
            {"backup_window": "03:00-04:00", "maintenance_window": "sun:04:30-sun:05:30"},
        ),
        failing=(
            Change("maintenance_window", "sun:03:30-sun:04:30"),
            Remove("backup_window"),
            Remove("maintenance_window"),
        ),
        unknown=(Hide("backup_window"), Hide("maintenance_window")),
    ),
)
def windows_apart(instance: Resource) -> Outcome:
    """AWS chooses windows at random when none is stated."""
    return apart(instance, "backup_window", "maintenance_window")
