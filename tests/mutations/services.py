"""Mutations of ECS services and load balancers that several systems have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.mutation import Aws, restated


def service(aws: Aws, cluster: str, name: str) -> dict[str, Any]:
    """Give an ECS service; `name` may be its ARN."""
    (found,) = aws("ecs").describe_services(cluster=cluster, services=[name])["services"]
    return dict(found)


def change_task(
    aws: Aws,
    cluster: str,
    name: str,
    change: Callable[[dict[str, Any]], object] = lambda container: None,
    **changes: object,
) -> object:
    """Run another task definition: changes of its own, and of its first container."""
    ecs = aws("ecs")
    arn = service(aws, cluster, name)["taskDefinition"]
    found = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
    definition = found["taskDefinition"]
    change(definition["containerDefinitions"][0])
    made = restated(
        ecs, "register_task_definition", definition, tags=found.get("tags") or None, **changes
    )
    return ecs.update_service(
        cluster=cluster,
        service=name,
        taskDefinition=made["taskDefinition"]["taskDefinitionArn"],
    )


def no_tasks(aws: Aws, cluster: str, name: str) -> object:
    """Want no task of a service."""
    return aws("ecs").update_service(cluster=cluster, service=name, desiredCount=0)


def told(name: str, value: str) -> Callable[[dict[str, Any]], object]:
    """Tell a container another value of an environment variable."""

    def change(container: dict[str, Any]) -> None:
        kept = [pair for pair in container["environment"] if pair["name"] != name]
        container["environment"] = [*kept, {"name": name, "value": value}]

    return change


def no_insights(aws: Aws, cluster: str) -> object:
    """Switch Container Insights off."""
    off = [{"name": "containerInsights", "value": "disabled"}]
    return aws("ecs").update_cluster_settings(cluster=cluster, settings=off)


def change_target_group(aws: Aws, arn: str, **changes: object) -> object:
    """Change how a target group checks health."""
    return aws("elbv2").modify_target_group(TargetGroupArn=arn, **changes)


def change_listener(aws: Aws, arn: str, **changes: object) -> object:
    """Change a listener."""
    return aws("elbv2").modify_listener(ListenerArn=arn, **changes)


def redirect_to_http(aws: Aws, outputs: Outputs) -> object:
    """Let who comes by HTTP go on with it."""
    redirect = {"Protocol": "HTTP", "Port": "8080", "StatusCode": "HTTP_301"}
    return change_listener(
        aws,
        outputs["http_listener_arn"],
        DefaultActions=[{"Type": "redirect", "RedirectConfig": redirect}],
    )


def rules(aws: Aws, listener: str) -> list[dict[str, Any]]:
    """Give the rules of a listener, its default one left out."""
    found = aws("elbv2").describe_rules(ListenerArn=listener)["Rules"]
    return [rule for rule in found if not rule["IsDefault"]]
