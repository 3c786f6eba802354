"""Encryption keys: one per concern, rotated every year."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.iam import Statement, allow, allow_publishers, document
from infra.site import Site

__all__ = [
    "EncryptionKey",
    "for_autoscaling",
    "for_config_delivery",
    "for_log_groups",
    "for_topics",
    "for_trail",
]


class EncryptionKey(Component):
    """A customer-managed KMS key with rotation, and its alias."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        purpose: str,
        deletion_days: int,
        statements: Sequence[Statement] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("EncryptionKey", name, site, opts)
        self.key = aws.kms.Key(
            name,
            description=f"Encrypts {purpose}",
            enable_key_rotation=True,
            deletion_window_in_days=deletion_days,
            policy=document(_account_in_charge(site), *statements),
            tags=self.tagged(name),
            opts=self.child(),
        )
        aws.kms.Alias(
            name,
            name=f"alias/{site.name(name)}",
            target_key_id=self.key.key_id,
            opts=self.child(),
        )
        self.arn = self.key.arn
        self.register_outputs({"arn": self.arn})


def _account_in_charge(site: Site) -> Statement:
    """Let IAM policies of the account decide; without this statement a key can't be managed."""
    return {
        "Sid": "AccountInCharge",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{site.partition}:iam::{site.account_id}:root"},
        "Action": "kms:*",
        "Resource": "*",  # in a key policy: this key
    }


def for_autoscaling(site: Site) -> list[Statement]:
    """Let EC2 Auto Scaling start instances whose volumes are encrypted with the key.

    Amazon EC2 Auto Scaling User Guide, "Required AWS KMS key policy for use with encrypted
    volumes". The service's role is named in a condition: a principal would have to exist, and AWS
    makes that role together with the account's first group.
    """
    role = (
        f"arn:{site.partition}:iam::{site.account_id}:role/aws-service-role/"
        "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    )
    this_role = {
        "StringEquals": {"kms:CallerAccount": site.account_id},
        "ArnEquals": {"aws:PrincipalArn": role},
    }
    use = allow(
        "AutoScalingVolumes",
        ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        "*",  # in a key policy: this key
        conditions=this_role,
    )
    lend = allow(
        "AutoScalingGrants",
        ["kms:CreateGrant"],
        "*",  # in a key policy: this key
        conditions={**this_role, "Bool": {"kms:GrantIsForAWSResource": "true"}},
    )
    anybody = {"Principal": {"AWS": "*"}}
    return [{**use, **anybody}, {**lend, **anybody}]


def for_log_groups(site: Site) -> Statement:
    """Let CloudWatch Logs use the key for this account's log groups.

    Amazon CloudWatch Logs User Guide, "Encrypt log data using AWS KMS".
    """
    return allow(
        "LogGroups",
        ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "*",  # in a key policy: this key
        services=[f"logs.{site.region}.amazonaws.com"],
        conditions={
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": site.arn("logs", "log-group:*")}
        },
    )


def for_topics(site: Site, publishers: Sequence[str]) -> list[Statement]:
    """Let AWS services (their principals) publish to encrypted topics.

    Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS services and
    encrypted topics".
    """
    return allow_publishers(
        "Topics",
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        "*",  # in a key policy: this key
        publishers,
        site.account_id,
    )


def for_config_delivery(site: Site) -> Statement:
    """Let AWS Config deliver to an encrypted bucket.

    AWS Config Developer Guide, "Permissions for the KMS Key for the AWS Config Delivery Channel".
    """
    return allow(
        "ConfigDelivery",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        "*",  # in a key policy: this key
        services=["config.amazonaws.com"],
        conditions={"StringEquals": {"aws:SourceAccount": site.account_id}},
    )


def for_trail(site: Site, trail_arn: str) -> list[Statement]:
    """Let CloudTrail encrypt what one trail writes.

    AWS CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail".
    """
    this_trail = {"StringEquals": {"aws:SourceArn": trail_arn}}
    context = f"arn:{site.partition}:cloudtrail:*:{site.account_id}:trail/*"
    service = ["cloudtrail.amazonaws.com"]
    return [
        allow(
            "TrailEncrypts",
            ["kms:GenerateDataKey*"],
            "*",  # in a key policy: this key
            services=service,
            conditions={
                **this_trail,
                "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": context},
            },
        ),
        allow(
            "TrailDescribes",
            ["kms:DescribeKey"],
            "*",  # in a key policy: this key
            services=service,
            conditions=this_trail,
        ),
    ]
