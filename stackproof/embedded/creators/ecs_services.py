"""ECS services."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.creators.ecs import retag, tagging
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
)

_RENAME = {
    "capacity_provider_strategies": "capacityProviderStrategy",
    "client_alias": "clientAliases",
    "elb_name": "loadBalancerName",
    "iam_role": "role",
    "ordered_placement_strategies": "placementStrategy",
    "volume_configuration": "volumeConfigurations",
}
# What neither CreateService nor UpdateService takes as it is.
_APART = ("alarms", "deployment_configuration", "name", "network_configuration", "tags")
_DEPLOYMENT = (
    "alarms",
    "deployment_circuit_breaker",
    "deployment_configuration",
    "deployment_maximum_percent",
    "deployment_minimum_healthy_percent",
)


@creator
class Service(Creator):
    """An ECS service."""

    type = "aws:ecs/service:Service"
    replace_on = frozenset(
        {"cluster", "deployment_controller", "iam_role", "launch_type", "name"}
        | {"scheduling_strategy"}
    )
    auto_name = "name"
    defaults: ClassVar[Properties] = {
        "deployment_maximum_percent": 200,
        "deployment_minimum_healthy_percent": 100,
        "enable_ecs_managed_tags": False,
        "enable_execute_command": False,
        "scheduling_strategy": "REPLICA",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the service."""
        request = parameters(aws, "ecs", "create_service", inputs, rename=_RENAME, omit=_APART)
        request |= {"serviceName": inputs["name"], **_network(inputs)}
        request["deploymentConfiguration"] = _deployment(aws, inputs)
        if inputs["scheduling_strategy"] == "REPLICA":
            request.setdefault("desiredCount", 0)
        made = aws.client("ecs").create_service(**request, **tagging(inputs))["service"]
        cluster = inputs.get("cluster", "default")
        role = made.get("roleArn", "")
        return Created(made["serviceArn"], {"cluster": cluster, "iam_role": role})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the service in place; the number of tasks only when the program changes it."""
        names = {name for name in {*old, *new} if changed(old, new, name)}
        request = parameters(
            aws,
            "ecs",
            "update_service",
            {name: new.get(name) for name in names},
            rename=_RENAME,
            omit=[*_APART, *self.replace_on],
        )
        if "network_configuration" in names:
            request |= _network(new)
        if names & set(_DEPLOYMENT):
            request["deploymentConfiguration"] = _deployment(aws, new)
        if request:
            cluster = old.get("cluster", "default")
            aws.client("ecs").update_service(cluster=cluster, service=id_, **request)
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Stop the service's tasks and delete it."""
        with already_gone("ServiceNotActiveException"):
            aws.client("ecs").delete_service(
                cluster=state.get("cluster", "default"), service=id_, force=True
            )


def _network(inputs: Properties) -> dict[str, Any]:
    network = inputs.get("network_configuration")
    if not network:
        return {}
    return {
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": list(network["subnets"]),
                "securityGroups": list(network.get("security_groups") or ()),
                "assignPublicIp": "ENABLED" if network.get("assign_public_ip") else "DISABLED",
            }
        }
    }


def _deployment(aws: Cloud, inputs: Properties) -> dict[str, Any]:
    configuration = {
        **(inputs.get("deployment_configuration") or {}),
        "alarms": inputs.get("alarms"),
        "deployment_circuit_breaker": inputs.get("deployment_circuit_breaker"),
        "maximum_percent": inputs.get("deployment_maximum_percent"),
        "minimum_healthy_percent": inputs.get("deployment_minimum_healthy_percent"),
    }
    shaped = parameters(aws, "ecs", "create_service", {"deployment_configuration": configuration})
    made: dict[str, Any] = shaped["deploymentConfiguration"]
    return made
