"""VPC endpoints, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import chunks, own_tags, shown, taken
from stackproof.sights.live.ec2 import FILTER_VALUES, in_vpcs, known
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import VPC, VPC_ENDPOINT

_NAMES = {
    "ip_address_type": "IpAddressType",
    "network_interface_ids": "NetworkInterfaceIds",
    "policy": "PolicyDocument",
    "private_dns_enabled": "PrivateDnsEnabled",
    "requester_managed": "RequesterManaged",
    "route_table_ids": "RouteTableIds",
    "service_name": "ServiceName",
    "service_region": "ServiceRegion",
    "state": "State",
    "subnet_ids": "SubnetIds",
    "vpc_endpoint_type": "VpcEndpointType",
    "vpc_id": "VpcId",
}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if item["State"].lower() in ("deleting", "deleted", "failed", "rejected", "expired"):
        return
    id_ = item["VpcEndpointId"]
    data: dict[str, Any] = taken(item, _NAMES) | {
        "security_group_ids": [group["GroupId"] for group in item.get("Groups", ())],
        "dns_entries": snake(item.get("DnsEntries", [])),
        "owner_id": item.get("OwnerId", scope.account),
        "tags": own_tags(item.get("Tags")),
    }
    if item.get("DnsOptions"):
        data["dns_options"] = snake(item["DnsOptions"])
    yield shown(scope, VPC_ENDPOINT, id_, data, arn=scope.arn("ec2", f"vpc-endpoint/{id_}"))


READERS = (
    Reader(
        types=(VPC_ENDPOINT,),
        listing=Ask("ec2", "DescribeVpcEndpoints", "VpcEndpoints"),
        targets=in_vpcs(),
        ids=known("vpc-endpoint", "vpce"),
        by_ids=lambda ids: ({"VpcEndpointIds": some} for some in chunks(ids, FILTER_VALUES)),
        get_parameters=lambda id_, state: {"VpcEndpointIds": [id_]},
        key=lambda item, scope: Key(
            item["VpcEndpointId"],
            tags=own_tags(item.get("Tags")),
            parent_ids=(item["VpcId"],),
            shared=True,
        ),
        build=_build,
        arn_service="ec2",
        parents=(VPC,),
    ),
)
