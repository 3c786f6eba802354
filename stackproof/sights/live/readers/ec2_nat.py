"""Elastic IP addresses and NAT gateways, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import own_tags, shown, taken
from stackproof.sights.live.ec2 import Parameters, in_vpcs, known, known_ids, with_ids
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import EC2_EIP, NAT_GATEWAY, VPC

_EIP = {
    "allocation_id": "AllocationId",
    "association_id": "AssociationId",
    "domain": "Domain",
    "instance": "InstanceId",
    "network_border_group": "NetworkBorderGroup",
    "network_interface": "NetworkInterfaceId",
    "private_ip": "PrivateIpAddress",
    "public_ip": "PublicIp",
    "public_ipv4_pool": "PublicIpv4Pool",
}
_NAT = {
    "availability_mode": "AvailabilityMode",
    "connectivity_type": "ConnectivityType",
    "subnet_id": "SubnetId",
    "vpc_id": "VpcId",
}
_NAT_ADDRESS = {
    "allocation_id": "AllocationId",
    "association_id": "AssociationId",
    "network_interface_id": "NetworkInterfaceId",
    "private_ip": "PrivateIp",
    "public_ip": "PublicIp",
}


def _addresses(scope: Scope) -> Iterator[Parameters]:
    yield from with_ids("allocation-id")(known_ids(scope, "elastic-ip", "eipalloc"))


def _build_address(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_ = item["AllocationId"]
    data = taken(item, _EIP) | {"tags": own_tags(item.get("Tags"))}
    yield shown(scope, EC2_EIP, id_, data, arn=scope.arn("ec2", f"elastic-ip/{id_}"))


def _build_gateway(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    # A deleted gateway stays listed for an hour.
    if item["State"] in ("deleting", "deleted", "failed"):
        return
    addresses = item.get("NatGatewayAddresses", ())
    first: Any = next((a for a in addresses if a.get("IsPrimary", True)), {})
    data = taken(item, _NAT) | taken(first, _NAT_ADDRESS) | {"tags": own_tags(item.get("Tags"))}
    yield shown(scope, NAT_GATEWAY, item["NatGatewayId"], data)


READERS = (
    Reader(
        types=(NAT_GATEWAY,),
        listing=Ask("ec2", "DescribeNatGateways", "NatGateways"),
        targets=in_vpcs(parameter="Filter"),
        ids=known("natgateway", "nat"),
        by_ids=with_ids("nat-gateway-id", "Filter"),
        get_parameters=lambda id_, state: next(with_ids("nat-gateway-id", "Filter")([id_])),
        key=lambda item, scope: Key(
            item["NatGatewayId"],
            tags=own_tags(item.get("Tags")),
            parent_ids=(item["VpcId"],),
            shared=True,
        ),
        build=_build_gateway,
        arn_service="ec2",
        parents=(VPC,),
    ),
    Reader(
        types=(EC2_EIP,),
        listing=Ask("ec2", "DescribeAddresses", "Addresses"),
        targets=_addresses,
        get_parameters=lambda id_, state: next(with_ids("allocation-id")([id_])),
        key=lambda item, scope: Key(
            item["AllocationId"], scope.arn("ec2", f"elastic-ip/{item['AllocationId']}")
        ),
        build=_build_address,
        arn_service="ec2",
        # Known by their ids alone: those of NAT gateways, outputs and tags.
        referenced=True,
    ),
)
