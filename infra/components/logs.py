"""Log groups: encrypted, and not kept for ever."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.roles import service_role
from infra.iam import allow
from infra.site import Site

__all__ = [
    "FlowLogs",
    "LogGroup",
    "LogPolicy",
    "count_error_lines",
    "log_group",
    "log_group_arn",
]


@dataclass(frozen=True, slots=True)
class LogPolicy:
    """How log groups are encrypted, and for how many days they are kept."""

    key_arn: pulumi.Input[str]
    days: int


def log_group(
    owner: Component, label: str, physical_name: str, policy: LogPolicy
) -> aws.cloudwatch.LogGroup:
    """Create a log group that belongs to a component."""
    return aws.cloudwatch.LogGroup(
        label,
        name=physical_name,
        kms_key_id=policy.key_arn,
        retention_in_days=policy.days,
        tags=owner.tagged(label),
        opts=owner.child(),
    )


def log_group_arn(site: Site, physical_name: str) -> str:
    """Compose the ARN that allows writing to a log group's streams."""
    return site.arn("logs", f"log-group:{physical_name}:*")


def count_error_lines(
    owner: Component, label: str, group: aws.cloudwatch.LogGroup
) -> tuple[str, str]:
    """Count the lines that say ERROR; return the namespace and name of the metric."""
    namespace, name = owner.site.names.system, f"{label}-error-lines"
    aws.cloudwatch.LogMetricFilter(
        label,
        name=owner.site.name(name),
        log_group_name=group.name,
        pattern="ERROR",
        metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
            namespace=namespace, name=name, value="1", default_value="0"
        ),
        opts=owner.child(),
    )
    return namespace, name


class LogGroup(Component):
    """A log group that stands by itself, for several things to write to."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        physical_name: str,
        logs: LogPolicy,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("LogGroup", name, site, opts)
        self.name = physical_name
        self.group = log_group(self, name, physical_name, logs)
        self.register_outputs({"name": self.group.name})


class FlowLogs(Component):
    """All traffic of a VPC, written by a role that may write to its log group only."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        vpc_id: pulumi.Input[str],
        log_group: LogGroup,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("FlowLogs", name, site, opts)
        role, policy = service_role(
            self,
            name,
            service="vpc-flow-logs.amazonaws.com",
            purpose="Lets VPC flow logs write to their log group",
            policy_name="write-flow-logs",
            statements=[
                allow(
                    "WriteFlowLogs",
                    ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    log_group_arn(site, log_group.name),
                )
            ],
        )
        self.flow_log = aws.ec2.FlowLog(
            name,
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=log_group.group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            tags=self.tagged(name),
            opts=self.child(depends_on=[policy]),
        )
        self.register_outputs({"id": self.flow_log.id})
