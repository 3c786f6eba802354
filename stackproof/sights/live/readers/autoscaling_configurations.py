"""Launch configurations, as AWS shows them: they have no tags, so only their groups lead there."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown, taken
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import AUTOSCALING_GROUP, LAUNCH_CONFIGURATION

_CONFIGURATION = {
    "associate_public_ip_address": "AssociatePublicIpAddress",
    "ebs_optimized": "EbsOptimized",
    "iam_instance_profile": "IamInstanceProfile",
    "image_id": "ImageId",
    "instance_type": "InstanceType",
    "key_name": "KeyName",
    "name": "LaunchConfigurationName",
    "placement_tenancy": "PlacementTenancy",
    "spot_price": "SpotPrice",
}
_DEVICE = {
    "delete_on_termination": "DeleteOnTermination",
    "encrypted": "Encrypted",
    "iops": "Iops",
    "snapshot_id": "SnapshotId",
    "throughput": "Throughput",
    "volume_size": "VolumeSize",
    "volume_type": "VolumeType",
}
# Device names of root volumes. EC2 User Guide, "Device names for volumes".
_ROOTS = ("/dev/xvda", "/dev/sda1")


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    name = item["LaunchConfigurationName"]
    data = {
        # AWS gives an empty text for what is not set.
        **{key: value for key, value in taken(item, _CONFIGURATION).items() if value != ""},
        # Amazon EC2 Auto Scaling API Reference, InstanceMonitoring: enabled unless said otherwise.
        "enable_monitoring": item.get("InstanceMonitoring", {}).get("Enabled", True),
        "security_groups": list(item.get("SecurityGroups") or ()),
        **_devices(item.get("BlockDeviceMappings") or ()),
        **_user_data(item.get("UserData") or ""),
    }
    if options := item.get("MetadataOptions"):
        data["metadata_options"] = snake(options)
    arn = item["LaunchConfigurationARN"]
    yield shown(scope, LAUNCH_CONFIGURATION, name, data, arn=arn, name=name)


def _devices(mappings: Iterable[Item]) -> dict[str, Any]:
    root: dict[str, Any] | None = None
    others, ephemeral = [], []
    for mapping in mappings:
        if mapping.get("VirtualName"):
            virtual = {"device_name": "DeviceName", "virtual_name": "VirtualName"}
            ephemeral.append(taken(mapping, virtual))
        elif not mapping.get("NoDevice"):
            device = taken(mapping.get("Ebs", {}), _DEVICE)
            if root is None and mapping["DeviceName"] in _ROOTS:
                root = device
            else:
                others.append({"device_name": mapping["DeviceName"], **device})
    return {
        "ebs_block_devices": others,
        "ephemeral_block_devices": ephemeral,
        "root_block_device": root,
    }


def _user_data(encoded: str) -> dict[str, str]:
    """Give a script as the program wrote it: as text, or in base64 where it is none."""
    if not encoded:
        return {}
    try:
        return {"user_data": base64.b64decode(encoded).decode()}
    except ValueError:
        return {"user_data_base64": encoded}


def _listed(scope: Scope) -> Iterator[Mapping[str, Any]]:
    """Ask for the list where one is known: a name that is gone is left out without a word."""
    named = any(group.raw("launch_configuration") for group in scope.members[AUTOSCALING_GROUP])
    pattern = rf"arn:[^:]+:autoscaling:{scope.region}:\d+:launchConfiguration:.+"
    if named or scope.named(pattern):
        yield {}


READERS = (
    Reader(
        types=(LAUNCH_CONFIGURATION,),
        listing=Ask("autoscaling", "DescribeLaunchConfigurations", "LaunchConfigurations"),
        targets=_listed,
        get_parameters=lambda id_, state: {"LaunchConfigurationNames": [id_]},
        key=lambda item, scope: Key(
            item["LaunchConfigurationName"], item["LaunchConfigurationARN"], tags={}
        ),
        build=_build,
        arn_service="autoscaling",
        parents=(AUTOSCALING_GROUP,),
    ),
)
