from __future__ import annotations

import json

import pytest

from stackproof.types.tokens import KMS_KEY, LOG_GROUP
from tests.unit.infra.cicd.conftest import Deployed
from tests.unit.infra.program import ACCOUNT, Deployment


@pytest.mark.requirement("5.4")
def test_the_artifact_bucket_is_emptied_on_destroy(deployment: Deployment) -> None:
    bucket = deployment.only("aws:s3/bucket:Bucket", "artifacts")
    environment = deployment.outputs["environment"]
    assert bucket["bucket"] == f"cicd-artifacts-{environment}-{ACCOUNT}"
    assert bucket["force_destroy"] is True


def test_the_artifact_bucket_is_encrypted_with_the_key_for_delivery(deployment: Deployment) -> None:
    encryption = deployment.only(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "artifacts",
    )
    (rule,) = encryption["rules"]
    assert rule["apply_server_side_encryption_by_default"] == {
        "sse_algorithm": "aws:kms",
        "kms_master_key_id": deployment.outputs["delivery_kms_key_arn"],
    }
    assert rule["bucket_key_enabled"] is True


def test_the_artifact_bucket_demands_tls(deployment: Deployment) -> None:
    policy = deployment.only("aws:s3/bucketPolicy:BucketPolicy", "artifacts")
    bucket = f"arn:aws:s3:::cicd-artifacts-{deployment.outputs['environment']}-{ACCOUNT}"
    assert policy.policy() == [
        {
            "Sid": "DenyInsecureTransport",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket, f"{bucket}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


@pytest.mark.parametrize("bucket", ["artifacts", "access-logs"])
def test_no_bucket_is_public(deployment: Deployment, bucket: str) -> None:
    block = deployment.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket)
    assert {name: value for name, value in block.inputs.items() if name != "bucket"} == {
        "block_public_acls": True,
        "block_public_policy": True,
        "ignore_public_acls": True,
        "restrict_public_buckets": True,
    }


def test_artifacts_are_gone_after_a_month(deployment: Deployment) -> None:
    (rule,) = deployment.only(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "artifacts"
    )["rules"]
    assert rule["status"] == "Enabled"
    assert rule["expiration"] == {"days": 30}


def test_each_concern_has_a_rotating_key_and_no_key_serves_strangers(
    deployment: Deployment,
) -> None:
    services = {
        key.name: [
            name for statement in key.policy()[1:] for name in statement["Principal"]["Service"]
        ]
        for key in deployment.all(KMS_KEY)
    }
    assert services == {
        "logs-key": ["logs.us-east-1.amazonaws.com"],
        "alerts-key": ["cloudwatch.amazonaws.com", "events.amazonaws.com"],
        "delivery-key": [],
        "credentials-key": [],
    }
    for key in deployment.all(KMS_KEY):
        assert key["enable_key_rotation"] is True
        owner = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        assert key.policy()[0]["Principal"] == owner


@pytest.mark.parametrize(("environment", "days"), [("dev", 7), ("staging", 14), ("prod", 30)])
def test_a_deleted_key_can_be_had_back_for_a_while(
    deployed: Deployed, environment: str, days: int
) -> None:
    keys = deployed(environment).all(KMS_KEY)
    assert {key["deletion_window_in_days"] for key in keys} == {days}


@pytest.mark.parametrize(("environment", "history"), [("dev", 30), ("staging", 90), ("prod", 365)])
def test_logs_are_encrypted_and_kept_as_long_as_required(
    deployed: Deployed, environment: str, history: int
) -> None:
    deployment = deployed(environment)
    groups = {group.name: group["retention_in_days"] for group in deployment.all(LOG_GROUP)}
    firewall = {} if environment == "dev" else {"waf": history}
    assert groups == {
        "app": 30,
        "build": 14,
        "cluster-insights": history,
        "flow-logs": history,
        **firewall,
    }
    key = deployment.outputs["logs_kms_key_arn"]
    assert {group["kms_key_id"] for group in deployment.all(LOG_GROUP)} == {key}


def test_the_topic_is_encrypted_and_read_by_somebody(deployment: Deployment) -> None:
    topic = deployment.only("aws:sns/topic:Topic")
    assert topic["kms_master_key_id"] == deployment.outputs["alerts_kms_key_arn"]
    subscription = deployment.only("aws:sns/topicSubscription:TopicSubscription")
    assert (subscription["protocol"], subscription["endpoint"]) == (
        "email",
        "delivery-oncall@example.com",
    )


def test_alarms_and_events_may_publish_and_strangers_may_not(deployment: Deployment) -> None:
    alarms, events, tls = deployment.only("aws:sns/topicPolicy:TopicPolicy").policy()
    assert alarms["Principal"] == {"Service": ["cloudwatch.amazonaws.com"]}
    assert alarms["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert events["Principal"] == {"Service": ["events.amazonaws.com"]}
    # A condition would shut EventBridge out.
    assert "Condition" not in events
    assert {s["Action"][0] for s in (alarms, events)} == {"sns:Publish"}
    assert (tls["Effect"], tls["Sid"]) == ("Deny", "DenyInsecureTransport")


def test_alarms_and_events_may_use_the_topics_key(deployment: Deployment) -> None:
    _, alarms, events = deployment.only(KMS_KEY, "alerts-key").policy()
    assert alarms["Action"] == events["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert "Condition" not in events


def test_every_alarm_tells_the_topic(deployment: Deployment) -> None:
    topic = deployment.outputs["alerts_topic_arn"]
    alarms = deployment.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert len(alarms) == 10
    for alarm in alarms:
        assert alarm["alarm_actions"] == alarm["ok_actions"] == [topic]
    watched = {(alarm["namespace"], alarm["metric_name"]) for alarm in alarms}
    assert ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count") in watched
    assert ("AWS/ApplicationELB", "UnHealthyHostCount") in watched
    assert ("AWS/ECS", "CPUUtilization") in watched


def test_both_colours_are_watched(deployment: Deployment) -> None:
    dimensions = json.dumps(
        [
            alarm["dimensions"]
            for alarm in deployment.all("aws:cloudwatch/metricAlarm:MetricAlarm")
            if alarm["metric_name"] == "HTTPCode_Target_5XX_Count"
        ]
    )
    for colour in ("blue", "green"):
        assert f"targetgroup/cicd-{colour}-" in dimensions
