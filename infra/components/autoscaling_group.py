"""A group of EC2 instances that grows and shrinks with the work."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.alarms import alarm
from infra.components.base import Component
from infra.components.logs import LogPolicy, count_error_lines, log_group, log_group_arn
from infra.components.roles import service_role
from infra.components.watches import watch_fleet
from infra.iam import Statement, allow
from infra.settings.parts import FleetSettings
from infra.site import Site

__all__ = ["AutoScalingGroup"]

# EC2 looks the newest Amazon Linux 2023 up when it starts an instance. Amazon Linux 2023 User
# Guide, "Getting started with AL2023 on Amazon EC2".
IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
# An instance is replaced before it is a month old, so that it takes the patched image.
LIFETIME_SECONDS = 28 * 24 * 3600
WARM_UP_SECONDS = 300
GROUP_METRICS = (
    aws.autoscaling.Metric.GROUP_DESIRED_CAPACITY,
    aws.autoscaling.Metric.GROUP_IN_SERVICE_INSTANCES,
    aws.autoscaling.Metric.GROUP_TOTAL_INSTANCES,
)


class AutoScalingGroup(Component):
    """Instances in private subnets, behind a load balancer that tells which of them are well.

    Administrators come in through Session Manager: there are no keys. `script` prepares a new
    instance and is given the shell variables REGION and LOG_GROUP. `permissions` are what the
    software on the instances may do besides.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        settings: FleetSettings,
        subnet_ids: list[pulumi.Output[str]],
        security_group_id: pulumi.Input[str],
        target_group: aws.lb.TargetGroup,
        volume_key_arn: pulumi.Input[str],
        script: str,
        logs: LogPolicy,
        topic_arn: pulumi.Input[str],
        permissions: Sequence[Statement] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("AutoScalingGroup", name, site, opts)
        self.settings = settings
        self.name = site.name(name)
        self.log_group_name = f"/ec2/{self.name}"
        self.log_group = log_group(self, name, self.log_group_name, logs)
        self.error_lines = count_error_lines(self, name, self.log_group)
        self.role, may_run = self._role(permissions)
        self.launch_template = self._launch_template(volume_key_arn, security_group_id, script)
        self.group = aws.autoscaling.Group(
            name,
            name=self.name,
            launch_template=aws.autoscaling.GroupLaunchTemplateArgs(
                id=self.launch_template.id,
                version=self.launch_template.latest_version.apply(str),
            ),
            vpc_zone_identifiers=subnet_ids,
            target_group_arns=[target_group.arn],
            health_check_type="ELB",
            health_check_grace_period=WARM_UP_SECONDS,
            min_size=settings.minimum,
            max_size=settings.maximum,
            desired_capacity=settings.minimum,
            max_instance_lifetime=LIFETIME_SECONDS,
            enabled_metrics=list(GROUP_METRICS),
            instance_refresh=aws.autoscaling.GroupInstanceRefreshArgs(
                strategy="Rolling",
                preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
                    min_healthy_percentage=100,
                    max_healthy_percentage=150,
                    auto_rollback=True,
                ),
            ),
            tags=[
                aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=True)
                for key, value in self.tagged(name).items()
            ],
            # The number of instances belongs to the scaling policies once the group runs.
            opts=self.child(
                depends_on=[may_run, self.log_group], ignore_changes=["desired_capacity"]
            ),
        )
        self.scale_out = self._policy("scale-out", [(0, 10, 1), (10, None, 2)])
        self.scale_in = self._policy("scale-in", [(None, 0, -1)])
        busy, idle = watch_fleet(name, self.name, settings)
        self.watches = [busy]
        self.busy_alarm = alarm(self, busy, [self.scale_out.arn, topic_arn], [topic_arn])
        self.idle_alarm = alarm(self, idle, [self.scale_in.arn])
        self.register_outputs({"name": self.group.name})

    def _launch_template(
        self,
        volume_key_arn: pulumi.Input[str],
        security_group_id: pulumi.Input[str],
        script: str,
    ) -> aws.ec2.LaunchTemplate:
        name, settings = self.label, self.settings
        return aws.ec2.LaunchTemplate(
            name,
            name=self.name,
            update_default_version=True,
            image_id=IMAGE,
            instance_type=settings.instance_type,
            iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(
                arn=self._instance_profile().arn
            ),
            vpc_security_group_ids=[security_group_id],
            ebs_optimized="true",
            monitoring=aws.ec2.LaunchTemplateMonitoringArgs(enabled=True),
            # IMDSv2 only, and not from containers on the instance.
            metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            block_device_mappings=[
                aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                    device_name="/dev/xvda",
                    ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                        volume_type="gp3",
                        volume_size=settings.volume,
                        encrypted="true",
                        kms_key_id=volume_key_arn,
                        delete_on_termination="true",
                    ),
                )
            ],
            user_data=self._user_data(script),
            tag_specifications=[
                aws.ec2.LaunchTemplateTagSpecificationArgs(
                    resource_type=kind, tags=self.tagged(name)
                )
                # The group tags its instances itself.
                for kind in ("network-interface", "volume")
            ],
            tags=self.tagged(name),
            opts=self.child(),
        )

    def _user_data(self, script: str) -> str:
        head = f"#!/bin/bash\nREGION={self.site.region}\nLOG_GROUP={self.log_group_name}\n"
        return base64.b64encode(f"{head}{script}".encode()).decode()

    def _role(self, permissions: Sequence[Statement]) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        return service_role(
            self,
            self.label,
            service="ec2.amazonaws.com",
            purpose=f"Is the instances of {self.name}",
            policy_name="instance",
            statements=[
                _sessions(),
                allow(
                    "WriteLogs",
                    ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    log_group_arn(self.site, self.log_group_name),
                ),
                *permissions,
            ],
        )

    def _instance_profile(self) -> aws.iam.InstanceProfile:
        return aws.iam.InstanceProfile(
            self.label,
            name=self.name,
            role=self.role.name,
            tags=self.iam_tagged(self.label),
            opts=self.child(),
        )

    def _policy(
        self, what: str, steps: Sequence[tuple[int | None, int | None, int]]
    ) -> aws.autoscaling.Policy:
        """Change the number of instances by what the metric's distance from the threshold says."""
        label = f"{self.label}-{what}"
        return aws.autoscaling.Policy(
            label,
            name=self.site.name(label),
            autoscaling_group_name=self.group.name,
            policy_type="StepScaling",
            adjustment_type="ChangeInCapacity",
            metric_aggregation_type="Average",
            estimated_instance_warmup=WARM_UP_SECONDS,
            step_adjustments=[
                aws.autoscaling.PolicyStepAdjustmentArgs(
                    metric_interval_lower_bound=None if lower is None else str(lower),
                    metric_interval_upper_bound=None if upper is None else str(upper),
                    scaling_adjustment=change,
                )
                for lower, upper, change in steps
            ],
            opts=self.child(),
        )


def _sessions() -> Statement:
    """AWS Systems Manager User Guide, "Verify or create an IAM role with Session Manager"."""
    return allow(
        "Sessions",
        [
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ],
        # Service Authorization Reference, Session Manager: these have no resource to name.
        "*",
    )
