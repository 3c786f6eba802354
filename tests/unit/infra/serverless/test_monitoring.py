from __future__ import annotations

import json

import pytest

from infra.components.watches import watch_function
from infra.settings.functions import FunctionSettings
from stackproof.types.tokens import METRIC_ALARM
from tests.unit.infra.program import ACCOUNT, Deployment
from tests.unit.infra.serverless.conftest import Configured

TOPIC = f"arn:aws:sns:us-west-2:{ACCOUNT}:topic/prod-nova-alerts-k7q2"
OF_FUNCTION = {"FunctionName": "prod-nova-api-k7q2"}
AT_ONCE = {"period": 300, "evaluation_periods": 1, "datapoints_to_alarm": 1}


@pytest.mark.requirement("4.4")
def test_there_are_exactly_these_alarms(deployment: Deployment) -> None:
    assert {alarm.name for alarm in deployment.all(METRIC_ALARM)} == {
        "api-errors",
        "api-slow",
        "http-server-errors",
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "api-errors",
            {
                "namespace": "AWS/Lambda",
                "metric_name": "Errors",
                "dimensions": OF_FUNCTION,
                "statistic": "Sum",
                "comparison_operator": "GreaterThanOrEqualToThreshold",
                "threshold": 1,
            },
        ),
        (
            "http-server-errors",
            {
                "namespace": "AWS/ApiGateway",
                "metric_name": "5xx",
                "dimensions": {"ApiId": "Api-http"},
                "statistic": "Sum",
                "comparison_operator": "GreaterThanOrEqualToThreshold",
                "threshold": 1,
            },
        ),
        (
            "api-slow",
            {
                "namespace": "AWS/Lambda",
                "metric_name": "Duration",
                "dimensions": OF_FUNCTION,
                "statistic": "Maximum",
                "comparison_operator": "GreaterThanThreshold",
                "threshold": 24_000,
            },
        ),
    ],
)
def test_alarm_goes_off_within_five_minutes(
    deployment: Deployment, name: str, expected: dict[str, object]
) -> None:
    alarm = deployment.only(METRIC_ALARM, name).inputs
    assert expected.items() <= alarm.items()
    assert AT_ONCE.items() <= alarm.items()
    assert alarm["treat_missing_data"] == "notBreaching"  # nobody called


def test_every_alarm_tells_the_topic_of_trouble_and_of_its_end(deployment: Deployment) -> None:
    for alarm in deployment.all(METRIC_ALARM):
        assert alarm["actions_enabled"] is True
        assert alarm["alarm_actions"] == [TOPIC]
        assert alarm["ok_actions"] == [TOPIC]
        assert alarm["alarm_description"]


@pytest.mark.requirement("4.4")
@pytest.mark.parametrize(("timeout", "threshold"), [(1, 800), (7, 5600), (29, 23_200)])
def test_what_is_slow_follows_the_timeout(timeout: int, threshold: float) -> None:
    settings = FunctionSettings(runtime="python3.13", memory=256, timeout=timeout)
    (slow,) = (w for w in watch_function("api", "f", settings) if w.metric == "Duration")
    assert slow.threshold == pytest.approx(threshold)
    assert str(timeout) in slow.meaning


def test_topic_is_encrypted_and_read_by_mail(configured: Configured) -> None:
    deployment = configured(alert_email="somebody@example.org")
    topic = deployment.only("aws:sns/topic:Topic")
    assert topic["name"] == "prod-nova-alerts-k7q2"
    assert topic["kms_master_key_id"] == f"arn:aws:kms:us-west-2:{ACCOUNT}:key/alerts-key"
    assert deployment.only("aws:sns/topicSubscription:TopicSubscription").inputs == {
        "topic": TOPIC,
        "protocol": "email",
        "endpoint": "somebody@example.org",
    }


def test_only_alarms_of_this_account_publish_and_only_with_tls(deployment: Deployment) -> None:
    arn = f"arn:aws:sns:us-west-2:{ACCOUNT}:prod-nova-alerts-k7q2"
    policy = deployment.only("aws:sns/topicPolicy:TopicPolicy")
    assert policy["arn"] == TOPIC
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Sid": "ServicesPublish",
            "Effect": "Allow",
            "Principal": {"Service": ["cloudwatch.amazonaws.com"]},
            "Action": ["sns:Publish"],
            "Resource": arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        },
        {
            "Sid": "DenyInsecureTransport",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]
