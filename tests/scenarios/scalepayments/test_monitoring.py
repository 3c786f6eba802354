"""Somebody is told, in time, when something breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.conftest import Named

pytestmark = [pytest.mark.monitoring, pytest.mark.blueprint("scalepayments")]


def alarms_on(live: Stack, metric: str, **dimensions: str) -> Iterator[Resource]:
    for alarm in live.all(tokens.METRIC_ALARM):
        have = alarm["dimensions"] or {}
        if alarm["metric_name"] == metric and dimensions.items() <= have.items():
            yield alarm


@pytest.mark.parametrize("metric", ["CPUUtilization", "MemoryUtilization"])
def test_service_that_runs_hot_is_noticed(metric: str, service: Resource, live: Stack) -> None:
    """An alarm watches the processors and the memory of each service.

    A service at its limit answers slowly long before it fails.
    """
    assert list(alarms_on(live, metric, ServiceName=service["name"]))


@pytest.mark.parametrize("metric", ["HTTPCode_Target_5XX_Count", "TargetResponseTime"])
def test_errors_and_slowness_of_a_service_are_noticed(
    metric: str, service_name: str, named: Named, live: Stack
) -> None:
    """An alarm watches the errors and the latency that each service shows its callers.

    These are what a customer sees; everything else is a cause.
    """
    group = named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)
    assert list(alarms_on(live, metric, TargetGroup=group["arn_suffix"]))


@pytest.mark.parametrize("metric", ["CPUUtilization", "DatabaseConnections"])
def test_database_under_pressure_is_noticed(metric: str, database: Resource, live: Stack) -> None:
    """An alarm watches the database's processors and its connections.

    The day on which connections run out is the day on which all services fail together.
    """
    name = database["cluster_identifier"]
    assert list(alarms_on(live, metric, DBClusterIdentifier=name))


def test_every_alarm_reaches_the_on_call_topic(live: Stack, outputs: Outputs) -> None:
    """Every alarm notifies the alerts topic when it goes off.

    An alarm without an action is a lamp in an empty room.
    """
    alarms = live.all(tokens.METRIC_ALARM)
    assert alarms
    for alarm in alarms:
        assert outputs["alerts_topic_arn"] in alarm.values("alarm_actions"), alarm.name
        assert alarm["actions_enabled"] is not False, alarm.name


def test_somebody_reads_the_topic(live: Stack, outputs: Outputs) -> None:
    """The alerts topic has a confirmed subscription.

    A subscription that nobody confirmed delivers nothing, and says so nowhere.
    """
    subscriptions = [
        s for s in live.all(tokens.SNS_SUBSCRIPTION) if s["topic"] == outputs["alerts_topic_arn"]
    ]
    assert subscriptions
    assert not any(s["pending_confirmation"] for s in subscriptions)


def test_alarms_can_publish_to_the_encrypted_topic(live: Stack, outputs: Outputs) -> None:
    """CloudWatch may use the key that encrypts the alerts topic.

    Without it every notification is dropped without a trace.
    """
    topic = live.look_up(outputs["alerts_topic_arn"], tokens.SNS_TOPIC)
    assert topic is not None
    (key,) = live.follow(topic, "kms_master_key_id", tokens.KMS_KEY)
    allowed = [
        statement
        for statement in json.loads(key["policy"])["Statement"]
        if "cloudwatch.amazonaws.com" in json.dumps(statement.get("Principal", {}))
    ]
    assert any("kms:GenerateDataKey" in json.dumps(s["Action"]) for s in allowed)


def test_service_logs_are_kept_encrypted(service_name: str, outputs: Outputs, live: Stack) -> None:
    """Each service logs to a group of its own, encrypted with the key for logs, for a set time.

    Logs of payments are evidence: unreadable to strangers, there when asked for.
    """
    name = next(n for n in outputs.list("service_log_group_names") if f"-{service_name}-" in n)
    group = live.look_up(name, tokens.LOG_GROUP)
    assert group is not None
    assert group["kms_key_id"] == outputs["logs_kms_key_arn"]
    assert int(group["retention_in_days"]) >= 1


def test_error_lines_in_the_logs_are_counted(live: Stack, outputs: Outputs) -> None:
    """Every service's error lines are counted into a metric that an alarm watches.

    Not every failure is an HTTP error: a lost message to the card network is a log line.
    """
    filters = live.all(tokens.LOG_METRIC_FILTER)
    assert {f["log_group_name"] for f in filters} == set(outputs.list("service_log_group_names"))
    for found in filters:
        for transformation in found.blocks("metric_transformation"):
            assert list(alarms_on(live, transformation["name"])), found.name


def test_traffic_of_the_network_is_logged(live: Stack, outputs: Outputs) -> None:
    """A flow log records all traffic of the VPC.

    It is the only witness of what was tried and refused.
    """
    logs = [log for log in live.all(tokens.FLOW_LOG) if log["vpc_id"] == outputs["vpc_id"]]
    assert [log["traffic_type"] for log in logs] == ["ALL"]


def test_cluster_shows_its_insides(named: Named) -> None:
    """The ECS cluster has Container Insights on.

    Tasks that die quietly show only there.
    """
    cluster = named("ecs_cluster_arn", tokens.ECS_CLUSTER)
    settings = {s["name"]: s["value"] for s in cluster.blocks("settings")}
    assert settings.get("containerInsights") in ("enabled", "enhanced")


def test_dashboard_shows_every_alarmed_part(live: Stack, outputs: Outputs) -> None:
    """One dashboard shows load balancer, services, database and cache.

    At night one looks at one page, not at nine.
    """
    board = live.look_up(outputs["dashboard_name"], tokens.DASHBOARD)
    assert board is not None
    body = board["dashboard_body"]
    for namespace in ("AWS/ApplicationELB", "AWS/ECS", "AWS/RDS", "AWS/ElastiCache"):
        assert namespace in body
