"""What an account has before the stack: a detector, a recorder and a trail of somebody else's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import boto3

from stackproof.embedded.server.control import Server

OWNER = {"Project": "account", "Environment": "shared", "ManagedBy": "hand", "Owner": "security"}
_TAGS = [{"Key": key, "Value": value} for key, value in OWNER.items()]


def _client(server: Server, region: str, service: str) -> Any:
    session: Any = boto3.Session("another", "hand", region_name=region)
    return session.client(service, endpoint_url=server.endpoint)


def _bucket(server: Server, region: str, name: str) -> str:
    place = {} if region == "us-east-1" else {"LocationConstraint": region}
    s3 = _client(server, region, "s3")
    s3.create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": _TAGS})
    return name


def _open_to(server: Server, region: str, bucket: str, service: str) -> None:
    """Let a service deliver to a bucket."""
    arn = f"arn:aws:s3:::{bucket}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["s3:GetBucketAcl", "s3:PutObject"],
        "Resource": [arn, f"{arn}/*"],
    }
    _client(server, region, "s3").put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )


def _role(server: Server, region: str, service: str) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = _client(server, region, "iam").create_role(
        RoleName=f"account-{service.partition('.')[0]}",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        Tags=_TAGS,
    )
    return str(made["Role"]["Arn"])


def _detector(server: Server, region: str) -> str:
    made = _client(server, region, "guardduty").create_detector(Enable=True, Tags=OWNER)
    return str(made["DetectorId"])


def _recorder(server: Server, region: str) -> str:
    config, name = _client(server, region, "config"), "account"
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": name,
            "roleARN": _role(server, region, "config.amazonaws.com"),
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    bucket = _bucket(server, region, "account-config")
    _open_to(server, region, bucket, "config.amazonaws.com")
    config.put_delivery_channel(DeliveryChannel={"name": name, "s3BucketName": bucket})
    config.start_configuration_recorder(ConfigurationRecorderName=name)
    return name


def _trail(server: Server, region: str) -> str:
    key = _client(server, region, "kms").create_key(
        Tags=[{"TagKey": name, "TagValue": value} for name, value in OWNER.items()]
    )["KeyMetadata"]["Arn"]
    logs, group = _client(server, region, "logs"), "/aws/cloudtrail/account"
    logs.create_log_group(logGroupName=group, tags=OWNER)
    found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["arn"]
    trail = _client(server, region, "cloudtrail")
    made = trail.create_trail(
        Name="account",
        S3BucketName=_bucket(server, region, "account-trail"),
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=key,
        CloudWatchLogsLogGroupArn=found,
        CloudWatchLogsRoleArn=_role(server, region, "cloudtrail.amazonaws.com"),
        TagsList=_TAGS,
    )
    trail.start_logging(Name="account")
    return str(made["TrailARN"])


ACCOUNT_WIDE: Mapping[str, Callable[[Server, str], str]] = {
    "guardduty_detector_id": _detector,
    "config_recorder_name": _recorder,
    "audit_trail_arn": _trail,
}
