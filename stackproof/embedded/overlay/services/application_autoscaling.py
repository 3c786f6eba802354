"""Application Auto Scaling: tags of scalable targets, and kinds of services that moto lacks."""

from __future__ import annotations

from enum import Enum
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, patches, postprocesses

# What moto takes for misspelt, though it is in the page named below.
_NAMESPACES = ("elasticache", "neptune", "workspaces")
_DIMENSIONS = (
    "elasticache:cache-cluster:Nodes",
    "elasticache:replication-group:NodeGroups",
    "elasticache:replication-group:Replicas",
    "neptune:cluster:ReadReplicaCount",
    "workspaces:workspacespool:DesiredUserSessions",
)


@patches("applicationautoscaling")
def know_every_service() -> None:
    """Take targets of all kinds of services.

    AWS: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScalableTarget.html
    """
    from moto.applicationautoscaling import models, responses

    for name, more in (
        ("ServiceNamespaceValueSet", _NAMESPACES),
        ("ScalableDimensionValueSet", _DIMENSIONS),
    ):
        known: Any = getattr(models, name)
        values = {entry.name: entry.value for entry in known} | {value: value for value in more}
        for module in (models, responses):
            setattr(module, name, Enum(name, values))


@postprocesses("application-autoscaling", "RegisterScalableTarget")
def register(call: Call, answer: dict[str, Any]) -> None:
    """Keep the tags given at registration.

    AWS: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """
    _tags(call, answer["ScalableTargetARN"]).update(call.params.get("Tags") or {})


@postprocesses("application-autoscaling", "DescribeScalableTargets")
def describe(call: Call, answer: dict[str, Any]) -> None:
    """Name each target's ARN, by which its tags are read.

    AWS: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScalableTarget.html
    """
    arns = {_identity(target): target.arn for target in _targets(call)}
    for target in answer["ScalableTargets"]:
        key = (target["ServiceNamespace"], target["ResourceId"], target["ScalableDimension"])
        target["ScalableTargetARN"] = arns[key]


@handles("application-autoscaling", "ListTagsForResource")
def list_tags(call: Call) -> dict[str, Any]:
    """List a target's tags.

    AWS: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html
    """
    return {"Tags": _tags(call, call.params["ResourceARN"])}


@handles("application-autoscaling", "TagResource")
def tag(call: Call) -> None:
    """Add tags to a target.

    AWS: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html
    """
    _tags(call, call.params["ResourceARN"]).update(call.params["Tags"])


@handles("application-autoscaling", "UntagResource")
def untag(call: Call) -> None:
    """Take tags from a target.

    AWS: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_UntagResource.html
    """
    tags = _tags(call, call.params["ResourceARN"])
    for key in call.params["TagKeys"]:
        tags.pop(key, None)


def _targets(call: Call) -> list[Any]:
    dimensions = call.backend("applicationautoscaling").targets.values()
    return [target for dimension in dimensions for target in dimension.values()]


def _identity(target: Any) -> tuple[str, str, str]:
    return (target.service_namespace, target.resource_id, target.scalable_dimension)


def _tags(call: Call, arn: str) -> dict[str, str]:
    for target in _targets(call):
        if target.arn == arn:
            if not hasattr(target, "stackproof_tags"):
                target.stackproof_tags = {}
            tags: dict[str, str] = target.stackproof_tags
            return tags
    raise AwsError("ResourceNotFoundException", f"No scalable target found for {arn}.", 404)
