"""Somebody is told, in time, when something breaks."""

from __future__ import annotations

import json

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.logs import counted
from stackproof.types import tokens
from tests.scenarios.conftest import Heard, Named
from tests.scenarios.troubles import FELT, HOT, Trouble

pytestmark = [pytest.mark.monitoring, pytest.mark.blueprint("scalepayments")]


@pytest.mark.requirement("3.19")
@pytest.mark.parametrize("trouble", HOT, ids=str)
def test_service_that_runs_hot_is_noticed(
    trouble: Trouble, service: Resource, outputs: Outputs, heard: Heard
) -> None:
    """Processors or memory of a service that are nearly full ring the on-call within 5 minutes.

    A service at its limit answers slowly long before it fails.
    """
    of_service = {"ClusterName": outputs["ecs_cluster_name"], "ServiceName": service["name"]}
    assert heard(trouble, of_service)


@pytest.mark.requirement("3.19")
@pytest.mark.parametrize("trouble", FELT, ids=str)
def test_errors_and_slowness_of_a_service_are_noticed(
    trouble: Trouble,
    alb: Resource,
    service_name: str,
    named: Named,
    heard: Heard,
) -> None:
    """Errors, slowness and failing health checks of a service ring the on-call within 5 minutes.

    These are what a customer sees; everything else is a cause.
    """
    group = named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)
    dimensions = {"LoadBalancer": alb["arn_suffix"], "TargetGroup": group["arn_suffix"]}
    assert heard(trouble, dimensions)


@pytest.mark.requirement("3.19")
@pytest.mark.parametrize(
    "trouble",
    [
        Trouble("AWS/RDS", "CPUUtilization", "Average", 90, 50),
        # No Aurora PostgreSQL accepts more, whatever its class.
        Trouble("AWS/RDS", "DatabaseConnections", "Maximum", 5000, 10),
    ],
    ids=str,
)
def test_database_under_pressure_is_noticed(
    trouble: Trouble, database: Resource, heard: Heard
) -> None:
    """A database with busy processors or few connections left rings the on-call in 5 minutes.

    The day on which connections run out is the day on which all services fail together.
    """
    of_cluster = {"DBClusterIdentifier": database["cluster_identifier"]}
    assert heard(trouble, of_cluster)


def test_somebody_reads_the_topic(live: Stack, outputs: Outputs) -> None:
    """The alerts topic has a confirmed subscription.

    A subscription that nobody confirmed delivers nothing, and says so nowhere.
    """
    subscriptions = [
        s for s in live.all(tokens.SNS_SUBSCRIPTION) if s["topic"] == outputs["alerts_topic_arn"]
    ]
    assert any(not s["pending_confirmation"] for s in subscriptions)


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


@pytest.mark.requirement("3.19")
def test_service_logs_are_kept_encrypted(service_name: str, outputs: Outputs, live: Stack) -> None:
    """Each service logs to a group of its own, encrypted with the key for logs, for a set time.

    Logs of payments are evidence: unreadable to strangers, there when asked for.
    """
    name = next(n for n in outputs.list("service_log_group_names") if f"-{service_name}-" in n)
    group = live.look_up(name, tokens.LOG_GROUP)
    assert group is not None
    assert group["kms_key_id"] == outputs["logs_kms_key_arn"]
    assert int(group["retention_in_days"]) >= 1


def test_error_lines_in_the_logs_are_counted(
    service_name: str, live: Stack, outputs: Outputs, heard: Heard
) -> None:
    """Every service's error lines are counted, and more than a few ring the on-call in 5 minutes.

    Not every failure is an HTTP error: a lost message to the card network is a log line.
    """
    counts = counted(live, outputs[f"{service_name}_log_group_name"], "ERROR")
    lines = [Trouble(read.namespace, read.metric, read.statistic, 20, 0) for read in counts]
    assert any(heard(trouble, {}) for trouble in lines)


def test_traffic_of_the_network_is_logged(live: Stack, outputs: Outputs) -> None:
    """A flow log records all traffic of the VPC.

    It is the only witness of what was tried and refused.
    """
    logs = [log for log in live.all(tokens.FLOW_LOG) if log["vpc_id"] == outputs["vpc_id"]]
    assert "ALL" in [log["traffic_type"] for log in logs]


@pytest.mark.requirement("3.16")
def test_cluster_shows_its_insides(named: Named) -> None:
    """The ECS cluster has Container Insights on.

    Tasks that die quietly show only there.
    """
    cluster = named("ecs_cluster_arn", tokens.ECS_CLUSTER)
    settings = {s["name"]: s["value"] for s in cluster.blocks("settings")}
    assert settings.get("containerInsights") in ("enabled", "enhanced")


@pytest.mark.requirement("3.19")
def test_dashboard_shows_every_alarmed_part(live: Stack, outputs: Outputs) -> None:
    """One dashboard shows load balancer, services, database and cache.

    At night one looks at one page, not at nine.
    """
    board = live.look_up(outputs["dashboard_name"], tokens.DASHBOARD)
    assert board is not None
    body = board["dashboard_body"]
    for namespace in ("AWS/ApplicationELB", "AWS/ECS", "AWS/RDS", "AWS/ElastiCache"):
        assert namespace in body
