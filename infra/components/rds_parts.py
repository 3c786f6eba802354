"""What RDS databases of every engine are made with."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.iam import assume_role

__all__ = [
    "CERTIFICATE_AUTHORITY",
    "INSIGHTS_DAYS",
    "MONITORING_SECONDS",
    "monitoring_role_arn",
    "subnet_group",
]

CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"
MONITORING_SECONDS = 60
# The free tier of Performance Insights keeps a week.
INSIGHTS_DAYS = 7


def subnet_group(owner: Component, subnet_ids: list[pulumi.Output[str]]) -> aws.rds.SubnetGroup:
    """Make the group of subnets that a database may stand in."""
    name = owner.site.name(owner.label)
    return aws.rds.SubnetGroup(
        owner.label,
        name=name,
        description=f"Database subnets of {name}",
        subnet_ids=subnet_ids,
        tags=owner.tagged(owner.label),
        opts=owner.child(),
    )


def monitoring_role_arn(owner: Component) -> pulumi.Output[str]:
    """Make the role with which RDS reports what the database's operating system does."""
    site, label = owner.site, f"{owner.label}-monitoring"
    role = aws.iam.Role(
        label,
        name=site.name(label),
        description="Lets RDS enhanced monitoring write to its log group",
        assume_role_policy=assume_role("monitoring.rds.amazonaws.com", site.account_id),
        tags=owner.tagged(label),
        opts=owner.child(),
    )
    attachment = aws.iam.RolePolicyAttachment(
        label,
        role=role.name,
        policy_arn=site.managed_policy_arn("service-role/AmazonRDSEnhancedMonitoringRole"),
        opts=owner.child(),
    )
    # Instances ask for the role when they are made: only once it can do its work.
    return pulumi.Output.all(role.arn, attachment.id).apply(lambda known: str(known[0]))
