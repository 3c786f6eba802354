"""Budgets are judged by what CloudWatch measured: kept ones pass, broken ones fail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.deployments import Deployed, suite


@pytest.mark.parametrize(("milliseconds", "exit_code"), [(12.0, 0), (480.0, 1)])
def test_commit_latency_is_read_from_cloudwatch(
    milliseconds: float, exit_code: int, deployed: Deployed
) -> None:
    cluster = deployed.outputs["database_cluster_identifier"]
    deployed.client("cloudwatch").put_metric_data(
        Namespace="AWS/RDS",
        MetricData=[
            {
                "MetricName": "CommitLatency",
                "Dimensions": [{"Name": "DBClusterIdentifier", "Value": cluster}],
                "Timestamp": datetime.now(UTC) - timedelta(minutes=20),
                "Value": milliseconds,
                "Unit": "Milliseconds",
            }
        ],
    )
    done = suite(
        dict(deployed.environment),
        f"--outputs={deployed.outputs.path}",
        "tests/scenarios/scalepayments/test_performance.py::test_queries_are_answered_within_budget",
    )
    assert done.returncode == exit_code, done.stdout[-2000:]
