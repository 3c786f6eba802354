"""ECS: capacity providers made of Auto Scaling groups."""

from __future__ import annotations

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

_GROUP = "auto_scaling_group_provider"


@creator
class CapacityProvider(Creator):
    """An Auto Scaling group whose instances tasks run on."""

    type = "aws:ecs/capacityProvider:CapacityProvider"
    replace_on = frozenset({"cluster", "managed_instances_provider", "name"})
    auto_name = "name"

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the provider."""
        request = parameters(aws, "ecs", "create_capacity_provider", inputs, omit=["tags"])
        made = aws.client("ecs").create_capacity_provider(**request, **tagging(inputs))
        arn = made["capacityProvider"]["capacityProviderArn"]
        return Created(arn, {"arn": arn})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change how the group scales, and the tags."""
        if changed(old, new, _GROUP):
            wanted = {"name": new["name"], _GROUP: new[_GROUP]}
            request = parameters(aws, "ecs", "update_capacity_provider", wanted)
            aws.client("ecs").update_capacity_provider(**request)
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the provider."""
        with already_gone("ClientException"):
            aws.client("ecs").delete_capacity_provider(capacityProvider=id_)
