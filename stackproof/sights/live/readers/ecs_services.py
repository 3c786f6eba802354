"""ECS services, as AWS shows them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown, taken
from stackproof.sights.live.ecs_tags import ecs_tags
from stackproof.sights.live.reader import Batch, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import ECS_CLUSTER, ECS_SERVICE

_NAMES = {
    "availability_zone_rebalancing": "availabilityZoneRebalancing",
    "cluster": "clusterArn",
    "desired_count": "desiredCount",
    "enable_ecs_managed_tags": "enableECSManagedTags",
    "enable_execute_command": "enableExecuteCommand",
    "health_check_grace_period_seconds": "healthCheckGracePeriodSeconds",
    "iam_role": "roleArn",
    "launch_type": "launchType",
    "name": "serviceName",
    "platform_version": "platformVersion",
    "propagate_tags": "propagateTags",
    "scheduling_strategy": "schedulingStrategy",
    "task_definition": "taskDefinition",
}
_BLOCKS = {
    "capacity_provider_strategies": "capacityProviderStrategy",
    "deployment_controller": "deploymentController",
    "load_balancers": "loadBalancers",
    "ordered_placement_strategies": "placementStrategy",
    "placement_constraints": "placementConstraints",
    "service_registries": "serviceRegistries",
}


def _services(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for arn in scope.ids(ECS_CLUSTER):
        yield {"cluster": arn}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    answer = details["service"]
    if isinstance(answer, Unknown):
        return
    for service in answer or ():
        # A deleted service stays to be seen for a while.
        if service["status"] != "INACTIVE":
            yield _service(service, scope)


def _service(service: Item, scope: Scope) -> Resource:
    data: dict[str, Any] = taken(service, _NAMES) | {
        "tags": ecs_tags(service.get("tags")),
        **_deployment(service.get("deploymentConfiguration") or {}),
    }
    for name, member in _BLOCKS.items():
        if service.get(member):
            data[name] = snake(service[member], {"load_balancer_name": "elb_name"})
    network = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if network:
        data["network_configuration"] = {
            "subnets": network["subnets"],
            "security_groups": network.get("securityGroups", []),
            "assign_public_ip": network.get("assignPublicIp") == "ENABLED",
        }
    arn = service["serviceArn"]
    return shown(scope, ECS_SERVICE, arn, data, arn=arn, name=service["serviceName"])


def _deployment(configuration: Item) -> dict[str, Any]:
    found: dict[str, Any] = taken(
        configuration,
        {
            "deployment_maximum_percent": "maximumPercent",
            "deployment_minimum_healthy_percent": "minimumHealthyPercent",
        },
    )
    breaker, alarms = configuration.get("deploymentCircuitBreaker"), configuration.get("alarms")
    if breaker:
        found["deployment_circuit_breaker"] = {
            "enable": breaker["enable"],
            "rollback": breaker["rollback"],
        }
    if alarms and alarms.get("alarmNames"):
        found["alarms"] = snake(alarms)
    if configuration.get("strategy"):
        kept = ("strategy", "bakeTimeInMinutes", "lifecycleHooks")
        made = snake({k: configuration[k] for k in kept if configuration.get(k)})
        for hook in made.get("lifecycle_hooks") or ():
            if "hook_details" in hook:
                hook["hook_details"] = json.dumps(hook["hook_details"])
        found["deployment_configuration"] = made
    return found


def _cluster_of(arn: str) -> str:
    return arn.split("/")[1]


READERS = (
    Reader(
        types=(ECS_SERVICE,),
        listing=Ask("ecs", "ListServices", "serviceArns"),
        targets=_services,
        get_parameters=lambda id_, state: {"cluster": state.get("cluster") or _cluster_of(id_)},
        parent_fields=("cluster",),
        key=lambda item, scope: Key(item["Value"], item["Value"], parent_ids=(item["cluster"],)),
        details={
            "service": Batch(
                Ask(
                    "ecs", "DescribeServices", "services", absent=("MISSING",), failures="failures"
                ),
                id=lambda item: str(item["Value"]),
                parameters=lambda arns: {
                    "cluster": _cluster_of(arns[0]),
                    "services": list(arns),
                    "include": ["TAGS"],
                },
                about=lambda service: str(service["serviceArn"]),
                size=10,
                together=_cluster_of,
                provides=(ECS_SERVICE,),
            )
        },
        build=_build,
        dying=in_state("status", "DRAINING", of="service"),
        arn_service="ecs",
        parents=(ECS_CLUSTER,),
    ),
)
