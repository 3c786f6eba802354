"""What happens to the account itself: which events of its trail are counted and watched.

CIS AWS Foundations Benchmark v5.0, section 4: a metric filter and an alarm for each.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_aws as aws

from infra.components.alarms import Watch
from infra.components.base import Component

__all__ = ["CHANGES", "watch_account"]


@dataclass(frozen=True, slots=True)
class _Change:
    """Events of one kind, by the pattern that counts them in the trail's log group."""

    label: str
    meaning: str
    pattern: str


def _calls(service: str, *names: str) -> str:
    named = " || ".join(f"($.eventName = {name})" for name in names)
    return f'{{ ($.eventSource = "{service}.amazonaws.com") && ({named}) }}'


CHANGES = (
    _Change(
        "refused-calls",
        "AWS refused a call for want of permission",
        '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    ),
    _Change(
        "console-without-mfa",
        "Somebody signed in to the console without a second factor",
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")'
        ' && ($.userIdentity.type = "IAMUser")'
        ' && ($.responseElements.ConsoleLogin = "Success") }',
    ),
    _Change(
        "root-used",
        "The root user did something",
        '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS)'
        ' && ($.eventType != "AwsServiceEvent") }',
    ),
    _Change(
        "policies-changed",
        "A policy of IAM was changed, attached or detached",
        _calls(
            "iam",
            "Put*Policy",
            "Attach*Policy",
            "Detach*Policy",
            "CreatePolicy*",
            "Delete*Policy",
            "DeletePolicyVersion",
        ),
    ),
    _Change(
        "trails-changed",
        "A trail was changed, started or stopped",
        _calls(
            "cloudtrail", "CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"
        ),
    ),
    _Change(
        "console-refused",
        "Somebody failed to sign in to the console",
        '{ ($.eventName = "ConsoleLogin") && ($.errorMessage = "Failed authentication") }',
    ),
    _Change(
        "keys-disabled",
        "A key was disabled, or is to be deleted",
        _calls("kms", "DisableKey", "ScheduleKeyDeletion"),
    ),
    _Change(
        "bucket-policies-changed",
        "Who may use a bucket, or where its objects go, was changed",
        _calls(
            "s3",
            "PutBucketAcl",
            "PutBucketPolicy",
            "DeleteBucketPolicy",
            "PutBucketCors",
            "DeleteBucketCors",
            "PutBucketLifecycle*",
            "DeleteBucketLifecycle*",
            "PutBucketReplication",
            "DeleteBucketReplication",
        ),
    ),
    _Change(
        "config-changed",
        "What AWS Config records or delivers was changed",
        _calls(
            "config",
            "StopConfigurationRecorder",
            "PutConfigurationRecorder",
            "DeleteDeliveryChannel",
            "PutDeliveryChannel",
        ),
    ),
    _Change(
        "security-groups-changed",
        "A security group was changed",
        _calls(
            "ec2",
            "Authorize*gress",
            "Revoke*gress",
            "CreateSecurityGroup",
            "DeleteSecurityGroup",
        ),
    ),
    _Change(
        "network-acls-changed",
        "A network ACL was changed",
        _calls("ec2", "CreateNetworkAcl*", "DeleteNetworkAcl*", "ReplaceNetworkAcl*"),
    ),
    _Change(
        "gateways-changed",
        "A gateway to the internet or to a customer was changed",
        _calls("ec2", "*CustomerGateway", "*InternetGateway"),
    ),
    _Change(
        "routes-changed",
        "A route or a route table was changed",
        _calls("ec2", "CreateRoute*", "DeleteRoute*", "ReplaceRoute*", "DisassociateRouteTable"),
    ),
    _Change(
        "networks-changed",
        "A VPC or a peering was changed",
        _calls("ec2", "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "*VpcPeeringConnection"),
    ),
    _Change(
        "organization-changed",
        "The organization was changed",
        _calls(
            "organizations",
            "AcceptHandshake",
            "DeclineHandshake",
            "AttachPolicy",
            "DetachPolicy",
            "CreatePolicy",
            "UpdatePolicy",
            "DeletePolicy",
            "EnablePolicyType",
            "DisablePolicyType",
            "CreateOrganizationalUnit",
            "UpdateOrganizationalUnit",
            "DeleteOrganizationalUnit",
            "DeleteOrganization",
            "LeaveOrganization",
            "InviteAccountToOrganization",
            "RemoveAccountFromOrganization",
            "CreateAccount",
            "MoveAccount",
        ),
    ),
)


def watch_account(owner: Component, group: aws.cloudwatch.LogGroup) -> list[Watch]:
    """Count the events in the trail's log group; the first one of any kind is an alarm."""
    namespace = owner.site.names.system
    for change in CHANGES:
        aws.cloudwatch.LogMetricFilter(
            change.label,
            name=owner.site.name(change.label),
            log_group_name=group.name,
            pattern=change.pattern,
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                namespace=namespace, name=change.label, value="1", default_value="0"
            ),
            opts=owner.child(),
        )
    return [
        Watch(
            label=change.label,
            meaning=change.meaning,
            namespace=namespace,
            metric=change.label,
            dimensions={},
            statistic="Sum",
            threshold=1,
            comparison="GreaterThanOrEqualToThreshold",
            period=300,
            periods=1,
        )
        for change in CHANGES
    ]
