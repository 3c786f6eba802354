"""Somebody is told, in time, when something breaks."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.events import lets_through
from stackproof.types import tokens
from tests.scenarios.conftest import Named
from tests.scenarios.nova.expected import CPU_PERCENT, CPU_SECONDS

pytestmark = [pytest.mark.monitoring, pytest.mark.blueprint("nova")]


def alarms_on(live: Stack, namespace: str, metric: str, **dimensions: str) -> list[Resource]:
    """Give the alarms on a metric with exactly these dimensions."""
    return [
        alarm
        for alarm in live.all(tokens.METRIC_ALARM)
        if (alarm["namespace"], alarm["metric_name"]) == (namespace, metric)
        and alarm["dimensions"] == dimensions
    ]


def test_busy_instances_are_noticed(group: Resource, live: Stack, outputs: Outputs) -> None:
    """CPU over 75 % of the group's instances is an alarm that people hear of.

    When the group can't grow any more, only people can help.
    """
    found = alarms_on(live, "AWS/EC2", "CPUUtilization", AutoScalingGroupName=group["name"])
    (busy,) = (a for a in found if a["comparison_operator"] == "GreaterThanThreshold")
    assert float(busy["threshold"]) == CPU_PERCENT
    assert outputs["alerts_topic_arn"] in busy.values("alarm_actions")


def test_busy_tasks_are_noticed(service: Resource, live: Stack, outputs: Outputs) -> None:
    """CPU over 75 % of the Fargate service's tasks for 5 minutes is an alarm, on this service.

    An alarm on a dimension that nothing reports stays silent for ever.
    """
    (busy,) = alarms_on(
        live,
        "AWS/ECS",
        "CPUUtilization",
        ClusterName=outputs["ecs_cluster_name"],
        ServiceName=service["name"],
    )
    assert float(busy["threshold"]) == CPU_PERCENT
    assert busy["statistic"] == "Average"
    assert int(busy["period"]) * int(busy["evaluation_periods"]) == CPU_SECONDS
    assert busy["comparison_operator"] == "GreaterThanThreshold"
    assert outputs["alerts_topic_arn"] in busy.values("alarm_actions")


@pytest.mark.parametrize(
    "metric", ["CPUUtilization", "FreeableMemory", "DatabaseConnections", "FreeStorageSpace"]
)
def test_database_under_pressure_is_noticed(metric: str, database: Resource, live: Stack) -> None:
    """An alarm watches the database's processors, memory, connections and storage.

    A full disk stops MySQL at once, and both tiers with it.
    """
    assert alarms_on(live, "AWS/RDS", metric, DBInstanceIdentifier=database["identifier"])


@pytest.mark.parametrize("tier", ["web", "api"])
@pytest.mark.parametrize(
    "metric", ["HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount"]
)
def test_errors_and_slowness_are_noticed(
    metric: str, tier: str, alb: Resource, named: Named, live: Stack
) -> None:
    """An alarm watches the errors, the latency and the health that each tier shows.

    These are what a visitor sees; everything else is a cause.
    """
    group = named(f"{tier}_target_group_arn", tokens.LB_TARGET_GROUP)
    assert alarms_on(
        live,
        "AWS/ApplicationELB",
        metric,
        LoadBalancer=alb["arn_suffix"],
        TargetGroup=group["arn_suffix"],
    )


def test_failed_backups_are_noticed(live: Stack, outputs: Outputs) -> None:
    """One failed backup job of the vault is an alarm.

    Backups that stopped in spring are missed in autumn.
    """
    (failed,) = alarms_on(
        live,
        "AWS/Backup",
        "NumberOfBackupJobsFailed",
        BackupVaultName=outputs["backup_vault_name"],
    )
    assert float(failed["threshold"]) == 0


def test_every_alarm_does_something(live: Stack, outputs: Outputs) -> None:
    """Every alarm tells the topic or sets a scaling policy of this stack off.

    An alarm without an action is a lamp in an empty room.
    """
    acts = {outputs["alerts_topic_arn"], *(p.arn for p in live.all(tokens.AUTOSCALING_POLICY))}
    for alarm in live.all(tokens.METRIC_ALARM):
        assert alarm["actions_enabled"] is not False, alarm.name
        assert alarm.values("alarm_actions"), alarm.name
        assert set(alarm.values("alarm_actions")) <= acts, alarm.name


def test_somebody_reads_the_topic(named: Named, live: Stack) -> None:
    """The alerts topic is encrypted with the alerts' key and has a confirmed subscription.

    A subscription that nobody confirmed delivers nothing, and says so nowhere.
    """
    topic = named("alerts_topic_arn", tokens.SNS_TOPIC)
    (key,) = live.follow(topic, "kms_master_key_id", tokens.KMS_KEY)
    assert key["enable_key_rotation"] is True
    subscriptions = live.referrers(topic, tokens.SNS_SUBSCRIPTION, "topic")
    assert any(not subscription["pending_confirmation"] for subscription in subscriptions)


def test_a_failed_delivery_is_heard_of(
    pipeline: Resource, named: Named, live: Stack, outputs: Outputs
) -> None:
    """A failed execution of this pipeline matches a rule whose target is the topic.

    Otherwise the site runs last month's version, and everybody believes the fix is live.
    """
    rule = named("failure_rule_arn", tokens.EVENT_RULE)
    pattern = rule.document("event_pattern")

    def about(state: str) -> dict[str, object]:
        return {
            "source": "aws.codepipeline",
            "detail-type": "CodePipeline Pipeline Execution State Change",
            "detail": {"pipeline": pipeline["name"], "state": state},
        }

    assert rule["state"] == "ENABLED"
    assert lets_through(pattern, about("FAILED"))
    assert not lets_through(pattern, about("STARTED"))
    (target,) = (t for t in live.all(tokens.EVENT_TARGET) if t["rule"] == rule["name"])
    assert target["arn"] == outputs["alerts_topic_arn"]


def test_logs_are_encrypted_and_do_not_vanish(live: Stack, outputs: Outputs) -> None:
    """Every log group of the stack is encrypted with the logs' key and kept for a year.

    Intruders are found after months, in logs that somebody kept.
    """
    groups = live.all(tokens.LOG_GROUP)
    assert len(groups) >= 8
    for group in groups:
        assert group["kms_key_id"] == outputs["logs_kms_key_arn"], group.name
        assert int(group["retention_in_days"]) >= 365, group.name


def test_tasks_write_their_logs(service: Resource, outputs: Outputs, live: Stack) -> None:
    """Every container of the Fargate service logs to the service's log group.

    A task that died without a word is restarted for ever.
    """
    (task,) = live.follow(service, "task_definition", tokens.ECS_TASK_DEFINITION)
    for container in task.document("container_definitions"):
        options = container["logConfiguration"]["options"]
        assert options["awslogs-group"] == outputs["api_log_group_name"]


def test_the_network_is_recorded(named: Named, live: Stack, outputs: Outputs) -> None:
    """All traffic of the VPC is written to the flow log group.

    Without flow logs nobody can say what an intruder took.
    """
    (log,) = live.referrers(named("vpc_id", tokens.VPC), tokens.FLOW_LOG, "vpc_id")
    assert log["traffic_type"] == "ALL"
    (group,) = live.follow(log, "log_destination", tokens.LOG_GROUP)
    assert group["name"] == outputs["flow_log_group_name"]
