"""A Fargate service behind the load balancer: its task, its place and its scaling."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.load_balancer import LoadBalancer
from infra.components.logs import LogPolicy, count_error_lines
from infra.components.scaling import TaskScaling
from infra.components.task import FargateTask, Surroundings
from infra.settings.parts import ServiceSettings
from infra.site import Site

__all__ = ["FargateService"]


class FargateService(Component):
    """A service that replaces its tasks without a gap, and goes back when that fails."""

    def __init__(
        self,
        settings: ServiceSettings,
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
        super().__init__("FargateService", name, site, opts)
        self.settings = settings
        self.name = site.name(name)
        self.task = FargateTask(
            settings,
            site,
            logs=logs,
            surroundings=surroundings,
            opts=self.child(),
        )
        self.error_lines = count_error_lines(self, name, self.task.log_group)
        self.target_group, rule = load_balancer.route(settings)
        self.service = aws.ecs.Service(
            name,
            name=self.name,
            cluster=cluster.arn,
            task_definition=self.task.definition.arn,
            launch_type="FARGATE",
            platform_version="LATEST",
            scheduling_strategy="REPLICA",
            desired_count=settings.scaling.minimum,
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(
                enable=True, rollback=True
            ),
            availability_zone_rebalancing="ENABLED",
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
                    target_group_arn=self.target_group.arn,
                    container_name=name,
                    container_port=settings.port,
                )
            ],
            tags=self.tagged(name),
            # The number of tasks belongs to auto scaling once the service runs. ECS refuses a
            # target group that no listener uses, and tasks can't start without their permissions.
            opts=self.child(
                depends_on=[rule, self.task.may_start], ignore_changes=["desired_count"]
            ),
        )
        scaling = TaskScaling(
            self,
            name,
            settings=settings.scaling,
            cluster_name=cluster_name,
            service=self.service,
        )
        scaling.track_requests(
            settings.scaling.requests_per_task,
            pulumi.Output.concat(
                load_balancer.load_balancer.arn_suffix, "/", self.target_group.arn_suffix
            ),
        )
        self.register_outputs({"name": self.service.name})
