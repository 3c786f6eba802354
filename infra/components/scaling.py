"""How many tasks of an ECS service run."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.settings.parts import ScalingSettings

__all__ = ["TaskScaling"]


class TaskScaling:
    """The range of a service's tasks; they are tracked by CPU and memory, and more if told so."""

    def __init__(
        self,
        owner: Component,
        label: str,
        *,
        settings: ScalingSettings,
        cluster_name: str,
        service: aws.ecs.Service,
    ) -> None:
        self._owner = owner
        self._label = label
        self.target = aws.appautoscaling.Target(
            label,
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=pulumi.Output.concat("service/", cluster_name, "/", service.name),
            min_capacity=settings.minimum,
            max_capacity=settings.maximum,
            tags=owner.tagged(label),
            opts=owner.child(),
        )
        self._track("cpu", "ECSServiceAverageCPUUtilization", settings.cpu_percent)
        self._track("memory", "ECSServiceAverageMemoryUtilization", settings.memory_percent)

    def track_requests(self, per_task: int, resource_label: pulumi.Output[str]) -> None:
        """Keep the requests of each task near a number per minute.

        `resource_label` names the load balancer and the one target group of the service.
        """
        self._track("requests", "ALBRequestCountPerTarget", per_task, resource_label)

    def _track(
        self,
        what: str,
        metric: str,
        value: float,
        resource_label: pulumi.Output[str] | None = None,
    ) -> None:
        """Keep a metric near a value: quick to add tasks, slow to take them away."""
        label = f"{self._label}-{what}"
        tracking = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs
        predefined = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs  # noqa: E501
        aws.appautoscaling.Policy(
            label,
            name=self._owner.site.name(label),
            policy_type="TargetTrackingScaling",
            service_namespace=self.target.service_namespace,
            scalable_dimension=self.target.scalable_dimension,
            resource_id=self.target.resource_id,
            target_tracking_scaling_policy_configuration=tracking(
                target_value=value,
                scale_out_cooldown=60,
                scale_in_cooldown=300,
                predefined_metric_specification=predefined(
                    predefined_metric_type=metric, resource_label=resource_label
                ),
            ),
            opts=self._owner.child(),
        )
