"""An ECS cluster for Fargate tasks."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.logs import LogPolicy, log_group
from infra.site import Site

__all__ = ["Cluster"]


class Cluster(Component):
    """A Fargate cluster with Container Insights."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        logs: LogPolicy,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Cluster", name, site, opts)
        self.name = site.name(name)
        # Container Insights writes here; made first, or ECS makes it unencrypted and for ever.
        self.insights = log_group(
            self, f"{name}-insights", f"/aws/ecs/containerinsights/{self.name}/performance", logs
        )
        self.cluster = aws.ecs.Cluster(
            name,
            name=self.name,
            settings=[aws.ecs.ClusterSettingArgs(name="containerInsights", value="enabled")],
            tags=self.tagged(name),
            opts=self.child(depends_on=[self.insights]),
        )
        aws.ecs.ClusterCapacityProviders(
            name,
            cluster_name=self.cluster.name,
            capacity_providers=["FARGATE"],
            default_capacity_provider_strategies=[
                aws.ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs(
                    capacity_provider="FARGATE", base=1, weight=100
                )
            ],
            opts=self.child(),
        )
        self.register_outputs({"arn": self.cluster.arn})
