"""ECS clusters, their capacity providers, and task definitions."""

from __future__ import annotations

import json
from typing import Any

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    tag_changes,
    tag_list,
)


def tagging(inputs: Properties) -> dict[str, Any]:
    """Give the parameter that tags a new thing of ECS."""
    return {"tags": tag_list(inputs.get("tags"), "key", "value")}


def retag(aws: Cloud, arn: str, old: Properties, new: Properties) -> None:
    """Change the tags of anything of ECS in place."""
    added, removed = tag_changes(old, new)
    if added:
        aws.client("ecs").tag_resource(resourceArn=arn, tags=tag_list(added, "key", "value"))
    if removed:
        aws.client("ecs").untag_resource(resourceArn=arn, tagKeys=removed)


@creator
class Cluster(Creator):
    """An ECS cluster."""

    type = "aws:ecs/cluster:Cluster"
    replace_on = frozenset({"name"})
    auto_name = "name"

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the cluster."""
        request = parameters(
            aws, "ecs", "create_cluster", inputs, rename={"name": "clusterName"}, omit=["tags"]
        )
        # Only the cluster is called so: the names of its settings are names.
        request["settings"] = _settings(inputs)
        made = aws.client("ecs").create_cluster(**request, **tagging(inputs))
        return Created(made["cluster"]["clusterArn"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change settings, configuration and tags in place."""
        ecs = aws.client("ecs")
        if changed(old, new, "settings"):
            ecs.update_cluster_settings(cluster=id_, settings=_settings(new))
        if changed(old, new, "configuration", "service_connect_defaults"):
            request = parameters(aws, "ecs", "update_cluster", new, omit=["settings"])
            ecs.update_cluster(cluster=id_, **request)
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the cluster."""
        with already_gone():
            aws.client("ecs").delete_cluster(cluster=id_)


def _settings(inputs: Properties) -> list[dict[str, str]]:
    return [
        {"name": setting["name"], "value": setting["value"]}
        for setting in inputs.get("settings") or ()
    ]


@creator
class ClusterCapacityProviders(Creator):
    """What runs the tasks of a cluster."""

    type = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
    replace_on = frozenset({"cluster_name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Set the cluster's capacity providers."""
        self._put(aws, inputs["cluster_name"], inputs)
        return Created(inputs["cluster_name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the cluster's capacity providers anew."""
        self._put(aws, id_, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the capacity providers from the cluster."""
        with already_gone():
            self._put(aws, id_, {})

    def _put(self, aws: Cloud, cluster: str, inputs: Properties) -> None:
        request = parameters(
            aws,
            "ecs",
            "put_cluster_capacity_providers",
            {
                "capacity_providers": inputs.get("capacity_providers") or [],
                "strategy": inputs.get("default_capacity_provider_strategies") or [],
            },
            rename={"strategy": "defaultCapacityProviderStrategy"},
        )
        aws.client("ecs").put_cluster_capacity_providers(cluster=cluster, **request)


@creator
class TaskDefinition(Creator):
    """A task definition: every change but of tags is a new revision."""

    type = "aws:ecs/taskDefinition:TaskDefinition"
    replace_on = frozenset(
        {
            "container_definitions",
            "cpu",
            "enable_fault_injection",
            "ephemeral_storage",
            "execution_role_arn",
            "family",
            "ipc_mode",
            "memory",
            "network_mode",
            "pid_mode",
            "placement_constraints",
            "proxy_configuration",
            "requires_compatibilities",
            "runtime_platform",
            "task_role_arn",
            "volumes",
        }
    )

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Register the next revision."""
        containers = json.loads(inputs["container_definitions"])
        request = parameters(
            aws,
            "ecs",
            "register_task_definition",
            {**inputs, "container_definitions": containers},
            omit=["tags", "volumes", "proxy_configuration"],
        )
        request["volumes"] = [self._volume(aws, volume) for volume in inputs.get("volumes") or ()]
        proxy = inputs.get("proxy_configuration")
        if proxy:
            pairs = [{"name": k, "value": v} for k, v in (proxy.get("properties") or {}).items()]
            request["proxyConfiguration"] = {
                "containerName": proxy["container_name"],
                "properties": pairs,
                "type": proxy.get("type", "APPMESH"),
            }
        tags = tagging(inputs)["tags"]
        made = aws.client("ecs").register_task_definition(
            **request, **({"tags": tags} if tags else {})
        )
        # A family has many revisions: this one is known by its ARN.
        return Created(inputs["family"], {"arn": made["taskDefinition"]["taskDefinitionArn"]})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the tags in place."""
        retag(aws, old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Deregister the revision, unless the program keeps old ones."""
        if not state.get("skip_destroy"):
            with already_gone("ClientException"):
                aws.client("ecs").deregister_task_definition(taskDefinition=state["arn"])

    def _volume(self, aws: Cloud, volume: Properties) -> dict[str, Any]:
        shaped = parameters(aws, "ecs", "register_task_definition", {"volumes": [volume]})
        host = {"host": {"sourcePath": volume["host_path"]}} if volume.get("host_path") else {}
        return {**shaped["volumes"][0], **host}
