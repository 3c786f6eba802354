"""EC2: what a region gives new instances whose launch says nothing of their metadata service."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import handles

_UNSET = ("no-preference", -1)
_SETTINGS = ("HttpEndpoint", "HttpPutResponseHopLimit", "HttpTokens", "InstanceMetadataTags")


@handles("ec2", "ModifyInstanceMetadataDefaults")
def modify_defaults(call: Call) -> dict[str, Any]:
    """Change the defaults that are given; `no-preference` and -1 take one away.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html
    """
    kept = call.kept("metadata-defaults")
    for name in _SETTINGS:
        value = call.params.get(name)
        if value in _UNSET:
            kept.pop(name, None)
        elif value is not None:
            kept[name] = value
    return {"Return": True}


@handles("ec2", "GetInstanceMetadataDefaults")
def defaults(call: Call) -> dict[str, Any]:
    """Say which defaults are set.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceMetadataDefaults.html
    """
    return {"AccountLevel": dict(call.kept("metadata-defaults"))}
