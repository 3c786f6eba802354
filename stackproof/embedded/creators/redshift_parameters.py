"""Redshift: groups of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    retag,
    tag_list,
)


@creator
class ParameterGroup(Creator):
    """A group of parameters of one version of the engine."""

    type = "aws:redshift/parameterGroup:ParameterGroup"
    replace_on = frozenset({"description", "family", "name"})
    auto_name = "name"
    defaults: ClassVar[Properties] = {"description": "Managed by Pulumi"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the group, then set its parameters."""
        name = str(inputs["name"]).lower()
        aws.client("redshift").create_cluster_parameter_group(
            ParameterGroupName=name,
            ParameterGroupFamily=inputs["family"],
            Description=inputs["description"],
            Tags=tag_list(inputs.get("tags")),
        )
        self._send(aws, "modify", name, _values(inputs))
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the parameters that changed, and reset those that are no longer named."""
        before, after = _values(old), _values(new)
        self._send(aws, "modify", id_, {n: v for n, v in after.items() if before.get(n) != v})
        self._send(aws, "reset", id_, {n: v for n, v in before.items() if n not in after})
        retag(aws, "redshift", old["arn"], old, new, tag="create_tags", untag="delete_tags")

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group."""
        with already_gone("ClusterParameterGroupNotFound"):
            aws.client("redshift").delete_cluster_parameter_group(ParameterGroupName=id_)

    def _send(self, aws: Cloud, how: str, name: str, values: Mapping[str, str]) -> None:
        items: list[Any] = [
            {"ParameterName": parameter, "ParameterValue": value}
            for parameter, value in values.items()
        ]
        if items:
            call = getattr(aws.client("redshift"), f"{how}_cluster_parameter_group")
            call(ParameterGroupName=name, Parameters=items)


def _values(properties: Properties) -> dict[str, str]:
    return {item["name"]: str(item["value"]) for item in properties.get("parameters") or ()}
