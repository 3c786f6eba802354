"""Deployments of revisions to the instances of an Auto Scaling group."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.autoscaling_group import AutoScalingGroup
from infra.components.base import Component
from infra.components.delivery_steps import Step
from infra.components.roles import managed_role_arn
from infra.iam import allow
from infra.site import Site

__all__ = ["FleetDeployment"]

# One instance after the other, each out of the load balancer while it changes.
ONE_AT_A_TIME = "CodeDeployDefault.OneAtATime"


class FleetDeployment(Component):
    """A deployment group that goes back to the last working revision by itself.

    It does so when a deployment fails, and when one of the alarms goes off meanwhile.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        fleet: AutoScalingGroup,
        target_group: aws.lb.TargetGroup,
        alarm_names: Sequence[pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("FleetDeployment", name, site, opts)
        self.name = site.name(name)
        self.application = aws.codedeploy.Application(
            name,
            name=self.name,
            compute_platform="Server",
            tags=self.tagged(name),
            opts=self.child(),
        )
        self.group = aws.codedeploy.DeploymentGroup(
            name,
            app_name=self.application.name,
            deployment_group_name=self.name,
            service_role_arn=managed_role_arn(
                self,
                name,
                service="codedeploy.amazonaws.com",
                purpose="Lets CodeDeploy take instances in and out of service",
                policy="service-role/AWSCodeDeployRole",
            ),
            deployment_config_name=ONE_AT_A_TIME,
            autoscaling_groups=[fleet.group.name],
            deployment_style=aws.codedeploy.DeploymentGroupDeploymentStyleArgs(
                deployment_option="WITH_TRAFFIC_CONTROL", deployment_type="IN_PLACE"
            ),
            load_balancer_info=aws.codedeploy.DeploymentGroupLoadBalancerInfoArgs(
                target_group_infos=[
                    aws.codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupInfoArgs(
                        name=target_group.name
                    )
                ]
            ),
            auto_rollback_configuration=aws.codedeploy.DeploymentGroupAutoRollbackConfigurationArgs(
                enabled=True, events=["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
            ),
            alarm_configuration=aws.codedeploy.DeploymentGroupAlarmConfigurationArgs(
                enabled=True, alarms=list(alarm_names)
            ),
            tags=self.tagged(name),
            opts=self.child(),
        )
        self.register_outputs({"application": self.application.name})

    def step(self, name: str, *, takes: str) -> Step:
        """Deploy an artifact; the pipeline goes back to the last good one when that fails."""
        path, arn = f"{self.name}/{self.name}", self.site.arn
        return Step(
            name=name,
            category="Deploy",
            provider="CodeDeploy",
            configuration={"ApplicationName": self.name, "DeploymentGroupName": self.name},
            permissions=[
                allow(
                    "RegisterRevision",
                    [
                        "codedeploy:GetApplication",
                        "codedeploy:GetApplicationRevision",
                        "codedeploy:RegisterApplicationRevision",
                    ],
                    arn("codedeploy", f"application:{self.name}"),
                ),
                allow(
                    "Deploy",
                    ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
                    arn("codedeploy", f"deploymentgroup:{path}"),
                ),
                allow(
                    "ReadDeploymentConfig",
                    ["codedeploy:GetDeploymentConfig"],
                    arn("codedeploy", f"deploymentconfig:{ONE_AT_A_TIME}"),
                ),
            ],
            takes=[takes],
            goes_back=True,
        )
