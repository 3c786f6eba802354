"""No database is asked for what RDS doesn't offer for its engine, class or kind."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.model import Fail, NotApplicable, Outcome, Pass, Resource, Sight, Stack
from stackproof.sights.live.readers.rds import cluster_properties
from stackproof.types.tokens import RDS_CLUSTER, RDS_CLUSTER_INSTANCE, RDS_INSTANCE

LARGE = {"instance_class": "db.r6i.large"}
FREE = ("mariadb", "mysql", "postgres")
ORACLE = ("oracle-ee", "oracle-ee-cdb", "oracle-se2", "oracle-se2-cdb")
SQL_SERVER = ("sqlserver-ee", "sqlserver-ex", "sqlserver-se", "sqlserver-web")
DB2 = ("db2-ae", "db2-se")
CUSTOM = ("custom-oracle-ee", "custom-oracle-se2-cdb", "custom-sqlserver-se")
OFFERED = (*FREE, *ORACLE, *SQL_SERVER, *DB2)
# By control, what it finds fault with, and the engines of instances that are offered the feature.
INSTANCES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "rds-iam-authentication": ({"iam_database_authentication_enabled": False}, FREE),
    "rds-managed-password": ({"password": "x"}, OFFERED),
    "rds-instance-performance-insights": (
        {"performance_insights_enabled": False},
        (*FREE, *ORACLE, *SQL_SERVER),
    ),
    "rds-instance-enhanced-monitoring": ({"monitoring_interval": 0}, OFFERED),
    "rds-instance-minor-upgrades": ({"auto_minor_version_upgrade": False}, OFFERED),
    "rds-instance-storage-grows": ({"max_allocated_storage": 0}, OFFERED),
    "rds-instance-valid-ca": ({"ca_cert_identifier": "rds-ca-2019"}, OFFERED),
    "rds-instance-multi-az": (
        {"multi_az": False},
        tuple({*OFFERED, *CUSTOM} - {"sqlserver-ex"}),
    ),
    "rds-deletion-protection": ({"deletion_protection": False}, (*OFFERED, *CUSTOM)),
    "rds-copies-tags-to-snapshots": ({"copy_tags_to_snapshot": False}, (*OFFERED, *CUSTOM)),
    "rds-instance-backup-retention": ({"backup_retention_period": 0}, (*OFFERED, *CUSTOM)),
}


def judged(control: str, type_: str, properties: dict[str, Any]) -> Outcome:
    resource = Resource(properties, type=type_, name="d", id="d", arn="arn:d")
    return catalogue()[control].outcomes(resource, Stack([resource], Sight.STATE))[""]


@pytest.mark.parametrize("engine", [*OFFERED, *CUSTOM])
@pytest.mark.parametrize("control", INSTANCES)
def test_instances_are_asked_for_what_their_engine_is_offered_with(
    control: str, engine: str
) -> None:
    faulty, offered = INSTANCES[control]
    outcome = judged(control, RDS_INSTANCE, {"engine": engine, **LARGE, **faulty})
    assert isinstance(outcome, Fail if engine in offered else NotApplicable)


@pytest.mark.parametrize(
    ("type_", "engine", "instance_class", "offered"),
    [
        (RDS_INSTANCE, "mysql", "db.t4g.micro", False),
        (RDS_INSTANCE, "mariadb", "db.t3.small", False),
        (RDS_INSTANCE, "mysql", "db.t4g.medium", True),
        (RDS_INSTANCE, "postgres", "db.t4g.micro", True),
        (RDS_CLUSTER_INSTANCE, "aurora-mysql", "db.t3.medium", False),
        (RDS_CLUSTER_INSTANCE, "aurora-mysql", "db.t4g.medium", True),
        (RDS_CLUSTER_INSTANCE, "aurora-postgresql", "db.t3.medium", True),
        (RDS_CLUSTER_INSTANCE, "aurora-mysql", "db.serverless", True),
    ],
)
def test_small_classes_are_not_asked_for_performance_insights(
    type_: str, engine: str, instance_class: str, offered: bool
) -> None:
    properties = {
        "engine": engine,
        "instance_class": instance_class,
        "performance_insights_enabled": False,
    }
    outcome = judged("rds-instance-performance-insights", type_, properties)
    assert isinstance(outcome, Fail if offered else NotApplicable)


# Restored ones are asked: RDS takes their password over when they are changed.
WITHOUT_MANAGED_PASSWORD = {
    "of a global database": {"global_cluster_identifier": "everywhere"},
    "a replica": {"replication_source_identifier": "arn:aws:rds:us-west-2:1:cluster:a"},
    "Serverless v1": {"engine_mode": "serverless"},
}
WITH_MANAGED_PASSWORD = {
    "with a password": {"master_password": "x"},
    "restored": {"snapshot_identifier": "s"},
    "Serverless v2": {"serverlessv2_scaling_configuration": {"min_capacity": 1}},
}


@pytest.mark.parametrize("kind", WITHOUT_MANAGED_PASSWORD.values(), ids=WITHOUT_MANAGED_PASSWORD)
@pytest.mark.parametrize("control", ["rds-managed-password", "rds-password-customer-key"])
def test_a_cluster_whose_password_rds_cannot_manage_is_not_asked(
    control: str, kind: dict[str, Any]
) -> None:
    outcome = judged(control, RDS_CLUSTER, {"engine": "aurora-postgresql", **kind})
    assert isinstance(outcome, NotApplicable)


@pytest.mark.parametrize("kind", WITH_MANAGED_PASSWORD.values(), ids=WITH_MANAGED_PASSWORD)
def test_a_cluster_whose_password_rds_can_manage_is_asked(kind: dict[str, Any]) -> None:
    properties = {"engine": "aurora-postgresql", **kind}
    assert isinstance(judged("rds-managed-password", RDS_CLUSTER, properties), Fail)
    properties["manage_master_user_password"] = True
    assert isinstance(judged("rds-managed-password", RDS_CLUSTER, properties), Pass)


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("GlobalClusterIdentifier", "global_cluster_identifier"),
        ("ReplicationSourceIdentifier", "replication_source_identifier"),
    ],
)
def test_what_aws_shows_of_a_cluster_says_that_it_follows_another(member: str, name: str) -> None:
    assert cluster_properties({member: "other"})[name] == "other"
