"""Security Hub: how the hub works, and the standards that it checks."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses

_SETTINGS = ("AutoEnableControls", "ControlFindingGenerator")


@postprocesses("securityhub", "EnableSecurityHub")
def enabled(call: Call, _: dict[str, Any]) -> None:
    """Keep what makes findings.

    AWS: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_EnableSecurityHub.html
    """
    call.kept("hub").clear()
    call.kept("standards").clear()
    _keep(call)


@handles("securityhub", "UpdateSecurityHubConfiguration")
def update_hub(call: Call) -> dict[str, Any]:
    """Change how the hub works.

    AWS: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_UpdateSecurityHubConfiguration.html
    """
    _be_enabled(call)
    _keep(call)
    return {}


@postprocesses("securityhub", "DescribeHub")
def described(call: Call, answer: dict[str, Any]) -> None:
    """Say how the hub works.

    AWS: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
    """
    defaults = {"AutoEnableControls": True, "ControlFindingGenerator": "SECURITY_CONTROL"}
    answer |= {**defaults, **call.kept("hub")}


@handles("securityhub", "BatchEnableStandards")
def enable_standards(call: Call) -> dict[str, Any]:
    """Subscribe to standards.

    AWS: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchEnableStandards.html
    """
    _be_enabled(call)
    made = []
    for request in call.params["StandardsSubscriptionRequests"]:
        standard = request["StandardsArn"]
        path = standard.split(":", 5)[5].removeprefix("ruleset/").removeprefix("standards/")
        arn = f"arn:aws:securityhub:{call.region}:{call.account}:subscription/{path}"
        call.kept("standards")[arn] = {
            "StandardsSubscriptionArn": arn,
            "StandardsArn": standard,
            "StandardsInput": dict(request.get("StandardsInput", {})),
            "StandardsStatus": "READY",
        }
        made.append(call.kept("standards")[arn])
    return {"StandardsSubscriptions": made}


@handles("securityhub", "BatchDisableStandards")
def disable_standards(call: Call) -> dict[str, Any]:
    """End subscriptions.

    AWS: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchDisableStandards.html
    """
    _be_enabled(call)
    arns = call.params["StandardsSubscriptionArns"]
    ended = [call.kept("standards").pop(arn, None) for arn in arns]
    return {
        "StandardsSubscriptions": [
            {**subscription, "StandardsStatus": "DELETING"}
            for subscription in ended
            if subscription
        ]
    }


@handles("securityhub", "GetEnabledStandards")
def enabled_standards(call: Call) -> dict[str, Any]:
    """List the subscriptions.

    AWS: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetEnabledStandards.html
    """
    _be_enabled(call)
    held, wanted = call.kept("standards"), call.params.get("StandardsSubscriptionArns")
    return {"StandardsSubscriptions": [held[arn] for arn in wanted or held if arn in held]}


def _keep(call: Call) -> None:
    call.kept("hub").update({name: call.params[name] for name in _SETTINGS if name in call.params})


def _be_enabled(call: Call) -> None:
    if not call.backend("securityhub").enabled:
        message = f"Account {call.account} is not subscribed to AWS Security Hub"
        raise AwsError("InvalidAccessException", message, 401)
