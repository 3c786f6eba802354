"""EKS: clusters and their groups of nodes."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    retag,
    untaken,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_RENAME = {
    "vpc_config": "resources_vpc_config",
}
# What only the provider acts upon, and what is arranged in another way.
_APART = ("default_addons_to_removes", "enabled_cluster_log_types", "force_update_version")


@creator
class Cluster(Creator):
    """A cluster's control plane; nothing runs on it."""

    type = "aws:eks/cluster:Cluster"
    replace_on = frozenset(
        {
            "bootstrap_self_managed_addons",
            "encryption_config",
            "kubernetes_network_config",
            "name",
            "outpost_config",
            "role_arn",
            "version",
        }
    )
    auto_name = "name"
    auto_name_limit = 100

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the cluster."""
        aws.client("eks").create_cluster(**self._request(aws, "create_cluster", inputs))
        return Created(inputs["name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change endpoint access, logging and tags."""
        eks = aws.client("eks")
        for names in (("vpc_config",), ("enabled_cluster_log_types",)):
            if changed(old, new, *names) and self._differs(old, new, names[0]):
                given = {name: new.get(name) for name in ("name", *names)}
                eks.update_cluster_config(**self._request(aws, "update_cluster_config", given))
        retag(aws, "eks", old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the cluster."""
        with already_gone():
            aws.client("eks").delete_cluster(name=id_)

    def _differs(self, old: Properties, new: Properties, name: str) -> bool:
        """Tell whether the program changed a property, whatever AWS has added to it."""
        before, now = old.get(name), new.get(name)
        if not isinstance(now, dict) or not isinstance(before, dict):
            return bool(before != now)
        return any(before.get(key) != value for key, value in now.items())

    def _request(self, aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
        given = {name: value for name, value in inputs.items() if name not in (*_APART, "region")}
        kinds = inputs.get("enabled_cluster_log_types")
        if kinds:
            given["logging"] = {"cluster_logging": [{"types": list(kinds), "enabled": True}]}
        for name in untaken(aws, "eks", operation, given, rename=_RENAME):
            raise EmbeddedError(f"{name} of {self.type} is not available on the embedded AWS")
        return parameters(aws, "eks", operation, given, rename=_RENAME)


table(
    Plain(
        type="aws:eks/nodeGroup:NodeGroup",
        service="eks",
        create=Call(
            "create_nodegroup",
            {
                "node_group_name": "nodegroup_name",
                "node_role_arn": "node_role",
                "subnet_ids": "subnets",
            },
        ),
        update=Call("update_nodegroup_config", {"node_group_name": "nodegroup_name"}),
        apart=frozenset({"force_update_version"}),
        id="{cluster_name}:{node_group_name}",
        delete=Call("delete_nodegroup", {"node_group_name": "nodegroup_name"}),
        tagged="arn",
        replace_on=frozenset(
            {
                "ami_type",
                "capacity_type",
                "cluster_name",
                "disk_size",
                "instance_types",
                "node_group_name",
                "node_group_name_prefix",
                "node_role_arn",
                "remote_access",
                "subnet_ids",
            }
        ),
        auto_name="node_group_name",
        auto_name_limit=63,
    ),
    Plain(
        type="aws:eks/fargateProfile:FargateProfile",
        service="eks",
        create=Call("create_fargate_profile", {"subnet_ids": "subnets"}),
        outputs={"arn": "fargateProfile.fargateProfileArn", "status": "fargateProfile.status"},
        id="{cluster_name}:{fargate_profile_name}",
        delete=Call("delete_fargate_profile"),
        tagged="arn",
        replace_on=frozenset(
            {
                "cluster_name",
                "fargate_profile_name",
                "pod_execution_role_arn",
                "selectors",
                "subnet_ids",
            }
        ),
        auto_name="fargate_profile_name",
        auto_name_limit=63,
    ),
)
