"""Right after a deployment: what shows late is waited for, what stays wrong stays wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stackproof.embedded import faults
from stackproof.embedded.faults import Fault
from stackproof.verify import verify
from tests.integration.deployments import Deployed, suite


@pytest.fixture(autouse=True)
def seen(deployed: Deployed) -> Iterator[None]:
    yield
    faults.clear(deployed.server)


def late(deployed: Deployed) -> list[Fault]:
    """Hide a thing of each kind that AWS shows late: a listing, a role, tags, an alarm.

    A reading asks for what no listing shows once more by its name, so this is for two readings.
    """
    outputs, times = deployed.outputs, 4
    role = str(outputs["api_task_role_arn"]).rpartition("/")[2]
    return [
        Fault("unseen", "rds", "DescribeDBClusters", times, outputs["database_cluster_arn"]),
        Fault("unseen", "iam", "GetRole", times, role),
        Fault("unseen", "resourcegroupstaggingapi", "GetResources", times, outputs["vpc_id"]),
        Fault("unseen", "cloudwatch", "DescribeAlarms", times, outputs["alarm_names"][0]),
        Fault("unseen", "logs", "DescribeLogGroups", times, outputs["flow_log_group_name"]),
    ]


def test_what_shows_late_fails_at_once_and_holds_once_it_had_time(deployed: Deployed) -> None:
    faults.inject(deployed.server, *late(deployed))
    assert verify(deployed.outputs).exit_code == 1
    faults.clear(deployed.server)
    faults.inject(deployed.server, *late(deployed))
    run = verify(deployed.outputs, waived=deployed.waived, settle=60)
    assert run.exit_code == 0, [look.open for look in run.looks]
    assert len(run.looks) > 1
    assert run.looks[0].open
    assert run.looks[-1].open == ()
    assert any("did not hold at first" in said for said in run.warnings)
    # Only what was in question was asked again.
    assert run.calls["guardduty"] == verify(deployed.outputs).calls["guardduty"]


def test_command_waits_and_says_how_often_it_read(deployed: Deployed, tmp_path: Path) -> None:
    faults.inject(deployed.server, *late(deployed))
    report = tmp_path / "verify.json"
    done = deployed.stackproof("verify", "--settle", "60", "--report", str(report))
    assert done.returncode == 0, done.stdout
    assert "did not hold at first" in " ".join(done.stdout.split())
    readings = json.loads(report.read_text())["readings"]
    assert len(readings) > 1
    assert readings[0]["open"]
    assert readings[-1]["open"] == []


def test_stable_failure_is_none_the_better_for_waiting(deployed: Deployed) -> None:
    rds, cluster = deployed.client("rds"), deployed.outputs["database_cluster_identifier"]
    rds.modify_db_cluster(DBClusterIdentifier=cluster, BackupRetentionPeriod=1)
    # Once it is out of sight, which is when a stack looks best.
    there = Fault("unseen", "rds", "DescribeDBClusters", None, cluster, seconds=1.5)
    try:
        before = verify(deployed.outputs)
        faults.inject(deployed.server, there)
        run = verify(deployed.outputs, waived=deployed.waived, settle=4)
    finally:
        rds.modify_db_cluster(DBClusterIdentifier=cluster, BackupRetentionPeriod=7)
    assert before.exit_code == run.exit_code == 1
    assert any("rds-cluster-backup-retention" in name for name in run.looks[-1].open)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_scenarios_are_run_again_on_newer_readings(
    workers: str, deployed: Deployed, tmp_path: Path
) -> None:
    """No control knows how many alarms there are to be: a scenario does."""
    report, alarm = tmp_path / "scenarios.json", deployed.outputs["alarm_names"][0]
    test = "tests/scenarios/test_output_validation.py"
    arguments = (f"--outputs={deployed.outputs.path}", f"--scenario-report={report}", test)
    unseen = Fault("unseen", "cloudwatch", "DescribeAlarms", None, alarm, seconds=600)
    faults.inject(deployed.server, unseen)
    assert suite(dict(deployed.environment), *arguments).returncode == 1
    faults.clear(deployed.server)
    # Two listings (those of metric alarms and of all), in two readings at least.
    faults.inject(deployed.server, Fault("unseen", "cloudwatch", "DescribeAlarms", 3, alarm))
    done = suite(dict(deployed.environment), "--settle=60", "-n", workers, *arguments)
    assert done.returncode == 0, done.stdout
    again = [r for r in json.loads(report.read_text()) if r["readings"] > 1]
    assert done.stdout.count("READ ") == len(again)


def test_target_that_is_not_healthy_yet_is_asked_for_again(
    deployed: Deployed, tmp_path: Path
) -> None:
    report, port = tmp_path / "scenarios.json", str(deployed.outputs["api_port"])
    test = "test_payment_workflow.py::test_every_service_has_a_healthy_target[api]"
    arguments = (
        f"--outputs={deployed.outputs.path}",
        f"--scenario-report={report}",
        f"tests/scenarios/scalepayments/{test}",
    )
    unseen = Fault("unseen", "elbv2", "DescribeTargetHealth", 2, port)
    faults.inject(deployed.server, unseen)
    assert suite(dict(deployed.environment), *arguments).returncode == 1
    faults.clear(deployed.server)
    faults.inject(deployed.server, unseen)
    done = suite(dict(deployed.environment), "--settle=60", *arguments)
    assert done.returncode == 0, done.stdout
    (record,) = json.loads(report.read_text())
    assert (record["readings"], record["outcome"]) == (1, "passed")
    assert [(w["for"], w["asked"]) for w in record["waits"]] == [("target health", 3)]
    assert "for target health, asked 3 times" in done.stdout


def test_controls_that_did_not_hold_at_first_are_recorded(
    deployed: Deployed, tmp_path: Path
) -> None:
    report, role = tmp_path / "scenarios.json", deployed.outputs["database_cluster_arn"]
    faults.inject(deployed.server, Fault("unseen", "rds", "DescribeDBClusters", 4, role))
    done = suite(
        dict(deployed.environment),
        "--settle=60",
        f"--outputs={deployed.outputs.path}",
        f"--scenario-report={report}",
        "tests/scenarios/test_controls.py",
    )
    assert done.returncode == 0, done.stdout
    late = [r for r in json.loads(report.read_text()) if r["readings"] > 1]
    assert late
    assert all(r["at_first"].startswith("did not hold on ") for r in late)
