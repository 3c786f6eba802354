"""A Fargate service in two colours: one takes the traffic, the other is the next version."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.load_balancer import LoadBalancer
from infra.components.logs import LogPolicy
from infra.components.scaling import TaskScaling
from infra.components.task import FargateTask, Surroundings
from infra.settings.parts import BlueGreenSettings
from infra.site import Site

__all__ = ["BlueGreenService"]

HTTP = 80


class BlueGreenService(Component):
    """A service that CodeDeploy deploys, behind a listener that points to blue at first.

    From then on the listener's target, the task definition and the number of tasks belong to
    CodeDeploy and to auto scaling: Pulumi leaves them alone. The listener speaks plain HTTP.
    """

    def __init__(
        self,
        settings: BlueGreenSettings,
        site: Site,
        *,
        cluster: aws.ecs.Cluster,
        cluster_name: str,
        load_balancer: LoadBalancer,
        subnet_ids: list[pulumi.Output[str]],
        security_group_id: pulumi.Input[str],
        logs: LogPolicy,
        surroundings: Surroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        name = settings.name
        super().__init__("BlueGreenService", name, site, opts)
        self.settings = settings
        self.name = site.name(name)
        self.cluster_name = cluster_name
        self.load_balancer = load_balancer
        self.task = FargateTask(
            settings, site, logs=logs, surroundings=surroundings, opts=self.child()
        )
        self.blue, self.green = (
            load_balancer.target_group(colour, colour, settings.targets)
            for colour in ("blue", "green")
        )
        self.listener = self._listener()
        self.service = aws.ecs.Service(
            name,
            name=self.name,
            cluster=cluster.arn,
            task_definition=self.task.definition.arn,
            launch_type="FARGATE",
            platform_version="LATEST",
            scheduling_strategy="REPLICA",
            desired_count=settings.scaling.minimum,
            deployment_controller=aws.ecs.ServiceDeploymentControllerArgs(type="CODE_DEPLOY"),
            enable_execute_command=False,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            health_check_grace_period_seconds=60,
            network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(
                subnets=subnet_ids,
                security_groups=[security_group_id],
                assign_public_ip=False,
            ),
            load_balancers=[
                aws.ecs.ServiceLoadBalancerArgs(
                    target_group_arn=self.blue.arn,
                    container_name=name,
                    container_port=settings.port,
                )
            ],
            tags=self.tagged(name),
            # ECS refuses a target group that no listener uses, and tasks can't start without
            # their permissions.
            opts=self.child(
                depends_on=[self.listener, self.task.may_start],
                ignore_changes=["desired_count", "load_balancers", "task_definition"],
            ),
        )
        # Requests are no measure here: CloudWatch counts them for one target group, and the
        # traffic changes from one to the other.
        TaskScaling(
            self,
            name,
            settings=settings.scaling,
            cluster_name=cluster_name,
            service=self.service,
        )
        self.register_outputs({"name": self.service.name})

    def _listener(self) -> aws.lb.Listener:
        label = f"{self.load_balancer.label}-http"
        return aws.lb.Listener(
            label,
            load_balancer_arn=self.load_balancer.load_balancer.arn,
            port=HTTP,
            protocol="HTTP",
            default_actions=[
                aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=self.blue.arn)
            ],
            tags=self.tagged(label),
            opts=self.child(ignore_changes=["default_actions"]),
        )
