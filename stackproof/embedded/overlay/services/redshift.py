"""Redshift: the parameters of groups, which moto doesn't keep."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles

_STATUS = "Your parameter group has been updated."


@handles("redshift", "ModifyClusterParameterGroup")
def modify_group(call: Call) -> dict[str, Any]:
    """Set parameters.

    AWS: https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyClusterParameterGroup.html
    """
    for item in call.params["Parameters"]:
        _parameters_of(call)[item["ParameterName"]] = item.get("ParameterValue")
    return _answer(call)


@handles("redshift", "ResetClusterParameterGroup")
def reset_group(call: Call) -> dict[str, Any]:
    """Give parameters, or all of them, the engine's own values back.

    AWS: https://docs.aws.amazon.com/redshift/latest/APIReference/API_ResetClusterParameterGroup.html
    """
    status = _parameters_of(call)
    named = [item["ParameterName"] for item in call.params.get("Parameters") or ()]
    for name in [*status] if call.params.get("ResetAllParameters") else named:
        status.pop(name, None)
    return _answer(call)


@handles("redshift", "DescribeClusterParameters")
def describe_parameters(call: Call) -> dict[str, Any]:
    """Tell the parameters that somebody has set, the engine's own ones, or all.

    AWS: https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterParameters.html
    """
    status, source = _parameters_of(call), str(call.params.get("Source"))
    own = [
        {**parameter, "Source": "engine-default"}
        for parameter in call.backend("redshift").describe_default_cluster_parameters()
        if parameter["ParameterName"] not in status
    ]
    users = [
        {"ParameterName": name, "ParameterValue": value, "Source": "user"}
        for name, value in status.items()
    ]
    parts = {"user": users, "engine-default": own}
    return {"Parameters": parts.get(source, [*users, *own])}


def _parameters_of(call: Call) -> dict[str, Any]:
    name = call.params["ParameterGroupName"]
    if name not in call.backend("redshift").parameter_groups:
        raise AwsError("ClusterParameterGroupNotFound", f"Parameter group {name} not found.")
    kept: dict[str, Any] = call.kept("parameters").setdefault(name, {})
    return kept


def _answer(call: Call) -> dict[str, Any]:
    name = call.params["ParameterGroupName"]
    return {"ParameterGroupName": name, "ParameterGroupStatus": _STATUS}
