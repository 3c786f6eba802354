"""ElastiCache: groups of parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, patches


@patches("elasticache")
def groups_have_tags() -> None:
    """Take the ARNs of parameter groups where tags are asked for.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListTagsForResource.html
    """
    from moto.elasticache.models import ElastiCacheBackend

    backend_class: Any = ElastiCacheBackend
    original = backend_class.__init__

    def __init__(backend: Any, *args: Any, **options: Any) -> None:
        original(backend, *args, **options)
        known = backend.arn_regex.pattern
        backend.arn_regex = re.compile(known.replace("(cluster|", "(cluster|parametergroup|"))

    backend_class.__init__ = __init__


@handles("elasticache", "CreateCacheParameterGroup")
def create_group(call: Call) -> dict[str, Any]:
    """Make a group, without a parameter of its own yet.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html
    """
    name = call.params["CacheParameterGroupName"].lower()
    if name in _groups(call):
        message = f"Cache parameter group {name} already exists"
        raise AwsError("CacheParameterGroupAlreadyExists", message)
    _groups(call)[name] = {
        "CacheParameterGroupName": name,
        "CacheParameterGroupFamily": call.params["CacheParameterGroupFamily"],
        "Description": call.params["Description"],
        "IsGlobal": False,
        "ARN": f"arn:aws:elasticache:{call.region}:{call.account}:parametergroup:{name}",
    }
    call.kept("parameters")[name] = {}
    tags = call.params.get("Tags", [])
    call.backend("elasticache").tagging_service.tag_resource(_groups(call)[name]["ARN"], tags)
    return {"CacheParameterGroup": _groups(call)[name]}


@handles("elasticache", "DescribeCacheParameterGroups")
def describe_groups(call: Call) -> dict[str, Any]:
    """List the groups, or describe the one that is named.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeCacheParameterGroups.html
    """
    named = call.params.get("CacheParameterGroupName")
    return {"CacheParameterGroups": [_group(call)] if named else [*_groups(call).values()]}


@handles("elasticache", "ModifyCacheParameterGroup")
def modify_group(call: Call) -> dict[str, Any]:
    """Set parameters.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheParameterGroup.html
    """
    name = _group(call)["CacheParameterGroupName"]
    for item in call.params["ParameterNameValues"]:
        call.kept("parameters")[name][item["ParameterName"]] = item.get("ParameterValue")
    return {"CacheParameterGroupName": name}


@handles("elasticache", "ResetCacheParameterGroup")
def reset_group(call: Call) -> dict[str, Any]:
    """Give parameters, or all of them, the engine's own values back.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ResetCacheParameterGroup.html
    """
    name = _group(call)["CacheParameterGroupName"]
    held: dict[str, str] = call.kept("parameters")[name]
    named = [item["ParameterName"] for item in call.params.get("ParameterNameValues", ())]
    for parameter in [*held] if call.params.get("ResetAllParameters") else named:
        held.pop(parameter, None)
    return {"CacheParameterGroupName": name}


@handles("elasticache", "DescribeCacheParameters")
def describe_parameters(call: Call) -> dict[str, Any]:
    """List the parameters that were set; the engine's own are left out.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeCacheParameters.html
    """
    held: Mapping[str, str] = call.kept("parameters")[_group(call)["CacheParameterGroupName"]]
    if call.params.get("Source") not in (None, "user"):
        return {"Parameters": []}
    return {
        "Parameters": [
            {"ParameterName": name, "ParameterValue": value, "Source": "user"}
            for name, value in held.items()
        ]
    }


@handles("elasticache", "DeleteCacheParameterGroup")
def delete_group(call: Call) -> dict[str, Any]:
    """Delete a group.

    AWS: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheParameterGroup.html
    """
    name = _group(call)["CacheParameterGroupName"]
    _groups(call).pop(name)
    call.kept("parameters").pop(name)
    return {}


def _groups(call: Call) -> dict[str, Any]:
    return call.kept("parameter-groups")


def _group(call: Call) -> Mapping[str, Any]:
    name = call.params["CacheParameterGroupName"].lower()
    found: Mapping[str, Any] | None = _groups(call).get(name)
    if found is None:
        message = f"CacheParameterGroup not found: {name}"
        raise AwsError("CacheParameterGroupNotFound", message, 404)
    return found
