"""Latency, throughput and query time are within budget, read as an operator reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.probing import Probing
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types import tokens
from tests.scenarios.conftest import Named
from tests.scenarios.scalepayments.expected import Expected

pytestmark = [pytest.mark.performance, pytest.mark.blueprint("scalepayments")]

Clients = Callable[..., Any]

LATENCY_SECONDS = 1.0
ERROR_RATE = 0.01
COMMIT_MILLISECONDS = 50.0


def values_of(
    aws: Clients, namespace: str, metric: str, statistic: str, **dimensions: str
) -> list[float]:
    """Give a day of a metric's five-minute values."""
    now = datetime.now(UTC)
    answer = aws("cloudwatch").get_metric_data(
        StartTime=now - timedelta(days=1),
        EndTime=now,
        MetricDataQueries=[
            {
                "Id": "value",
                "MetricStat": {
                    "Metric": {
                        "Namespace": namespace,
                        "MetricName": metric,
                        "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
                    },
                    "Period": 300,
                    "Stat": statistic,
                },
            }
        ],
    )
    values: list[float] = answer["MetricDataResults"][0]["Values"]
    return values


def measured(values: list[float]) -> list[float]:
    """Give a metric's values; skip when there are none."""
    if not values:
        pytest.skip("CloudWatch has nothing of the last day: nothing was sent to this stack")
    return values


def test_requests_are_answered_within_budget(service_name: str, named: Named, aws: Clients) -> None:
    """Ninety-nine of a hundred requests to each service are answered within a second.

    Above that, shops start to retry, and retries are what turns slowness into an outage.
    """
    group = named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)
    alb = named("alb_arn", tokens.LB)
    values = values_of(
        aws,
        "AWS/ApplicationELB",
        "TargetResponseTime",
        "p99",
        TargetGroup=group["arn_suffix"],
        LoadBalancer=alb["arn_suffix"],
    )
    assert max(measured(values)) <= LATENCY_SECONDS


def test_queries_are_answered_within_budget(
    database: Resource, aws: Clients, probe: Probing, run_facts: Snapshot
) -> None:
    """Aurora commits within fifty milliseconds on average, in every five minutes of the day.

    A checkout makes a dozen commits: their time adds up in front of the customer.
    """

    def latency() -> list[float]:
        cluster = database["cluster_identifier"]
        return values_of(aws, "AWS/RDS", "CommitLatency", "Average", DBClusterIdentifier=cluster)

    # A database says this by itself, once it runs; the embedded AWS runs none.
    values = latency() if run_facts.emulated else probe("metrics", latency, bool)
    assert max(measured(values)) <= COMMIT_MILLISECONDS


def test_throughput_is_served_without_errors(named: Named, aws: Clients) -> None:
    """Fewer than one in a hundred requests of the day ended with an error of the platform.

    Every error is a payment that was tried and did not happen.
    """
    alb = named("alb_arn", tokens.LB)["arn_suffix"]
    requests, failed = (
        values_of(aws, "AWS/ApplicationELB", metric, "Sum", LoadBalancer=alb)
        for metric in ("RequestCount", "HTTPCode_Target_5XX_Count")
    )
    assert sum(failed) <= ERROR_RATE * sum(measured(requests))


def of_the_last_hour(aws: Clients, instance: str) -> list[list[float]]:
    """Give what Performance Insights has of an instance: sessions at work, and processors."""
    now = datetime.now(UTC)
    answer = aws("pi").get_resource_metrics(
        ServiceType="RDS",
        Identifier=instance,
        MetricQueries=[{"Metric": "db.load.avg"}, {"Metric": "os.general.numVCPUs.avg"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
        PeriodInSeconds=60,
    )
    return [
        [point["Value"] for point in metric["DataPoints"] if "Value" in point]
        for metric in answer["MetricList"]
    ]


@pytest.mark.environments("staging", "prod")
def test_queries_do_not_queue_for_processors(
    instances: tuple[Resource, ...], aws: Clients, probe: Probing, run_facts: Snapshot
) -> None:
    """Performance Insights shows fewer sessions at work than the instance has processors.

    Above that line queries wait for each other, and every page gets slower at once.
    """
    if run_facts.emulated:
        pytest.skip("no data plane: the embedded AWS runs no queries to measure")
    for instance in instances:
        series = partial(of_the_last_hour, aws, instance["dbi_resource_id"])
        load, processors = probe("metrics", series, all)
        assert load, f"Performance Insights has no load of {instance.name} in the last hour"
        assert max(load) <= max(processors), instance.name


@pytest.mark.environments("staging", "prod")
def test_slow_queries_can_be_found(instances: tuple[Resource, ...], expected: Expected) -> None:
    """Performance Insights keeps a week of what every instance was busy with.

    Which query was slow last Tuesday cannot be found out afterwards in any other way.
    """
    for instance in instances:
        assert instance["performance_insights_enabled"] is expected.insights
        assert int(instance["performance_insights_retention_period"]) >= 7


def test_latency_budget_is_what_the_alarm_watches(
    service_name: str, named: Named, live: Stack
) -> None:
    """Each service's latency alarm goes off at or below the budget, on a high percentile.

    An average hides the slow tenth of all payments.
    """
    suffix = named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)["arn_suffix"]
    alarms = [
        alarm
        for alarm in live.all(tokens.METRIC_ALARM)
        if alarm["metric_name"] == "TargetResponseTime"
        and (alarm["dimensions"] or {}).get("TargetGroup") == suffix
    ]
    assert alarms
    for alarm in alarms:
        assert float(alarm["threshold"]) <= LATENCY_SECONDS
        assert str(alarm["extended_statistic"]).startswith("p9")
