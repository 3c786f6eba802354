"""Defects of the nightly runs."""

from __future__ import annotations

import json

from stackproof.demo.plants.base import Client, Plant

_ADDED = "for-now"


def _may_change_everything(client: Client, policy: str) -> object:
    anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return client("iam").put_role_policy(
        RoleName=policy.partition(":")[0],
        PolicyName=_ADDED,
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [anything]}),
    )


def _plain_http(client: Client, bucket: str) -> object:
    return client("s3").delete_bucket_policy(Bucket=bucket)


NIGHTLY = (
    Plant(
        "the role of the runs allowed to change everything",
        "iam-no-full-administrator",
        lambda outputs: f"{str(outputs['task_role_arn']).rpartition('/')[2]}:{_ADDED}",
        _may_change_everything,
    ),
    Plant(
        "plain HTTP to the history",
        "s3-bucket-tls-only",
        lambda outputs: str(outputs["history_bucket_name"]),
        _plain_http,
    ),
    Plant(
        "earlier versions of records not kept",
        "s3-bucket-versioned",
        lambda outputs: str(outputs["history_bucket_name"]),
        lambda client, bucket: client("s3").put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
    ),
    Plant(
        "retention of the runs' log dropped",
        "cloudwatch-log-retention",
        lambda outputs: str(outputs["task_log_group_name"]),
        lambda client, group: client("logs").delete_retention_policy(logGroupName=group),
    ),
    Plant(
        "alarm on missing nights switched off",
        "cloudwatch-alarm-has-action",
        lambda outputs: outputs.list("alarm_names")[0],
        lambda client, alarm: client("cloudwatch").disable_alarm_actions(AlarmNames=[alarm]),
    ),
)
