"""A Fargate service in two colours: one takes the traffic, the other is the next version."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.fargate import fargate_service
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
        self.service = fargate_service(
            self,
            self.task,
            cluster=cluster,
            tasks=settings.scaling.minimum,
            subnet_ids=subnet_ids,
            security_group_id=security_group_id,
            target_group=self.blue,
            behind=self.listener,
            ignore_changes=["load_balancers", "task_definition"],
            deployment_controller=aws.ecs.ServiceDeploymentControllerArgs(type="CODE_DEPLOY"),
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
