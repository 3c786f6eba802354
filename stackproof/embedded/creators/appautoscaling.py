"""Application Auto Scaling: scalable targets, their policies and scheduled actions."""

from __future__ import annotations

from typing import ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    retag,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_SERVICE = "application-autoscaling"
# moto's code; AWS's ObjectNotFoundException is known anyway.
_GONE = "ValidationException"
_WHAT = ("service_namespace", "resource_id", "scalable_dimension")


@creator
class Target(Creator):
    """Something that can be scaled, and how far."""

    type = "aws:appautoscaling/target:Target"
    replace_on = frozenset(_WHAT)

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Register the target."""
        request = parameters(aws, _SERVICE, "register_scalable_target", inputs)
        aws.client(_SERVICE).register_scalable_target(**request)
        return Created(inputs["resource_id"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the limits and tags in place."""
        scaling = aws.client(_SERVICE)
        request = parameters(aws, _SERVICE, "register_scalable_target", new, omit=["tags"])
        scaling.register_scalable_target(**request)
        retag(aws, _SERVICE, old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Deregister the target with its policies."""
        request = parameters(aws, _SERVICE, "deregister_scalable_target", state)
        with already_gone(_GONE):
            aws.client(_SERVICE).deregister_scalable_target(**request)


@creator
class Policy(Creator):
    """When a target is scaled."""

    type = "aws:appautoscaling/policy:Policy"
    replace_on = frozenset({"name", *_WHAT})
    auto_name = "name"
    defaults: ClassVar[Properties] = {"policy_type": "StepScaling"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the policy."""
        self._put(aws, inputs)
        return Created(inputs["name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put the policy anew."""
        self._put(aws, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the policy."""
        what = parameters(aws, _SERVICE, "delete_scaling_policy", state)
        with already_gone(_GONE):
            aws.client(_SERVICE).delete_scaling_policy(**what | {"PolicyName": id_})

    def _put(self, aws: Cloud, inputs: Properties) -> None:
        request = parameters(aws, _SERVICE, "put_scaling_policy", inputs)
        aws.client(_SERVICE).put_scaling_policy(**request | {"PolicyName": inputs["name"]})


table(
    Plain(
        type="aws:appautoscaling/scheduledAction:ScheduledAction",
        service=_SERVICE,
        put=Call("put_scheduled_action", {"name": "scheduled_action_name"}),
        id="{name}-{service_namespace}-{resource_id}",
        delete=Call("delete_scheduled_action", {"name": "scheduled_action_name"}),
        gone=("ObjectNotFoundException", _GONE),
        replace_on=frozenset({"name", "resource_id", "scalable_dimension", "service_namespace"}),
    )
)
