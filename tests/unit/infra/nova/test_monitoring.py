from __future__ import annotations

import json

import pytest

from stackproof.types.tokens import METRIC_ALARM
from tests.unit.infra.facts import outputs_tell_the_alarms
from tests.unit.infra.program import Deployment


@pytest.mark.requirement("1.10", "1.13")
@pytest.mark.parametrize(
    ("name", "namespace", "dimensions"),
    [
        ("web-cpu-high", "AWS/EC2", {"AutoScalingGroupName": "nova-prod-web"}),
        (
            "api-cpu-high",
            "AWS/ECS",
            {"ClusterName": "nova-prod-cluster", "ServiceName": "nova-prod-api"},
        ),
    ],
)
def test_cpu_over_75_percent_is_an_alarm(
    nova: Deployment, name: str, namespace: str, dimensions: dict[str, str]
) -> None:
    alarm = nova.only(METRIC_ALARM, name)
    assert alarm["namespace"] == namespace
    assert alarm["metric_name"] == "CPUUtilization"
    assert alarm["dimensions"] == dimensions
    assert alarm["threshold"] == 75
    assert alarm["comparison_operator"] == "GreaterThanThreshold"
    assert nova.outputs["alerts_topic_arn"] in alarm["alarm_actions"]


@pytest.mark.parametrize(
    ("name", "metric", "dimension"),
    [
        ("database-cpu-high", "CPUUtilization", "DBInstanceIdentifier"),
        ("database-memory-low", "FreeableMemory", "DBInstanceIdentifier"),
        ("database-connections-high", "DatabaseConnections", "DBInstanceIdentifier"),
        ("database-storage-low", "FreeStorageSpace", "DBInstanceIdentifier"),
        ("backup-failed", "NumberOfBackupJobsFailed", "BackupVaultName"),
    ],
)
def test_data_is_watched(nova: Deployment, name: str, metric: str, dimension: str) -> None:
    alarm = nova.only(METRIC_ALARM, name)
    values = {"DBInstanceIdentifier": "nova-prod-database"}
    vault = {"BackupVaultName": "nova-prod-backup-vault"}
    assert alarm["metric_name"] == metric
    assert alarm["dimensions"] == {dimension: (values | vault)[dimension]}


def test_storage_is_low_at_a_tenth(nova: Deployment) -> None:
    alarm = nova.only(METRIC_ALARM, "database-storage-low")
    assert alarm["threshold"] == 10 * 1024**3
    assert alarm["comparison_operator"] == "LessThanThreshold"


def test_every_alarm_does_something(nova: Deployment) -> None:
    alarms = nova.all(METRIC_ALARM)
    assert len(alarms) == 34
    assert all(alarm["alarm_actions"] for alarm in alarms)
    names = {alarm["name"] for alarm in alarms}
    assert names == set(nova.outputs["alarm_names"])
    assert outputs_tell_the_alarms(nova)


def test_every_log_group_is_encrypted_and_kept_for_a_year(nova: Deployment) -> None:
    groups = nova.all("aws:cloudwatch/logGroup:LogGroup")
    assert {group["kms_key_id"] for group in groups} == {nova.outputs["logs_kms_key_arn"]}
    assert {group["retention_in_days"] for group in groups} == {365}
    assert {group["name"] for group in groups} == {
        "/aws/cloudtrail/nova-prod-audit",
        "/aws/codebuild/nova-prod-web-build",
        "/aws/codebuild/nova-prod-web-test",
        "/aws/ecs/containerinsights/nova-prod-cluster/performance",
        "/aws/rds/instance/nova-prod-database/error",
        "/aws/rds/instance/nova-prod-database/slowquery",
        "/aws/vpc/nova-prod-flow-logs",
        "/ec2/nova-prod-web",
        "/ecs/nova-prod-api",
        "aws-waf-logs-nova-prod-waf",
    }


def test_the_topic_is_encrypted_and_read_by_somebody(nova: Deployment) -> None:
    topic = nova.only("aws:sns/topic:Topic")
    assert topic["kms_master_key_id"] == nova.outputs["alerts_kms_key_arn"]
    subscription = nova.only("aws:sns/topicSubscription:TopicSubscription")
    assert subscription["protocol"] == "email"
    assert subscription["endpoint"] == "nova-oncall@example.com"


def test_alarms_and_events_may_publish(nova: Deployment) -> None:
    key = nova.only("aws:kms/key:Key", "alerts-key")
    users = {
        service
        for statement in key.policy()
        for service in statement["Principal"].get("Service", ())
    }
    services = ("cloudwatch", "events", "events.rds")
    assert users == {f"{service}.amazonaws.com" for service in services}


def test_people_hear_of_failures_of_the_database(nova: Deployment) -> None:
    told = nova.only("aws:rds/eventSubscription:EventSubscription")
    assert told["sns_topic"] == nova.outputs["alerts_topic_arn"]
    assert told["source_type"] == "db-instance"
    assert {"failover", "failure", "maintenance"} <= set(told["event_categories"])


def test_the_dashboard_shows_every_measure_that_people_hear_of(nova: Deployment) -> None:
    body = json.loads(nova.only("aws:cloudwatch/dashboard:Dashboard")["dashboard_body"])
    shown = {widget["properties"]["title"] for widget in body["widgets"]}
    heard = {
        alarm.name
        for alarm in nova.all(METRIC_ALARM)
        if nova.outputs["alerts_topic_arn"] in alarm["alarm_actions"]
    }
    assert shown == heard
