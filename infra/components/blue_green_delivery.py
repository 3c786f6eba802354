"""CodeDeploy for a service in two colours: how the traffic moves, and when it goes back."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.blue_green import BlueGreenService
from infra.components.delivery_steps import Step
from infra.components.roles import service_role
from infra.iam import Statement, allow
from infra.site import Site

__all__ = ["BlueGreenDelivery"]

GROUP = "blue-green"


class BlueGreenDelivery(Component):
    """Deployments that go back by themselves when they fail, are stopped, or an alarm goes off."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        target: BlueGreenService,
        alarms: Sequence[aws.cloudwatch.MetricAlarm],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("BlueGreenDelivery", name, site, opts)
        self.target = target
        self.name = site.name(name)
        self.group_name = site.name(GROUP)
        self.application = aws.codedeploy.Application(
            name,
            name=self.name,
            compute_platform="ECS",
            tags=self.tagged(name),
            opts=self.child(),
        )
        self.role, policy = service_role(
            self,
            name,
            service="codedeploy.amazonaws.com",
            purpose="Moves the traffic to the next version, and back",
            policy_name="deploy",
            statements=self._statements(),
        )
        self.group = self._group(alarms, policy)
        self.register_outputs({"arn": self.group.arn})

    def _group(
        self, alarms: Sequence[aws.cloudwatch.MetricAlarm], policy: aws.iam.RolePolicy
    ) -> aws.codedeploy.DeploymentGroup:
        settings = self.target.settings
        deploy = aws.codedeploy
        return deploy.DeploymentGroup(
            GROUP,
            app_name=self.application.name,
            deployment_group_name=self.group_name,
            deployment_config_name=f"CodeDeployDefault.{settings.traffic}",
            service_role_arn=self.role.arn,
            deployment_style=deploy.DeploymentGroupDeploymentStyleArgs(
                deployment_type="BLUE_GREEN", deployment_option="WITH_TRAFFIC_CONTROL"
            ),
            blue_green_deployment_config=deploy.DeploymentGroupBlueGreenDeploymentConfigArgs(
                deployment_ready_option=(
                    deploy.DeploymentGroupBlueGreenDeploymentConfigDeploymentReadyOptionArgs(
                        action_on_timeout="CONTINUE_DEPLOYMENT"
                    )
                ),
                terminate_blue_instances_on_deployment_success=(
                    deploy.DeploymentGroupBlueGreenDeploymentConfigTerminateBlueInstancesOnDeploymentSuccessArgs(
                        action="TERMINATE",
                        termination_wait_time_in_minutes=settings.keep_minutes,
                    )
                ),
            ),
            ecs_service=deploy.DeploymentGroupEcsServiceArgs(
                cluster_name=self.target.cluster_name, service_name=self.target.service.name
            ),
            load_balancer_info=self._colours(),
            auto_rollback_configuration=deploy.DeploymentGroupAutoRollbackConfigurationArgs(
                enabled=True,
                events=[
                    "DEPLOYMENT_FAILURE",
                    "DEPLOYMENT_STOP_ON_ALARM",
                    "DEPLOYMENT_STOP_ON_REQUEST",
                ],
            ),
            alarm_configuration=deploy.DeploymentGroupAlarmConfigurationArgs(
                enabled=True, alarms=[alarm.name for alarm in alarms]
            ),
            tags=self.tagged(GROUP),
            opts=self.child(depends_on=[policy]),
        )

    def _colours(self) -> aws.codedeploy.DeploymentGroupLoadBalancerInfoArgs:
        pair = aws.codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoArgs
        route = (
            aws.codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoProdTrafficRouteArgs
        )
        group = aws.codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoTargetGroupArgs
        return aws.codedeploy.DeploymentGroupLoadBalancerInfoArgs(
            target_group_pair_info=pair(
                prod_traffic_route=route(listener_arns=[self.target.listener.arn]),
                target_groups=[
                    group(name=self.target.blue.name),
                    group(name=self.target.green.name),
                ],
            )
        )

    def _statements(self) -> list[Statement]:
        """What CodeDeploy needs, by the parts of AWS's own policy AWSCodeDeployRoleForECS."""
        site, target = self.site, self.target
        service = f"{target.cluster_name}/{target.name}"
        balancer = f"app/{site.name(target.load_balancer.label)}/*"
        return [
            allow(
                "ReplaceTaskSets",
                [
                    "ecs:CreateTaskSet",
                    "ecs:DeleteTaskSet",
                    "ecs:DescribeServices",
                    "ecs:UpdateServicePrimaryTaskSet",
                ],
                [site.arn("ecs", f"service/{service}"), site.arn("ecs", f"task-set/{service}/*")],
            ),
            allow(
                "MoveTraffic",
                ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule"],
                [
                    site.arn("elasticloadbalancing", f"listener/{balancer}"),
                    site.arn("elasticloadbalancing", f"listener-rule/{balancer}"),
                ],
            ),
            allow(
                "SeeTraffic",
                [
                    "elasticloadbalancing:DescribeListeners",
                    "elasticloadbalancing:DescribeRules",
                    "elasticloadbalancing:DescribeTargetGroups",
                ],
                # Service Authorization Reference, ELB v2: these actions have no resource to name.
                "*",
            ),
            allow(
                "SeeAlarms",
                ["cloudwatch:DescribeAlarms"],
                site.arn("cloudwatch", "alarm:*"),
            ),
            self._pass_roles(),
        ]

    def _pass_roles(self) -> Statement:
        task = self.target.task
        return allow(
            "GiveTasksTheirRoles",
            ["iam:PassRole"],
            [task.execution_role.arn, task.task_role.arn],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        )

    def step(self, name: str, *, takes: str) -> Step:
        """Deploy an artifact that holds `taskdef.json`, `appspec.yaml` and `imageDetail.json`.

        AWS CodePipeline User Guide, "Amazon Elastic Container Service and CodeDeploy blue-green
        deploy action reference".
        """
        site = self.site
        group = f"deploymentgroup:{self.name}/{self.group_name}"
        return Step(
            name=name,
            category="Deploy",
            provider="CodeDeployToECS",
            configuration={
                "ApplicationName": self.name,
                "DeploymentGroupName": self.group_name,
                "TaskDefinitionTemplateArtifact": takes,
                "TaskDefinitionTemplatePath": "taskdef.json",
                "AppSpecTemplateArtifact": takes,
                "AppSpecTemplatePath": "appspec.yaml",
                "Image1ArtifactName": takes,
                "Image1ContainerName": "IMAGE1_NAME",
            },
            permissions=[
                allow(
                    "Deploy",
                    ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
                    site.arn("codedeploy", group),
                ),
                allow(
                    "RegisterRevision",
                    [
                        "codedeploy:GetApplication",
                        "codedeploy:GetApplicationRevision",
                        "codedeploy:RegisterApplicationRevision",
                    ],
                    site.arn("codedeploy", f"application:{self.name}"),
                ),
                allow(
                    "SeeDeploymentConfig",
                    ["codedeploy:GetDeploymentConfig"],
                    site.arn(
                        "codedeploy",
                        f"deploymentconfig:CodeDeployDefault.{self.target.settings.traffic}",
                    ),
                ),
                # CodePipeline, "Manage the CodePipeline service role": no resource can be named.
                allow("RegisterTaskDefinition", ["ecs:RegisterTaskDefinition"], "*"),
                self._pass_roles(),
            ],
            takes=[takes],
        )
