"""EC2: instances."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, ClassVar

from stackproof.embedded.asking import listed
from stackproof.embedded.creators.ec2_tags import retag
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    tag_list,
)
from stackproof.types.tokens import EC2_INSTANCE

_RENAME = {
    "ami": "ImageId",
    "availability_zone": "AvailabilityZone",
    "instance_market_options": "InstanceMarketOptions",
    "placement_group": "GroupName",
    "placement_partition_number": "PartitionNumber",
    "private_ip": "PrivateIpAddress",
    "vpc_security_group_ids": "SecurityGroupIds",
}
# What RunInstances takes in another place or shape.
_APART = (
    "associate_public_ip_address",
    "ebs_block_devices",
    "ephemeral_block_devices",
    "hibernation",
    "iam_instance_profile",
    "monitoring",
    "network_interfaces",
    "root_block_device",
    "secondary_private_ips",
    "tags",
    "user_data",
    "user_data_base64",
    "volume_tags",
)
_PLACED = (
    "availability_zone",
    "host_id",
    "placement_group",
    "placement_partition_number",
    "tenancy",
)
# Changed by ModifyInstanceAttribute, each with a call of its own.
_ATTRIBUTES = {
    "disable_api_stop": "DisableApiStop",
    "disable_api_termination": "DisableApiTermination",
    "ebs_optimized": "EbsOptimized",
    "instance_initiated_shutdown_behavior": "InstanceInitiatedShutdownBehavior",
    "instance_type": "InstanceType",
    "source_dest_check": "SourceDestCheck",
}
_ROOT_DEVICE = "/dev/sda1"


@creator
class Instance(Creator):
    """An instance."""

    type = "aws:ec2/instance:Instance"
    joined_later = frozenset({"ebs_block_devices"})
    replace_on = frozenset(
        {
            "ami",
            "associate_public_ip_address",
            "availability_zone",
            "cpu_options",
            "ebs_block_devices",
            "enclave_options",
            "ephemeral_block_devices",
            "hibernation",
            "host_id",
            "instance_market_options",
            "key_name",
            "launch_template",
            "network_interfaces",
            "placement_group",
            "placement_partition_number",
            "private_ip",
            "secondary_private_ips",
            "security_groups",
            "subnet_id",
            "tenancy",
        }
    )
    defaults: ClassVar[Properties] = {
        "get_password_data": False,
        "source_dest_check": True,
        "user_data_replace_on_change": False,
    }

    def replacing(self, new: Properties) -> frozenset[str]:
        """Give what replaces the instance: its user data only where the program says so."""
        told = new.get("user_data_replace_on_change") is True
        return self.replace_on | ({"user_data", "user_data_base64"} if told else frozenset())

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Start the instance and wait until it runs."""
        ec2 = aws.client("ec2")
        request = _launch(aws, inputs)
        (made,) = ec2.run_instances(**request, MinCount=1, MaxCount=1)["Instances"]
        id_ = made["InstanceId"]
        ec2.get_waiter("instance_running").wait(InstanceIds=[id_])
        for name in ("disable_api_termination", "source_dest_check"):
            if inputs.get(name) is not None:
                _set(aws, id_, name, inputs[name])
        for device in _devices(_described(aws, id_), inputs):
            ec2.modify_volume(**device)
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the instance in place."""
        ec2 = aws.client("ec2")
        for name in _ATTRIBUTES:
            if changed(old, new, name) and new.get(name) is not None:
                _set(aws, id_, name, new[name])
        if changed(old, new, "vpc_security_group_ids") and new.get("vpc_security_group_ids"):
            groups = list(new["vpc_security_group_ids"])
            ec2.modify_instance_attribute(InstanceId=id_, Groups=groups)
        if changed(old, new, "user_data", "user_data_base64"):
            ec2.modify_instance_attribute(InstanceId=id_, UserData={"Value": _user_data(new)})
        if changed(old, new, "metadata_options") and new.get("metadata_options"):
            operation = "modify_instance_metadata_options"
            options = parameters(aws, "ec2", operation, new["metadata_options"])
            ec2.modify_instance_metadata_options(InstanceId=id_, **options)
        if changed(old, new, "monitoring"):
            switch = ec2.monitor_instances if new.get("monitoring") else ec2.unmonitor_instances
            switch(InstanceIds=[id_])
        if changed(old, new, "iam_instance_profile"):
            _use_profile(aws, id_, new.get("iam_instance_profile"))
        retag(aws, id_, old, new)
        shown = _described(aws, id_)
        if changed(old, new, "root_block_device"):
            for device in _devices(shown, new):
                ec2.modify_volume(**device)
        if changed(old, new, "volume_tags"):
            before, now = ({"tags": each.get("volume_tags")} for each in (old, new))
            for mapping in shown["BlockDeviceMappings"]:
                retag(aws, mapping["Ebs"]["VolumeId"], before, now)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Terminate the instance; one that is protected is refused, as AWS does."""
        with already_gone():
            aws.client("ec2").terminate_instances(InstanceIds=[id_])


def _launch(aws: Cloud, inputs: Properties) -> dict[str, Any]:
    placement = {name: inputs[name] for name in _PLACED if inputs.get(name) is not None}
    given = {k: v for k, v in inputs.items() if k not in (*_APART, *_PLACED)}
    if placement:
        given["placement"] = placement
    request = parameters(aws, "ec2", "run_instances", given, rename=_RENAME)
    request["BlockDeviceMappings"] = _mappings(aws, inputs)
    if not request["BlockDeviceMappings"]:
        del request["BlockDeviceMappings"]
    if inputs.get("user_data") is not None or inputs.get("user_data_base64") is not None:
        # boto3 encodes it itself.
        request["UserData"] = _user_data(inputs).decode()
    if inputs.get("iam_instance_profile"):
        request["IamInstanceProfile"] = {"Name": _profile_name(inputs["iam_instance_profile"])}
    if inputs.get("monitoring"):
        request["Monitoring"] = {"Enabled": True}
    if inputs.get("hibernation"):
        request["HibernationOptions"] = {"Configured": True}
    interfaces = _interfaces(request, inputs)
    if interfaces:
        request["NetworkInterfaces"] = interfaces
    tagged = {"instance": inputs.get("tags"), "volume": inputs.get("volume_tags")}
    specifications = [
        {"ResourceType": kind, "Tags": tag_list(tags)} for kind, tags in tagged.items() if tags
    ]
    return request | ({"TagSpecifications": specifications} if specifications else {})


def _interfaces(request: dict[str, Any], inputs: Properties) -> list[dict[str, Any]]:
    """Give the interfaces to launch with, which then hold the subnet, groups and addresses."""
    listed = [
        {
            "DeviceIndex": int(interface["device_index"]),
            "NetworkInterfaceId": interface["network_interface_id"],
        }
        for interface in inputs.get("network_interfaces") or ()
    ]
    public = inputs.get("associate_public_ip_address")
    if listed or public is None or "SubnetId" not in request:
        return listed
    own = {"DeviceIndex": 0, "AssociatePublicIpAddress": public, "DeleteOnTermination": True}
    moved = {"SubnetId": "SubnetId", "SecurityGroupIds": "Groups"}
    own |= {there: request.pop(here) for here, there in moved.items() if here in request}
    if "PrivateIpAddress" in request:
        own["PrivateIpAddress"] = request.pop("PrivateIpAddress")
    return [own]


def _mappings(aws: Cloud, inputs: Properties) -> list[dict[str, Any]]:
    """Give the volumes to launch with: the root one, unless a launch template has them."""
    wanted: list[dict[str, Any]] = []
    root = inputs.get("root_block_device")
    if root or not inputs.get("launch_template"):
        device = _root_device(aws, inputs.get("ami"))
        wanted.append(_mapping({"volume_size": 8, **(root or {}), "device_name": device}))
    return wanted + [_mapping(device) for device in inputs.get("ebs_block_devices") or ()]


def _mapping(device: Properties) -> dict[str, Any]:
    names = {
        "delete_on_termination": "DeleteOnTermination",
        "encrypted": "Encrypted",
        "iops": "Iops",
        "kms_key_id": "KmsKeyId",
        "snapshot_id": "SnapshotId",
        "throughput": "Throughput",
        "volume_size": "VolumeSize",
        "volume_type": "VolumeType",
    }
    # DescribeVolumes tells gp2 of a volume that names no type, as AWS's older images do.
    full = {"delete_on_termination": True, "volume_type": "gp2", **device}
    ebs = {there: full[here] for here, there in names.items() if full.get(here) is not None}
    return {"DeviceName": device["device_name"], "Ebs": ebs}


def _root_device(aws: Cloud, image: Any) -> str:
    if not image:
        return _ROOT_DEVICE
    wanted = [{"Name": "image-id", "Values": [image]}]
    found = aws.client("ec2").describe_images(Filters=wanted)["Images"]
    return str(found[0]["RootDeviceName"]) if found else _ROOT_DEVICE


def _devices(shown: Properties, inputs: Properties) -> list[dict[str, Any]]:
    """Give what ModifyVolume must set on the root volume: RunInstances there keeps no speed."""
    root = inputs.get("root_block_device") or {}
    names = {
        "iops": "Iops",
        "throughput": "Throughput",
        "volume_size": "Size",
        "volume_type": "VolumeType",
    }
    wanted = {there: root[here] for here, there in names.items() if root.get(here) is not None}
    volumes = [
        mapping["Ebs"]["VolumeId"]
        for mapping in shown["BlockDeviceMappings"]
        if mapping["DeviceName"] == shown.get("RootDeviceName")
    ]
    return [{"VolumeId": volume, **wanted} for volume in volumes] if wanted else []


def _user_data(inputs: Properties) -> bytes:
    plain, encoded = inputs.get("user_data"), inputs.get("user_data_base64")
    return base64.b64decode(encoded) if encoded else str(plain or "").encode()


def _profile_name(profile: Any) -> str:
    return str(profile).rpartition("/")[2]


def _use_profile(aws: Cloud, id_: str, profile: Any) -> None:
    ec2 = aws.client("ec2")
    held = ec2.describe_iam_instance_profile_associations(
        Filters=[{"Name": "instance-id", "Values": [id_]}]
    )["IamInstanceProfileAssociations"]
    for association in held:
        ec2.disassociate_iam_instance_profile(AssociationId=association["AssociationId"])
    if profile:
        name = {"Name": _profile_name(profile)}
        ec2.associate_iam_instance_profile(InstanceId=id_, IamInstanceProfile=name)


def _set(aws: Cloud, id_: str, name: str, value: Any) -> None:
    attribute: Mapping[str, Any] = {_ATTRIBUTES[name]: {"Value": value}}
    aws.client("ec2").modify_instance_attribute(InstanceId=id_, **attribute)


def _described(aws: Cloud, id_: str) -> dict[str, Any]:
    ((_, reservation),) = listed(aws, EC2_INSTANCE, {"InstanceIds": [id_]})
    found: dict[str, Any] = reservation["Instances"][0]
    return found
