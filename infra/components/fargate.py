"""What all ECS services on Fargate have in common, however they are deployed."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.task import FargateTask

__all__ = ["fargate_service"]


def fargate_service(
    owner: Component,
    task: FargateTask,
    *,
    cluster: aws.ecs.Cluster,
    tasks: int,
    subnet_ids: list[pulumi.Output[str]],
    security_group_id: pulumi.Input[str],
    target_group: aws.lb.TargetGroup,
    behind: pulumi.Resource,
    ignore_changes: list[str],
    **deployment: Any,
) -> aws.ecs.Service:
    """Create a service of a task; `deployment` says how its next version comes.

    `behind` is the listener or the rule that uses the target group: ECS refuses one that nothing
    uses. Tasks can't start without their permissions, so the service waits for both. The number
    of tasks belongs to auto scaling once the service runs.
    """
    settings = task.settings
    return aws.ecs.Service(
        owner.label,
        name=task.name,
        cluster=cluster.arn,
        task_definition=task.definition.arn,
        launch_type="FARGATE",
        platform_version="LATEST",
        scheduling_strategy="REPLICA",
        desired_count=tasks,
        enable_execute_command=False,
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        health_check_grace_period_seconds=60,
        network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(
            subnets=subnet_ids, security_groups=[security_group_id], assign_public_ip=False
        ),
        load_balancers=[
            aws.ecs.ServiceLoadBalancerArgs(
                target_group_arn=target_group.arn,
                container_name=settings.name,
                container_port=port,
            )
            for port in settings.ports
        ],
        tags=owner.tagged(owner.label),
        opts=owner.child(
            depends_on=[behind, task.may_start],
            ignore_changes=["desired_count", *ignore_changes],
        ),
        **deployment,
    )
