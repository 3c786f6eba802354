"""Forty checks of an account as one would write them with boto3 in an afternoon: one call after
the other, lists asked once, nothing of this project. Prints how many held, and what did not.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.exceptions import ClientError

REGION = os.environ.get("AWS_REGION", "us-east-1")
OLD_RUNTIMES = ("python3.6", "python3.7", "python3.8", "nodejs12.x", "nodejs14.x", "nodejs16.x")

Result = tuple[str, str, bool]  # which check, of what, whether it holds


def client(service: str) -> Any:
    """Give a client."""
    return boto3.client(service, region_name=REGION)


def pages(made: Any, operation: str, member: str, **parameters: Any) -> Iterator[Any]:
    """Give the elements of all pages."""
    for page in made.get_paginator(operation).paginate(**parameters):
        yield from page[member]


def or_none(call: Any, **parameters: Any) -> Any:
    """Give the answer, None where there is no such setting."""
    try:
        return call(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"].startswith(("NoSuch", "ServerSideEncryption", "404")):
            return None
        raise


def is_public(policy: str | None) -> bool:
    """Tell whether anybody may do something."""
    statements = json.loads(policy)["Statement"] if policy else []
    return any(
        said["Effect"] == "Allow"
        and said.get("Principal") in ("*", {"AWS": "*"})
        and not said.get("Condition")
        for said in statements
    )


def s3() -> Iterator[Result]:
    """Check buckets."""
    made = client("s3")
    for bucket in made.list_buckets()["Buckets"]:
        name = bucket["Name"]
        encrypted = or_none(made.get_bucket_encryption, Bucket=name)
        yield "s3-encrypted", name, encrypted is not None
        block = or_none(made.get_public_access_block, Bucket=name)
        blocks = block["PublicAccessBlockConfiguration"] if block else {}
        yield "s3-public-access-block", name, bool(blocks) and all(blocks.values())
        versioning = made.get_bucket_versioning(Bucket=name).get("Status")
        yield "s3-versioning", name, versioning == "Enabled"
        logging = made.get_bucket_logging(Bucket=name)
        yield "s3-access-logging", name, "LoggingEnabled" in logging
        policy = or_none(made.get_bucket_policy, Bucket=name)
        yield "s3-only-tls", name, bool(policy) and "aws:SecureTransport" in policy["Policy"]
        lifecycle = or_none(made.get_bucket_lifecycle_configuration, Bucket=name)
        yield "s3-lifecycle", name, lifecycle is not None


def sqs() -> Iterator[Result]:
    """Check queues."""
    made = client("sqs")
    for page in made.get_paginator("list_queues").paginate():
        for url in page.get("QueueUrls", ()):
            said = made.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            managed = said.get("SqsManagedSseEnabled") == "true"
            yield "sqs-encrypted", url, managed or "KmsMasterKeyId" in said
            yield "sqs-not-public", url, not is_public(said.get("Policy"))


def sns() -> Iterator[Result]:
    """Check topics."""
    made = client("sns")
    for topic in pages(made, "list_topics", "Topics"):
        arn = topic["TopicArn"]
        said = made.get_topic_attributes(TopicArn=arn)["Attributes"]
        yield "sns-encrypted", arn, bool(said.get("KmsMasterKeyId"))
        yield "sns-not-public", arn, not is_public(said.get("Policy"))


def kms() -> Iterator[Result]:
    """Check the customer's keys."""
    made = client("kms")
    for key in pages(made, "list_keys", "Keys"):
        id_ = key["KeyId"]
        told = made.describe_key(KeyId=id_)["KeyMetadata"]
        if told["KeyManager"] != "CUSTOMER":
            continue
        yield "kms-not-being-deleted", id_, told["KeyState"] != "PendingDeletion"
        rotated = made.get_key_rotation_status(KeyId=id_)["KeyRotationEnabled"]
        yield "kms-rotation", id_, rotated
        policy = made.get_key_policy(KeyId=id_, PolicyName="default")["Policy"]
        yield "kms-not-public", id_, not is_public(policy)


def dynamodb() -> Iterator[Result]:
    """Check tables."""
    made = client("dynamodb")
    for name in pages(made, "list_tables", "TableNames"):
        table = made.describe_table(TableName=name)["Table"]
        yield "dynamodb-kms", name, table.get("SSEDescription", {}).get("Status") == "ENABLED"
        yield "dynamodb-deletion-protection", name, table.get("DeletionProtectionEnabled", False)
        backups = made.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        yield "dynamodb-recovery", name, recovery == "ENABLED"


def functions() -> Iterator[Result]:
    """Check functions."""
    made = client("lambda")
    for function in pages(made, "list_functions", "Functions"):
        name = function["FunctionName"]
        yield "lambda-runtime", name, function["Runtime"] not in OLD_RUNTIMES
        try:
            policy = made.get_policy(FunctionName=name)["Policy"]
        except made.exceptions.ResourceNotFoundException:
            policy = None
        yield "lambda-not-public", name, not is_public(policy)


def iam() -> Iterator[Result]:
    """Check roles, users and the password policy."""
    made = client("iam")
    for role in pages(made, "list_roles", "Roles"):
        name = role["RoleName"]
        attached = made.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        admin = any(policy["PolicyName"] == "AdministratorAccess" for policy in attached)
        yield "iam-no-administrator", name, not admin
    before = datetime.now(UTC) - timedelta(days=90)
    for user in pages(made, "list_users", "Users"):
        name = user["UserName"]
        keys = made.list_access_keys(UserName=name)["AccessKeyMetadata"]
        young = all(key["CreateDate"] > before for key in keys if key["Status"] == "Active")
        yield "iam-young-keys", name, young
        console = or_none(made.get_login_profile, UserName=name)
        devices = made.list_mfa_devices(UserName=name)["MFADevices"]
        yield "iam-console-mfa", name, console is None or bool(devices)
    policy = or_none(made.get_account_password_policy)
    length = policy["PasswordPolicy"]["MinimumPasswordLength"] if policy else 0
    yield "iam-password-length", "account", length >= 14


def monitoring() -> Iterator[Result]:
    """Check log groups and alarms."""
    for group in pages(client("logs"), "describe_log_groups", "logGroups"):
        name = group["logGroupName"]
        yield "logs-retention", name, "retentionInDays" in group
        yield "logs-encrypted", name, "kmsKeyId" in group
    for alarm in pages(client("cloudwatch"), "describe_alarms", "MetricAlarms"):
        name = alarm["AlarmName"]
        yield "alarm-has-action", name, bool(alarm["AlarmActions"])


def ec2() -> Iterator[Result]:
    """Check networks, volumes and instances."""
    made = client("ec2")
    for group in pages(made, "describe_security_groups", "SecurityGroups"):
        name, rules = group["GroupId"], group["IpPermissions"]
        wide = [r for r in rules if any(i["CidrIp"] == "0.0.0.0/0" for i in r["IpRanges"])]
        everything = any(rule["IpProtocol"] == "-1" for rule in wide)
        ssh = any(r.get("FromPort", 0) <= 22 <= r.get("ToPort", 65535) for r in wide)
        yield "group-no-ssh", name, not ssh
        yield "group-not-all-ports", name, not everything
        if group["GroupName"] == "default":
            yield "group-default-closed", name, not rules and not group["IpPermissionsEgress"]
    logged = {log["ResourceId"] for log in pages(made, "describe_flow_logs", "FlowLogs")}
    for vpc in pages(made, "describe_vpcs", "Vpcs"):
        yield "vpc-flow-logs", vpc["VpcId"], vpc["VpcId"] in logged
    for subnet in pages(made, "describe_subnets", "Subnets"):
        yield "subnet-no-public-address", subnet["SubnetId"], not subnet["MapPublicIpOnLaunch"]
    for volume in pages(made, "describe_volumes", "Volumes"):
        yield "volume-encrypted", volume["VolumeId"], volume["Encrypted"]
    for reservation in pages(made, "describe_instances", "Reservations"):
        for instance in reservation["Instances"]:
            tokens = instance.get("MetadataOptions", {}).get("HttpTokens")
            yield "instance-imdsv2", instance["InstanceId"], tokens == "required"


def rds() -> Iterator[Result]:
    """Check databases."""
    for database in pages(client("rds"), "describe_db_instances", "DBInstances"):
        name = database["DBInstanceIdentifier"]
        yield "rds-encrypted", name, database["StorageEncrypted"]
        yield "rds-two-zones", name, database["MultiAZ"]
        yield "rds-not-public", name, not database["PubliclyAccessible"]
        yield "rds-backup", name, database["BackupRetentionPeriod"] > 0
        yield "rds-deletion-protection", name, database["DeletionProtection"]


def others() -> Iterator[Result]:
    """Check repositories, secrets and load balancers."""
    for repository in pages(client("ecr"), "describe_repositories", "repositories"):
        name = repository["repositoryName"]
        yield "ecr-scan", name, repository["imageScanningConfiguration"]["scanOnPush"]
    for secret in pages(client("secretsmanager"), "list_secrets", "SecretList"):
        yield "secret-rotation", secret["Name"], secret.get("RotationEnabled", False)
    made = client("elbv2")
    for balancer in pages(made, "describe_load_balancers", "LoadBalancers"):
        arn = balancer["LoadBalancerArn"]
        told = made.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        said = {attribute["Key"]: attribute["Value"] for attribute in told}
        protected = said.get("deletion_protection.enabled") == "true"
        yield "balancer-deletion-protection", arn, protected


SERVICES = (s3, sqs, sns, kms, dynamodb, functions, iam, monitoring, ec2, rds, others)


def main() -> int:
    """Print what was found; give 1 when anything failed."""
    results = [result for service in SERVICES for result in service()]
    failed = [{"check": check, "of": of} for check, of, holds in results if not holds]
    checks = len({check for check, _, _ in results})
    said = {"checks": checks, "passed": len(results) - len(failed), "failed": failed}
    json.dump(said, sys.stdout, indent=2)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
