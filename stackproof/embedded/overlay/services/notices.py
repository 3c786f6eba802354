"""X-Ray, CodeStar and CodeConnections: lists of what the embedded AWS can't make."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import handles


@handles("xray", "GetSamplingRules")
def sampling_rules(call: Call) -> dict[str, Any]:
    """List no rules.

    AWS: https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingRules.html
    """
    return {"SamplingRuleRecords": []}


@handles("codestar-notifications", "ListNotificationRules")
def notification_rules(call: Call) -> dict[str, Any]:
    """List no rules.

    AWS: https://docs.aws.amazon.com/codestar-notifications/latest/APIReference/API_ListNotificationRules.html
    """
    return {"NotificationRules": []}


@handles("codestar-connections", "ListConnections")
@handles("codeconnections", "ListConnections")
def connections(call: Call) -> dict[str, Any]:
    """List no connections.

    AWS: https://docs.aws.amazon.com/codestar-connections/latest/APIReference/API_ListConnections.html
    """
    return {"Connections": []}
