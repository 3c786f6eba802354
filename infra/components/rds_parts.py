"""What RDS databases of every engine are made with."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.roles import managed_role_arn

__all__ = [
    "CERTIFICATE_AUTHORITY",
    "INSIGHTS_DAYS",
    "MONITORING_SECONDS",
    "monitoring_role_arn",
    "subnet_group",
    "tell_of_failures",
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
    return managed_role_arn(
        owner,
        f"{owner.label}-monitoring",
        service="monitoring.rds.amazonaws.com",
        purpose="Lets RDS enhanced monitoring write to its log group",
        policy="service-role/AmazonRDSEnhancedMonitoringRole",
    )


def tell_of_failures(
    owner: Component, source_type: str, identifier: pulumi.Input[str], topic_arn: pulumi.Input[str]
) -> None:
    """Have RDS tell a topic when a database fails, fails over, runs full or is to be repaired.

    Amazon RDS User Guide and Amazon Aurora User Guide, "Amazon RDS event categories and event
    messages".
    """
    label = f"{owner.label}-events"
    aws.rds.EventSubscription(
        label,
        name=owner.site.name(label),
        sns_topic=topic_arn,
        source_type=source_type,
        source_ids=[identifier],
        event_categories=["failover", "failure", "maintenance", "notification"],
        tags=owner.tagged(label),
        opts=owner.child(),
    )
