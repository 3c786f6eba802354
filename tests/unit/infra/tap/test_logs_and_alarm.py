from __future__ import annotations

import pytest

from stackproof.types.tokens import FLOW_LOG, LOG_GROUP
from tests.unit.infra.program import ACCOUNT, Deployment

INFRASTRUCTURE = "tap-infrastructure-logs-production"


def test_application_and_infrastructure_logs_are_encrypted_and_end(deployment: Deployment) -> None:
    groups = {group["name"]: group for group in deployment.all(LOG_GROUP)}
    assert groups.keys() == {"tap-application-logs-production", INFRASTRUCTURE}
    for group in groups.values():
        assert group["kms_key_id"] == f"arn:aws:kms:us-east-1:{ACCOUNT}:key/logs-key"
        assert group["retention_in_days"] == 365


@pytest.mark.requirement("2.6")
def test_all_traffic_is_logged_to_the_infrastructure_group(deployment: Deployment) -> None:
    flow_log = deployment.only(FLOW_LOG)
    assert flow_log["vpc_id"] == "Vpc-vpc"
    assert flow_log["traffic_type"] == "ALL"
    assert flow_log["log_destination"].endswith(f"/{INFRASTRUCTURE}")


def test_flow_logs_may_write_to_the_infrastructure_group_only(deployment: Deployment) -> None:
    (statement,) = deployment.only("aws:iam/rolePolicy:RolePolicy", "flow-logs").policy()
    assert statement["Resource"] == f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{INFRASTRUCTURE}:*"
    assert statement["Action"] == [
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    ]
    (trust,) = deployment.only("aws:iam/role:Role", "flow-logs").policy("assume_role_policy")
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_flow_logs_can_be_switched_off(switched_off: Deployment) -> None:
    assert switched_off.all(FLOW_LOG) == []
    assert switched_off.all("aws:iam/role:Role") == []
    assert len(switched_off.all(LOG_GROUP)) == 2


@pytest.mark.requirement("2.6")
def test_high_cpu_goes_to_the_topic(deployment: Deployment) -> None:
    alarm = deployment.only("aws:cloudwatch/metricAlarm:MetricAlarm")
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:topic/tap-alerts-production"
    assert alarm["name"] == "tap-high-cpu-production"
    assert (alarm["namespace"], alarm["metric_name"]) == ("AWS/EC2", "CPUUtilization")
    assert (alarm["threshold"], alarm["comparison_operator"]) == (80, "GreaterThanThreshold")
    assert alarm["alarm_actions"] == alarm["ok_actions"] == [topic]


def test_topic_is_encrypted_and_read_by_the_configured_person(deployment: Deployment) -> None:
    topic = deployment.only("aws:sns/topic:Topic")
    assert topic["kms_master_key_id"] == f"arn:aws:kms:us-east-1:{ACCOUNT}:key/alerts-key"
    subscription = deployment.only("aws:sns/topicSubscription:TopicSubscription")
    assert subscription["protocol"] == "email"
    assert subscription["endpoint"] == "platform-oncall@example.com"
