"""EC2 Auto Scaling: launch configurations, which came before launch templates."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    physical_name,
)

_RENAME = {"name": "launch_configuration_name", "enable_monitoring": "instance_monitoring"}


@creator
class LaunchConfiguration(Creator):
    """What instances of a group are launched with; it never changes."""

    type = "aws:ec2/launchConfiguration:LaunchConfiguration"
    replace_on = frozenset(
        {
            "associate_public_ip_address",
            "ebs_block_devices",
            "ebs_optimized",
            "enable_monitoring",
            "ephemeral_block_devices",
            "iam_instance_profile",
            "image_id",
            "instance_type",
            "key_name",
            "metadata_options",
            "name",
            "name_prefix",
            "placement_tenancy",
            "root_block_device",
            "security_groups",
            "spot_price",
            "user_data",
            "user_data_base64",
        }
    )
    auto_name = "name"
    defaults: ClassVar[Properties] = {"enable_monitoring": True}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the configuration."""
        name = physical_name(inputs)
        request = parameters(
            aws,
            "autoscaling",
            "create_launch_configuration",
            {
                **inputs,
                "name": name,
                "enable_monitoring": {"enabled": inputs["enable_monitoring"]},
                "block_device_mappings": _mappings(inputs) or None,
                "user_data": _user_data(inputs),
            },
            rename=_RENAME,
        )
        aws.client("autoscaling").create_launch_configuration(**request)
        return Created(name)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the configuration."""
        with already_gone("ValidationError"):
            aws.client("autoscaling").delete_launch_configuration(LaunchConfigurationName=id_)


def _mappings(inputs: Properties) -> list[dict[str, Any]]:
    root = inputs.get("root_block_device")
    devices = [{**root, "device_name": "/dev/xvda"}] if root else []
    return [
        {
            "device_name": device["device_name"],
            "ebs": {name: value for name, value in device.items() if name != "device_name"},
        }
        for device in [*devices, *(inputs.get("ebs_block_devices") or ())]
    ]


def _user_data(inputs: Properties) -> str | None:
    encoded = inputs.get("user_data_base64")
    # boto3 encodes it itself.
    return base64.b64decode(encoded).decode() if encoded else inputs.get("user_data")
