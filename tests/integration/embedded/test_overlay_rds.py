from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Clients


def create(aws: Clients, name: str, **settings: Any) -> dict[str, Any]:
    created: dict[str, Any] = aws("rds").create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.r6g.large",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="root",
        MasterUserPassword="not-a-secret",
        **settings,
    )["DBInstance"]
    return created


def described(aws: Clients, name: str) -> dict[str, Any]:
    found: dict[str, Any] = aws("rds").describe_db_instances(DBInstanceIdentifier=name)
    instance: dict[str, Any] = found["DBInstances"][0]
    return instance


def test_performance_insights_of_an_instance_is_kept(aws: Clients) -> None:
    created = create(
        aws,
        "insights",
        EnablePerformanceInsights=True,
        PerformanceInsightsKMSKeyId="arn:aws:kms:us-east-1:123456789012:key/k",
        PerformanceInsightsRetentionPeriod=93,
    )
    for seen in (created, described(aws, "insights")):
        assert seen["PerformanceInsightsEnabled"] is True
        assert seen["PerformanceInsightsKMSKeyId"].endswith(":key/k")
        assert seen["PerformanceInsightsRetentionPeriod"] == 93


def test_performance_insights_of_an_instance_can_be_changed(aws: Clients) -> None:
    create(aws, "changing")
    assert described(aws, "changing")["PerformanceInsightsEnabled"] is False
    aws("rds").modify_db_instance(
        DBInstanceIdentifier="changing", EnablePerformanceInsights=True, ApplyImmediately=True
    )
    seen = described(aws, "changing")
    assert seen["PerformanceInsightsEnabled"] is True
    assert seen["PerformanceInsightsRetentionPeriod"] == 7


def test_instances_have_resource_ids_of_their_own(aws: Clients) -> None:
    ids = {create(aws, f"unique-{n}")["DbiResourceId"] for n in range(3)}
    assert len(ids) == 3
    first = described(aws, "unique-0")["DbiResourceId"]
    assert first in ids
    assert described(aws, "unique-0")["DbiResourceId"] == first


def test_an_instance_is_private_unless_told_otherwise(aws: Clients) -> None:
    create(aws, "private")
    create(aws, "public", PubliclyAccessible=True)
    assert described(aws, "private")["PubliclyAccessible"] is False
    assert described(aws, "public")["PubliclyAccessible"] is True


def test_a_cluster_keeps_insights_and_monitoring(aws: Clients) -> None:
    rds = aws("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="aurora",
        Engine="aurora-postgresql",
        MasterUsername="root",
        MasterUserPassword="not-a-secret",
        EnablePerformanceInsights=True,
        PerformanceInsightsRetentionPeriod=31,
        MonitoringInterval=30,
    )
    seen = rds.describe_db_clusters(DBClusterIdentifier="aurora")["DBClusters"][0]
    assert seen["PerformanceInsightsEnabled"] is True
    assert seen["PerformanceInsightsRetentionPeriod"] == 31
    assert seen["MonitoringInterval"] == 30
    rds.modify_db_cluster(DBClusterIdentifier="aurora", EnablePerformanceInsights=False)
    seen = rds.describe_db_clusters(DBClusterIdentifier="aurora")["DBClusters"][0]
    assert seen["PerformanceInsightsEnabled"] is False


def test_a_cluster_member_keeps_its_own_insights_and_address(aws: Clients) -> None:
    rds = aws("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="writers",
        Engine="aurora-postgresql",
        MasterUsername="root",
        MasterUserPassword="not-a-secret",
    )
    for n in range(2):
        rds.create_db_instance(
            DBInstanceIdentifier=f"writer-{n}",
            DBClusterIdentifier="writers",
            DBInstanceClass="db.r6g.large",
            Engine="aurora-postgresql",
            EnablePerformanceInsights=True,
        )
    first, second = described(aws, "writer-0"), described(aws, "writer-1")
    assert first["PerformanceInsightsEnabled"] is True
    assert first["PubliclyAccessible"] is False
    assert first["DbiResourceId"] != second["DbiResourceId"]


def test_aurora_has_storage_types_of_its_own(aws: Clients) -> None:
    rds = aws("rds")
    for name, kind in (("standard", "aurora"), ("optimized", "aurora-iopt1")):
        rds.create_db_cluster(
            DBClusterIdentifier=name,
            Engine="aurora-postgresql",
            MasterUsername="root",
            MasterUserPassword="not-a-secret",
            StorageType=kind,
        )
    found = rds.describe_db_clusters()["DBClusters"]
    kinds = {cluster["DBClusterIdentifier"]: cluster.get("StorageType") for cluster in found}
    assert (kinds["standard"], kinds["optimized"]) == (None, "aurora-iopt1")


def test_a_database_whose_backups_were_kept_can_be_made_again_at_once(aws: Clients) -> None:
    rds = aws("rds")
    cluster = {"DBClusterIdentifier": "again", "Engine": "aurora-postgresql"}
    login = {"MasterUsername": "root", "MasterUserPassword": "not-a-secret"}
    kept = {"SkipFinalSnapshot": True, "DeleteAutomatedBackups": False}
    for _ in range(2):
        create(aws, "again")
        rds.delete_db_instance(DBInstanceIdentifier="again", **kept)
        rds.create_db_cluster(**cluster, **login)
        rds.delete_db_cluster(DBClusterIdentifier="again", **kept)
    assert rds.describe_db_snapshots(SnapshotType="automated")["DBSnapshots"]


@pytest.mark.parametrize(
    ("name", "given", "windows"),
    [
        ("late", {"PreferredBackupWindow": "06:30-07:30"}, ("06:30-07:30", "wed:22:38-wed:23:08")),
        (
            "noon",
            {"PreferredMaintenanceWindow": "Wed:13:00-Wed:14:00"},
            ("05:14-05:44", "wed:13:00-wed:14:00"),
        ),
        (
            "weekend",
            {"PreferredMaintenanceWindow": "Sun:23:30-Mon:01:30"},
            ("13:14-13:44", "sun:23:30-mon:01:30"),
        ),
        (
            "touching",
            {
                "PreferredBackupWindow": "03:00-06:00",
                "PreferredMaintenanceWindow": "Mon:00:00-Mon:03:00",
            },
            ("03:00-06:00", "mon:00:00-mon:03:00"),
        ),
    ],
)
def test_windows_leave_room_for_each_other(
    aws: Clients, name: str, given: dict[str, str], windows: tuple[str, str]
) -> None:
    create(aws, name, **given)
    seen = described(aws, name)
    assert (seen["PreferredBackupWindow"], seen["PreferredMaintenanceWindow"]) == windows


@pytest.mark.parametrize(
    ("backup", "maintenance", "why"),
    [
        ("01:30-03:00", "mon:01:00-mon:02:00", "must not overlap"),
        ("23:30-00:30", "sun:23:50-mon:01:00", "must not overlap"),
        ("13:00-14:00", "mon:01:00-mon:01:20", "at least 30 minutes"),
        ("13:00-14:00", "monday", "Invalid maintenance window format"),
    ],
)
def test_wrong_windows_are_refused(aws: Clients, backup: str, maintenance: str, why: str) -> None:
    windows = {"PreferredBackupWindow": backup, "PreferredMaintenanceWindow": maintenance}
    with pytest.raises(ClientError, match=why):
        create(aws, "refused", **windows)
