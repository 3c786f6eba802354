"""Instances and volumes, as AWS shows them; user data may hold secrets and is never asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.model.ids import volume_attachment_id
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, own_tags, shown, taken
from stackproof.sights.live.ec2 import (
    FILTER_VALUES,
    Parameters,
    in_own_vpcs,
    known,
    known_ids,
    with_ids,
)
from stackproof.sights.live.reader import Batch, Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import EBS_VOLUME, EC2_INSTANCE, NETWORK_INTERFACE, VOLUME_ATTACHMENT

# AWS shows an instance for an hour after its end.
_ENDED = {"shutting-down", "terminated"}
_INSTANCE = {
    "ami": "ImageId",
    "ebs_optimized": "EbsOptimized",
    "instance_lifecycle": "InstanceLifecycle",
    "instance_type": "InstanceType",
    "key_name": "KeyName",
    "outpost_arn": "OutpostArn",
    "private_dns": "PrivateDnsName",
    "private_ip": "PrivateIpAddress",
    "public_dns": "PublicDnsName",
    "source_dest_check": "SourceDestCheck",
    "spot_instance_request_id": "SpotInstanceRequestId",
    "subnet_id": "SubnetId",
}
_BLOCKS = {
    "capacity_reservation_specification": "CapacityReservationSpecification",
    "cpu_options": "CpuOptions",
    "enclave_options": "EnclaveOptions",
    "maintenance_options": "MaintenanceOptions",
    "metadata_options": "MetadataOptions",
    "private_dns_name_options": "PrivateDnsNameOptions",
}
_PLACEMENT = {
    "availability_zone": "AvailabilityZone",
    "host_id": "HostId",
    "placement_group": "GroupName",
    "placement_partition_number": "PartitionNumber",
    "tenancy": "Tenancy",
}
_VOLUME = {
    "availability_zone": "AvailabilityZone",
    "encrypted": "Encrypted",
    "iops": "Iops",
    "kms_key_id": "KmsKeyId",
    "multi_attach_enabled": "MultiAttachEnabled",
    "outpost_arn": "OutpostArn",
    "size": "Size",
    "snapshot_id": "SnapshotId",
    "throughput": "Throughput",
    "type": "VolumeType",
}
_DEVICE = {
    "encrypted": "Encrypted",
    "iops": "Iops",
    "kms_key_id": "KmsKeyId",
    "throughput": "Throughput",
    "volume_id": "VolumeId",
    "volume_size": "Size",
    "volume_type": "VolumeType",
}


def instance_properties(item: Item, volumes: Sequence[Item] | Unknown, arn: str) -> dict[str, Any]:
    """Translate what DescribeInstances says of one, and DescribeVolumes of what it has."""
    placement = taken(item.get("Placement", {}), _PLACEMENT)
    groups = item.get("SecurityGroups", ())
    profile = (item.get("IamInstanceProfile") or {}).get("Arn")
    data = {
        **taken(item, _INSTANCE),
        **{name: value for name, value in placement.items() if value != ""},
        **{name: snake(block) for name, block in taken(item, _BLOCKS).items()},
        "arn": arn,
        "hibernation": bool(item.get("HibernationOptions", {}).get("Configured")),
        "iam_instance_profile": profile.rpartition("/")[2] if profile else None,
        "instance_state": item["State"]["Name"],
        "monitoring": item.get("Monitoring", {}).get("State") in ("enabled", "pending"),
        "primary_network_interface_id": _first_interface(item),
        "public_ip": item.get("PublicIpAddress", ""),
        "security_groups": sorted(group["GroupName"] for group in groups),
        "tags": own_tags(item.get("Tags")),
        "vpc_security_group_ids": sorted(group["GroupId"] for group in groups),
    }
    if isinstance(data.get("metadata_options"), dict):
        data["metadata_options"].pop("state", None)
    return data | _devices(item, volumes)


def volume_properties(item: Item) -> dict[str, Any]:
    """Translate what DescribeVolumes says of one."""
    return taken(item, _VOLUME) | {"tags": own_tags(item.get("Tags"))}


def _first_interface(item: Item) -> str | None:
    interfaces = item.get("NetworkInterfaces") or ()
    first = [i for i in interfaces if i.get("Attachment", {}).get("DeviceIndex") == 0]
    return str(first[0]["NetworkInterfaceId"]) if first else None


def _devices(item: Item, volumes: Sequence[Item] | Unknown) -> dict[str, Any]:
    if isinstance(volumes, Unknown):
        return {"root_block_device": volumes, "ebs_block_devices": volumes}
    about = {volume["VolumeId"]: volume for volume in volumes}
    root: dict[str, Any] | None = None
    others: list[dict[str, Any]] = []
    for mapping in item.get("BlockDeviceMappings", ()):
        volume = about.get(mapping["Ebs"]["VolumeId"])
        if volume is None:
            continue
        device = {
            **taken(volume, _DEVICE),
            "delete_on_termination": mapping["Ebs"].get("DeleteOnTermination", False),
            "device_name": mapping["DeviceName"],
            "tags": own_tags(volume.get("Tags")),
        }
        if mapping["DeviceName"] == item.get("RootDeviceName"):
            root = device
        else:
            others.append(device)
    return {"root_block_device": root, "ebs_block_devices": others}


def _holder(volume: Item) -> str:
    return str(next((a["InstanceId"] for a in volume.get("Attachments", ())), ""))


def _reserved(id_: str, state: Mapping[str, Any]) -> Parameters:
    return next(with_ids("instance-id")([id_]))


def _instances(scope: Scope) -> Iterator[Parameters]:
    # Each has an interface, which tells of it: where these can't be seen, the networks are asked.
    if NETWORK_INTERFACE in scope.gaps:
        yield from in_own_vpcs(scope)


def _volumes(scope: Scope) -> Iterator[Parameters]:
    yield from with_ids("volume-id")(known_ids(scope, "volume", "vol"))


def _build_instance(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    for instance in item["Instances"]:
        if instance["State"]["Name"] not in _ENDED:
            id_ = instance["InstanceId"]
            arn = scope.arn("ec2", f"instance/{id_}")
            volumes = details["volumes"]
            found = volumes if isinstance(volumes, Unknown) else volumes or ()
            data = instance_properties(instance, found, arn)
            kept = details["kept"]
            data["disable_api_termination"] = bool(kept) if kept is None else kept
            yield shown(scope, EC2_INSTANCE, id_, data, arn=arn)


def _instance_key(item: Item, scope: Scope) -> Key:
    # A reservation is of one instance wherever a program, not a group of many, asked for it.
    first = item["Instances"][0]
    tags = {tag["Key"]: tag.get("Value", "") for tag in first.get("Tags", ())}
    id_ = first["InstanceId"]
    return Key(
        id_,
        scope.arn("ec2", f"instance/{id_}"),
        tags=own_tags(first.get("Tags")),
        inside=(first["VpcId"],) if first.get("VpcId") else (),
        # Its group answers for it: the instance itself is replaced any time.
        foreign="aws:autoscaling:groupName" in tags,
    )


def _build_volume(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_ = item["VolumeId"]
    arn = scope.arn("ec2", f"volume/{id_}")
    yield shown(scope, EBS_VOLUME, id_, volume_properties(item), arn=arn)
    for attachment in item.get("Attachments") or ():
        # A volume of a Fargate task or of a managed service has no instance that one could name.
        if attachment.get("InstanceId") and attachment.get("State") in ("attaching", "attached"):
            held = {
                "device_name": attachment["Device"],
                "instance_id": attachment["InstanceId"],
                "volume_id": id_,
            }
            attached = volume_attachment_id(held["device_name"], held["instance_id"], id_)
            yield shown(scope, VOLUME_ATTACHMENT, attached, held)


READERS = (
    Reader(
        types=(EC2_INSTANCE,),
        listing=Ask("ec2", "DescribeInstances", "Reservations"),
        targets=_instances,
        ids=known("instance", "i"),
        by_ids=with_ids("instance-id"),
        get_parameters=_reserved,
        key=_instance_key,
        details={
            "kept": Detail(
                Ask("ec2", "DescribeInstanceAttribute", "DisableApiTermination.Value"),
                lambda item: {
                    "InstanceId": item["Instances"][0]["InstanceId"],
                    "Attribute": "disableApiTermination",
                },
            ),
            "volumes": Batch(
                Ask("ec2", "DescribeVolumes", "Volumes"),
                id=lambda item: str(item["Instances"][0]["InstanceId"]),
                parameters=lambda ids: next(with_ids("attachment.instance-id")(list(ids))),
                about=_holder,
                size=FILTER_VALUES,
            ),
        },
        build=_build_instance,
        arn_service="ec2",
        referenced=True,
    ),
    Reader(
        types=(EBS_VOLUME, VOLUME_ATTACHMENT),
        listing=Ask("ec2", "DescribeVolumes", "Volumes"),
        targets=_volumes,
        get_parameters=lambda id_, state: next(
            with_ids("volume-id")([id_ if id_.startswith("vol-") else state["volume_id"]])
        ),
        key=lambda item, scope: Key(
            item["VolumeId"],
            scope.arn("ec2", f"volume/{item['VolumeId']}"),
            tags=own_tags(item.get("Tags")),
            part=any(
                attachment.get("DeleteOnTermination")
                for attachment in item.get("Attachments") or ()
            ),
        ),
        build=_build_volume,
        dying=in_state("State", "deleting", "deleted"),
        arn_service="ec2",
        referenced=True,
    ),
)
