"""Images of machines, and who may launch instances from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stackproof.types.described import Item, Listing, Type
from stackproof.types.tokens import AMI_LAUNCH_PERMISSION, EC2_AMI

_EBS = {
    "delete_on_termination": "DeleteOnTermination",
    "encrypted": "Encrypted",
    "iops": "Iops",
    "outpost_arn": "OutpostArn",
    "snapshot_id": "SnapshotId",
    "throughput": "Throughput",
    "volume_size": "VolumeSize",
    "volume_type": "VolumeType",
}


def _volumes(mappings: Sequence[Item]) -> list[dict[str, Any]]:
    return [
        {
            "device_name": mapping.get("DeviceName"),
            **{name: mapping["Ebs"].get(member) for name, member in _EBS.items()},
        }
        for mapping in mappings
        if mapping.get("Ebs")
    ]


def _own_disks(mappings: Sequence[Item]) -> list[dict[str, Any]]:
    return [
        {"device_name": mapping.get("DeviceName"), "virtual_name": mapping["VirtualName"]}
        for mapping in mappings
        if mapping.get("VirtualName")
    ]


IMAGE = Type(
    token=EC2_AMI,
    service="ec2",
    listing=Listing(
        operation="DescribeImages",
        result="Images",
        # Whose it is, is asked of none that is named.
        single={"ImageIds": ["{id}"], "Owners": []},
        fixed={"Owners": ["self"]},
        absent=("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"),
    ),
    id="{ImageId}",
    arn="arn:{partition}:ec2:{region}::image/{ImageId}",
    name="{Name}",
    names={
        "ebs_block_devices": ("BlockDeviceMappings", _volumes),
        "ephemeral_block_devices": ("BlockDeviceMappings", _own_disks),
    },
    unread=frozenset({"manage_ebs_snapshots", "root_snapshot_id", "uefi_data"}),
    tags="Tags",
    dying=lambda image: image.get("State") == "deregistered",
    arn_service="ec2:image",
)


def _whom(item: Item) -> str:
    # EC2 API Reference, LaunchPermission: one of these.
    members = ("UserId", "Group", "OrganizationArn", "OrganizationalUnitArn")
    return str(next(item[member] for member in members if item.get(member)))


PERMISSION = Type(
    token=AMI_LAUNCH_PERMISSION,
    service="ec2",
    listing=Listing(
        operation="DescribeImageAttribute",
        result="LaunchPermissions",
        parent=EC2_AMI,
        by="ImageId",
        single={"ImageId": "{image_id}"},
        fixed={"Attribute": "launchPermission"},
        absent=("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"),
    ),
    id=lambda item: f"{item['ImageId']}-{_whom(item)}",
    names={"account_id": "UserId", "image_id": "listed:ImageId"},
    parent_ids=("ImageId",),
)

TYPES = (IMAGE, PERMISSION)
