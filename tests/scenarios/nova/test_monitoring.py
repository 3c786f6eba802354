"""Somebody is told, in time, when something breaks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.alarms import Signal, rings, tells
from stackproof.reasoning.events import lets_through
from stackproof.reasoning.logs import counted
from stackproof.types import tokens
from tests.scenarios.conftest import Heard, Named
from tests.scenarios.nova.expected import CPU_PERCENT
from tests.scenarios.troubles import FELT, Trouble

pytestmark = [pytest.mark.monitoring, pytest.mark.blueprint("nova")]

GIB = 1024**3


def busy(namespace: str) -> Trouble:
    return Trouble(namespace, "CPUUtilization", "Average", CPU_PERCENT + 0.1, CPU_PERCENT)


@pytest.mark.requirement("1.10")
def test_busy_instances_are_noticed(group: Resource, heard: Heard) -> None:
    """CPU over 75 % of the group's instances for 5 minutes is an alarm that people hear of.

    When the group can't grow any more, only people can help.
    """
    of_group = {"AutoScalingGroupName": group["name"]}
    assert heard(busy("AWS/EC2"), of_group)


@pytest.mark.requirement("1.10")
def test_busy_tasks_are_noticed(service: Resource, outputs: Outputs, heard: Heard) -> None:
    """CPU over 75 % of the Fargate service's tasks for 5 minutes is an alarm, on this service.

    An alarm on a dimension that nothing reports stays silent for ever.
    """
    of_service = {"ClusterName": outputs["ecs_cluster_name"], "ServiceName": service["name"]}
    assert heard(busy("AWS/ECS"), of_service)


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble("AWS/RDS", "CPUUtilization", "Average", 90, 50),
        Trouble("AWS/RDS", "FreeableMemory", "Minimum", 0, GIB),
        # No instance class of MySQL is given more connections by default.
        Trouble("AWS/RDS", "DatabaseConnections", "Maximum", 16000, 10),
        Trouble("AWS/RDS", "FreeStorageSpace", "Minimum", GIB, 100 * GIB),
    ],
    ids=str,
)
def test_database_under_pressure_is_noticed(
    trouble: Trouble, database: Resource, heard: Heard
) -> None:
    """Busy processors, or little memory, storage or connections left, are heard in 5 minutes.

    A full disk stops MySQL at once, and both tiers with it.
    """
    of_database = {"DBInstanceIdentifier": database["identifier"]}
    assert heard(trouble, of_database)


@pytest.mark.parametrize("tier", ["web", "api"])
@pytest.mark.parametrize("trouble", FELT, ids=str)
def test_errors_and_slowness_are_noticed(
    trouble: Trouble,
    tier: str,
    alb: Resource,
    named: Named,
    heard: Heard,
) -> None:
    """Errors, slowness and failing health checks of each tier are heard within 5 minutes.

    These are what a visitor sees; everything else is a cause.
    """
    group = named(f"{tier}_target_group_arn", tokens.LB_TARGET_GROUP)
    dimensions = {"LoadBalancer": alb["arn_suffix"], "TargetGroup": group["arn_suffix"]}
    assert heard(trouble, dimensions)


@pytest.mark.parametrize("tier", ["web", "api"])
def test_error_lines_are_noticed(tier: str, live: Stack, outputs: Outputs, heard: Heard) -> None:
    """Each tier's error lines are counted, and more than a few are heard within 5 minutes.

    Not every failure is an HTTP error.
    """
    counts = counted(live, outputs[f"{tier}_log_group_name"], "ERROR")
    lines = [Trouble(read.namespace, read.metric, read.statistic, 20, 0) for read in counts]
    assert any(heard(trouble, {}) for trouble in lines)


def test_failed_backups_are_noticed(live: Stack, outputs: Outputs) -> None:
    """One failed backup job of the vault is an alarm on the same day.

    Backups that stopped in spring are missed in autumn.
    """
    of_vault = {"BackupVaultName": outputs["backup_vault_name"]}
    read = Signal("AWS/Backup", "NumberOfBackupJobsFailed", "Sum", of_vault)
    topic, day = outputs["alerts_topic_arn"], timedelta(days=1)
    assert rings(live, read, at=1, quiet_at=0, deadline=day, telling=topic)


def test_every_alarm_does_something(live: Stack, outputs: Outputs) -> None:
    """Every alarm of the program tells the topic or sets a scaling policy of this stack off.

    An alarm without an action is a lamp in an empty room.
    """
    acts = {outputs["alerts_topic_arn"], *(p.arn for p in live.all(tokens.AUTOSCALING_POLICY))}
    for name in outputs.list("alarm_names"):
        alarm = live.look_up(name, tokens.METRIC_ALARM)
        assert alarm is not None, name
        assert tells(alarm) & acts, alarm.name


@pytest.mark.requirement("1.10")
def test_somebody_reads_the_topic(named: Named, live: Stack) -> None:
    """The alerts topic is encrypted with the alerts' key and has a confirmed subscription.

    A subscription that nobody confirmed delivers nothing, and says so nowhere.
    """
    topic = named("alerts_topic_arn", tokens.SNS_TOPIC)
    (key,) = live.follow(topic, "kms_master_key_id", tokens.KMS_KEY)
    assert key["enable_key_rotation"] is True
    subscriptions = live.seen_referrers(topic, tokens.SNS_SUBSCRIPTION, "topic")
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
    targets = [t for t in live.all(tokens.EVENT_TARGET) if t["rule"] == rule["name"]]
    assert outputs["alerts_topic_arn"] in [target["arn"] for target in targets]


@pytest.mark.requirement("1.10")
def test_logs_are_encrypted_and_do_not_vanish(live: Stack, outputs: Outputs) -> None:
    """Every log group of the stack is encrypted with the logs' key and kept for a year.

    Intruders are found after months, in logs that somebody kept.
    """
    groups = live.all(tokens.LOG_GROUP)
    assert len(groups) >= 8
    for group in groups:
        assert group["kms_key_id"] == outputs["logs_kms_key_arn"], group.name
        assert int(group["retention_in_days"]) >= 365, group.name


@pytest.mark.requirement("1.6")
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
    logs = live.seen_referrers(named("vpc_id", tokens.VPC), tokens.FLOW_LOG, "vpc_id")
    written = {
        group["name"]
        for log in logs
        if log["traffic_type"] == "ALL"
        for group in live.follow(log, "log_destination", tokens.LOG_GROUP)
    }
    assert outputs["flow_log_group_name"] in written
