"""The scenario suite passes on what was deployed, fails on what is broken, and says when blind."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.integration.deployments import ROOT, Deployed, Deployments, suite


@pytest.mark.requirement("0.2", "3.22", "7.1")
@pytest.mark.parametrize(
    "stack", ["scalepayments-dev", "scalepayments-staging", "scalepayments-prod"]
)
def test_suite_is_green_on_each_environment(
    stack: str, deployments: Deployments, tmp_path: Path
) -> None:
    report, made = tmp_path / "scenarios.json", deployments.untouched(stack)
    done = suite(
        dict(made.environment),
        f"--outputs={made.outputs.path}",
        f"--scenario-report={report}",
        "tests/scenarios",
    )
    assert done.returncode == 0, done.stdout[-4000:]
    records = json.loads(report.read_text())
    passed = [r for r in records if r["family"] and r["outcome"] == "passed"]
    assert len(passed) >= 45
    assert len({record["family"] for record in passed}) == 10


def test_broken_stack_fails_the_scenario_that_is_about_it(deployed: Deployed) -> None:
    rds, cluster = deployed.client("rds"), deployed.outputs["database_cluster_identifier"]
    rds.modify_db_cluster(DBClusterIdentifier=cluster, BackupRetentionPeriod=2)
    try:
        done = suite(
            dict(deployed.environment),
            f"--outputs={deployed.outputs.path}",
            "tests/scenarios/scalepayments/test_disaster_recovery.py",
        )
    finally:
        rds.modify_db_cluster(DBClusterIdentifier=cluster, BackupRetentionPeriod=7)
    assert done.returncode == 1
    assert "test_database_keeps_backups_as_long_as_promised" in done.stdout


def test_suite_without_outputs_stops_with_one_sentence(deployed: Deployed, tmp_path: Path) -> None:
    done = suite(
        dict(deployed.environment), f"--outputs={tmp_path / 'none.json'}", "tests/scenarios"
    )
    assert done.returncode == 3
    assert "pulumi stack output --json" in done.stdout + done.stderr


def test_collection_makes_no_call(deployed: Deployed) -> None:
    done = suite(
        dict(deployed.environment),
        "--collect-only",
        f"--outputs={deployed.outputs.path}",
        "tests/scenarios",
        AWS_ENDPOINT_URL="http://127.0.0.1:9",
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "test_load_balancer_stands_in_every_zone" in done.stdout


def test_silent_endpoint_stops_the_suite(deployed: Deployed) -> None:
    done = suite(
        dict(deployed.environment),
        f"--outputs={deployed.outputs.path}",
        "tests/scenarios",
        AWS_ENDPOINT_URL="http://127.0.0.1:9",
    )
    assert done.returncode == 3
    assert "does not answer" in done.stdout + done.stderr


def test_scenarios_of_other_environments_are_not_collected(deployed: Deployed) -> None:
    done = suite(
        dict(deployed.environment),
        "--collect-only",
        f"--outputs={deployed.outputs.path}",
        "tests/scenarios",
    )
    assert "test_dev_pays_for_no_guards" not in done.stdout
    assert "test_firewall_guards_the_load_balancer" in done.stdout


@pytest.mark.requirement("3.22")
def test_every_scenario_says_what_it_proves_and_why() -> None:
    for file in (ROOT / "tests/scenarios").rglob("test_*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                lines = (ast.get_docstring(node) or "").split("\n\n", 1)
                assert len(lines) == 2, f"{file.name}: {node.name}"
                assert lines[0].endswith("."), f"{file.name}: {node.name}"
