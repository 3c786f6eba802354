"""Network interfaces that a program made itself, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown, taken
from stackproof.sights.live.ec2 import Parameters, in_own_vpcs, own_ids, with_ids
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.interfaces import witness
from stackproof.types.tokens import NETWORK_INTERFACE

_INTERFACE = {
    "description": "Description",
    "interface_type": "InterfaceType",
    "mac_address": "MacAddress",
    "owner_id": "OwnerId",
    "private_dns_name": "PrivateDnsName",
    "private_ip": "PrivateIpAddress",
    "source_dest_check": "SourceDestCheck",
    "subnet_id": "SubnetId",
}


_MADE_BY_PROGRAMS = {"interface", "efa", "efa-only"}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_ = item["NetworkInterfaceId"]
    data: dict[str, Any] = {
        **taken(item, _INTERFACE),
        "ipv6_addresses": [a["Ipv6Address"] for a in item.get("Ipv6Addresses") or ()],
        "private_ips": [a["PrivateIpAddress"] for a in item.get("PrivateIpAddresses") or ()],
        "security_groups": [group["GroupId"] for group in item.get("Groups") or ()],
        "tags": own_tags(item.get("TagSet")),
    }
    attachment = item.get("Attachment") or {}
    if attachment.get("InstanceId"):
        data["attachments"] = [
            {
                "attachment_id": attachment.get("AttachmentId"),
                "device_index": attachment.get("DeviceIndex"),
                "instance": attachment["InstanceId"],
                "network_card_index": attachment.get("NetworkCardIndex", 0),
            }
        ]
    yield shown(
        scope, NETWORK_INTERFACE, id_, data, arn=scope.arn("ec2", f"network-interface/{id_}")
    )


def _interfaces(scope: Scope) -> Iterator[Parameters]:
    # Most interfaces come with something else (an instance, a load balancer, a NAT gateway), and
    # are named by it: those that are a program's own are known by their state, outputs or tags, or
    # stand in a network of its own.
    yield from in_own_vpcs(scope)
    yield from with_ids("network-interface-id")(own_ids(scope, "network-interface", "eni"))


def _others(item: Item) -> bool:
    """Tell whether a service holds the interface, or whether an instance came with it.

    Sources: EC2 API Reference, NetworkInterface ("interfaceType"); Amazon EC2 User Guide,
    "Requester-managed network interfaces"; Amazon ECS Developer Guide, "Task networking".
    """
    attachment = item.get("Attachment") or {}
    with_instance = attachment.get("DeviceIndex") == 0 and attachment.get("DeleteOnTermination")
    of_a_service = item.get("InterfaceType", "interface") not in _MADE_BY_PROGRAMS
    held = bool(attachment) and not attachment.get("InstanceId")
    return bool(item.get("RequesterManaged") or with_instance or of_a_service or held)


def _tell(item: Item, scope: Scope) -> None:
    """Note whose the interfaces in the stack's own networks are: that stands there as well."""
    if item.get("VpcId"):
        scope.used_networks.add(item["VpcId"])
    if item.get("VpcId") not in scope.owned:
        return
    instance = (item.get("Attachment") or {}).get("InstanceId")
    if instance:
        scope.learn({instance})
    elif _others(item):
        scope.stands(witness(item, scope.partition, scope.region, scope.account))


def _inside(item: Item) -> tuple[str, ...]:
    # What goes with its instance came with it, or was put there by what runs on it.
    goes = (item.get("Attachment") or {}).get("DeleteOnTermination")
    return (item["VpcId"],) if item.get("VpcId") and not goes else ()


READERS = (
    Reader(
        types=(NETWORK_INTERFACE,),
        listing=Ask("ec2", "DescribeNetworkInterfaces", "NetworkInterfaces"),
        targets=_interfaces,
        get_parameters=lambda id_, state: next(with_ids("network-interface-id")([id_])),
        key=lambda item, scope: Key(
            item["NetworkInterfaceId"],
            scope.arn("ec2", f"network-interface/{item['NetworkInterfaceId']}"),
            tags=own_tags(item.get("TagSet")),
            inside=_inside(item),
            foreign=_others(item),
        ),
        build=_build,
        arn_service="ec2",
        tells=_tell,
    ),
)
