"""Application Auto Scaling: tags of scalable targets."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses


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
