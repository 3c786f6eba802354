"""A Fargate service behind the load balancer: its task, its place and its scaling."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.fargate import fargate_service
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
        self.service = fargate_service(
            self,
            self.task,
            cluster=cluster,
            tasks=settings.scaling.minimum,
            subnet_ids=subnet_ids,
            security_group_id=security_group_id,
            target_group=self.target_group,
            behind=rule,
            ignore_changes=[],
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(
                enable=True, rollback=True
            ),
            availability_zone_rebalancing="ENABLED",
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
