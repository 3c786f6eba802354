"""ECS clusters and task definitions, as AWS shows them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import chunks, in_state, shown, taken
from stackproof.sights.live.ecs_tags import ecs_tags
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    ECS_CLUSTER,
    ECS_CLUSTER_CAPACITY_PROVIDERS,
    ECS_SERVICE,
    ECS_TASK_DEFINITION,
)

_ARN = r"arn:[^:]+:ecs:{region}:\d+:{what}"
_PARTS = ["CONFIGURATIONS", "SETTINGS", "TAGS"]


def _clusters(scope: Scope) -> Iterator[Mapping[str, Any]]:
    arns = scope.named(_ARN.format(region=scope.region, what="cluster/.+"))
    for some in chunks(arns, 100):
        yield {"clusters": some, "include": _PARTS}


def _build_cluster(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    # A deleted cluster stays to be seen as INACTIVE.
    if item["status"] == "INACTIVE":
        return
    arn, name = item["clusterArn"], item["clusterName"]
    data: dict[str, Any] = {
        "name": name,
        "settings": snake(item.get("settings", [])),
        "configuration": snake(
            item.get("configuration"), {"s3_encryption_enabled": "s3_bucket_encryption_enabled"}
        ),
        "service_connect_defaults": snake(item.get("serviceConnectDefaults")),
        "tags": ecs_tags(item.get("tags")),
    }
    yield shown(scope, ECS_CLUSTER, arn, data, arn=arn, name=name)
    providers = item.get("capacityProviders") or []
    strategies = snake(item.get("defaultCapacityProviderStrategy") or [])
    if providers or strategies:
        held = {
            "cluster_name": name,
            "capacity_providers": providers,
            "default_capacity_provider_strategies": strategies,
        }
        yield shown(scope, ECS_CLUSTER_CAPACITY_PROVIDERS, name, held, name=name)


def _task_arns(scope: Scope) -> list[str]:
    return scope.named(_ARN.format(region=scope.region, what=r"task-definition/[^:]+:\d+"))


def _task_definitions(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for arn in _task_arns(scope):
        yield {"taskDefinition": arn, "include": ["TAGS"]}


def _build_task(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    task = item["taskDefinition"]
    if task["status"] != "ACTIVE":
        return
    arn, family = task["taskDefinitionArn"], task["family"]
    scope.learn(_log_groups(task["containerDefinitions"], scope))
    data: dict[str, Any] = {
        "family": family,
        "revision": task["revision"],
        "arn_without_revision": arn.rpartition(":")[0],
        "container_definitions": json.dumps(task["containerDefinitions"]),
        "requires_compatibilities": task.get("requiresCompatibilities", []),
        "volumes": [_volume(volume) for volume in task.get("volumes", ())],
        "placement_constraints": snake(task.get("placementConstraints", [])),
        "tags": ecs_tags(item.get("tags")),
        **taken(
            task,
            {
                "cpu": "cpu",
                "enable_fault_injection": "enableFaultInjection",
                "execution_role_arn": "executionRoleArn",
                "ipc_mode": "ipcMode",
                "memory": "memory",
                "network_mode": "networkMode",
                "pid_mode": "pidMode",
                "task_role_arn": "taskRoleArn",
            },
        ),
    }
    for name, member in (
        ("ephemeral_storage", "ephemeralStorage"),
        ("runtime_platform", "runtimePlatform"),
    ):
        if task.get(member):
            data[name] = snake(task[member], {"size_in_gi_b": "size_in_gib"})
    proxy = task.get("proxyConfiguration")
    if proxy:
        data["proxy_configuration"] = {
            "container_name": proxy["containerName"],
            "type": proxy.get("type", "APPMESH"),
            "properties": {pair["name"]: pair["value"] for pair in proxy.get("properties", ())},
        }
    yield shown(scope, ECS_TASK_DEFINITION, family, data, arn=arn, name=family)


def _log_groups(containers: Iterable[Item], scope: Scope) -> Iterator[str]:
    # They are named by their mere names, and inside a text.
    for container in containers:
        options = (container.get("logConfiguration") or {}).get("options") or {}
        if group := options.get("awslogs-group"):
            yield scope.arn("logs", f"log-group:{group}", region=options.get("awslogs-region"))


def _volume(volume: Item) -> dict[str, Any]:
    found: dict[str, Any] = snake({k: v for k, v in volume.items() if k != "host" and v})
    for name in ("driver_opts", "labels"):
        # These maps' keys are the user's own words.
        docker = volume.get("dockerVolumeConfiguration") or {}
        member = "driverOpts" if name == "driver_opts" else name
        if docker.get(member):
            found["docker_volume_configuration"][name] = dict(docker[member])
    path = (volume.get("host") or {}).get("sourcePath")
    return found | ({"host_path": path} if path else {})


READERS = (
    Reader(
        types=(ECS_CLUSTER, ECS_CLUSTER_CAPACITY_PROVIDERS),
        listing=Ask(
            "ecs", "DescribeClusters", "clusters", absent=("MISSING",), failures="failures"
        ),
        targets=_clusters,
        get_parameters=lambda id_, state: {"clusters": [id_], "include": _PARTS},
        key=lambda item, scope: Key(
            item["clusterArn"], item["clusterArn"], tags=ecs_tags(item.get("tags")), shared=True
        ),
        build=_build_cluster,
        dying=in_state("status", "DEPROVISIONING"),
        arn_service="ecs",
    ),
    Reader(
        types=(ECS_TASK_DEFINITION,),
        # AWS has this one error for all that is wrong with the request; the name is all there is.
        listing=Ask("ecs", "DescribeTaskDefinition", absent=("ClientException",)),
        targets=_task_definitions,
        ids=_task_arns,
        by_ids=lambda arns: ({"taskDefinition": arn, "include": ["TAGS"]} for arn in arns),
        get_parameters=lambda id_, state: {
            "taskDefinition": state.get("arn") or id_,
            "include": ["TAGS"],
        },
        key=lambda item, scope: Key(
            item["taskDefinition"]["taskDefinitionArn"],
            item["taskDefinition"]["taskDefinitionArn"],
            tags=ecs_tags(item.get("tags")),
        ),
        build=_build_task,
        arn_service="ecs",
        # The services name the revisions that are in use.
        parents=(ECS_CLUSTER, ECS_SERVICE),
    ),
)
