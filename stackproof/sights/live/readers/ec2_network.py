"""VPCs, subnets and internet gateways, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, own_tags, shown, taken
from stackproof.sights.live.ec2 import Parameters, in_vpcs, known, known_ids, with_ids
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import INTERNET_GATEWAY, SUBNET, VPC


def _vpcs(scope: Scope) -> Iterator[Parameters]:
    if ids := known_ids(scope, "vpc", "vpc"):
        yield from with_ids("vpc-id")(ids)
    elif scope.own_tags:
        tags = [{"Name": f"tag:{k}", "Values": [v]} for k, v in scope.own_tags.items()]
        yield {"Filters": tags}


def _build_vpc(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data: dict[str, Any] = {
        "cidr_block": item["CidrBlock"],
        "instance_tenancy": item["InstanceTenancy"],
        "dhcp_options_id": item.get("DhcpOptionsId"),
        "enable_dns_support": _switched(details["dns_support"]),
        "enable_dns_hostnames": _switched(details["dns_hostnames"]),
        "owner_id": item.get("OwnerId", scope.account),
        "tags": own_tags(item.get("Tags")),
    }
    for block in item.get("Ipv6CidrBlockAssociationSet", ()):
        if block["Ipv6CidrBlockState"]["State"] == "associated":
            data |= taken(
                block,
                {
                    "ipv6_cidr_block": "Ipv6CidrBlock",
                    "ipv6_association_id": "AssociationId",
                    "ipv6_cidr_block_network_border_group": "NetworkBorderGroup",
                    "ipv6_ipam_pool_id": "Ipv6Pool",
                },
            )
            amazon = data.get("ipv6_ipam_pool_id", "Amazon") == "Amazon"
            data["assign_generated_ipv6_cidr_block"] = amazon
            if amazon:
                data.pop("ipv6_ipam_pool_id", None)
    id_ = item["VpcId"]
    yield shown(scope, VPC, id_, data, arn=scope.arn("ec2", f"vpc/{id_}"))


def _switched(answer: Any) -> bool | Unknown | None:
    return answer if isinstance(answer, Unknown) or answer is None else bool(answer["Value"])


def _build_subnet(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    names = item.get("PrivateDnsNameOptionsOnLaunch", {})
    data: dict[str, Any] = {
        "vpc_id": item["VpcId"],
        "cidr_block": item.get("CidrBlock"),
        "availability_zone": item["AvailabilityZone"],
        "availability_zone_id": item.get("AvailabilityZoneId"),
        "map_public_ip_on_launch": item["MapPublicIpOnLaunch"],
        "assign_ipv6_address_on_creation": item.get("AssignIpv6AddressOnCreation", False),
        "enable_dns64": item.get("EnableDns64", False),
        "ipv6_native": item.get("Ipv6Native", False),
        "enable_resource_name_dns_a_record_on_launch": names.get(
            "EnableResourceNameDnsARecord", False
        ),
        "enable_resource_name_dns_aaaa_record_on_launch": names.get(
            "EnableResourceNameDnsAAAARecord", False
        ),
        "private_dns_hostname_type_on_launch": names.get("HostnameType"),
        "owner_id": item.get("OwnerId", scope.account),
        "tags": own_tags(item.get("Tags")),
    }
    for block in item.get("Ipv6CidrBlockAssociationSet", ()):
        if block["Ipv6CidrBlockState"]["State"] == "associated":
            data["ipv6_cidr_block"] = block["Ipv6CidrBlock"]
            data["ipv6_cidr_block_association_id"] = block["AssociationId"]
    id_ = item["SubnetId"]
    arn = item.get("SubnetArn") or scope.arn("ec2", f"subnet/{id_}")
    yield shown(scope, SUBNET, id_, data, arn=arn)


def _build_gateway(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    attached = next(iter(_vpcs_of(item)), None)
    data = {
        "vpc_id": attached,
        "owner_id": item.get("OwnerId", scope.account),
        "tags": own_tags(item.get("Tags")),
    }
    id_ = item["InternetGatewayId"]
    yield shown(scope, INTERNET_GATEWAY, id_, data, arn=scope.arn("ec2", f"internet-gateway/{id_}"))


def _vpcs_of(item: Item) -> tuple[str, ...]:
    return tuple(attachment["VpcId"] for attachment in item.get("Attachments", ()))


def _attribute(attribute: str) -> Detail:
    return Detail(
        Ask("ec2", "DescribeVpcAttribute", attribute[0].upper() + attribute[1:]),
        lambda item: {"VpcId": item["VpcId"], "Attribute": attribute},
    )


def _tell(item: Item, scope: Scope) -> None:
    if item.get("IsDefault"):
        scope.default_networks.add(item["VpcId"])


def _tell_subnet(item: Item, scope: Scope) -> None:
    if item.get("DefaultForAz"):
        scope.default_subnets.add(item["SubnetId"])


READERS = (
    Reader(
        types=(VPC,),
        listing=Ask("ec2", "DescribeVpcs", "Vpcs"),
        targets=_vpcs,
        get_parameters=lambda id_, state: next(with_ids("vpc-id")([id_])),
        key=lambda item, scope: Key(
            item["VpcId"],
            # A network may be shared with this account by another, which owns it.
            scope.arn("ec2", f"vpc/{item['VpcId']}", account=item.get("OwnerId")),
            tags=own_tags(item.get("Tags")),
            shared=True,
        ),
        details={
            "dns_support": _attribute("enableDnsSupport"),
            "dns_hostnames": _attribute("enableDnsHostnames"),
        },
        build=_build_vpc,
        dying=in_state("State", "deleting"),
        arn_service="ec2",
        tells=_tell,
    ),
    Reader(
        types=(SUBNET,),
        listing=Ask("ec2", "DescribeSubnets", "Subnets"),
        targets=in_vpcs(),
        ids=known("subnet", "subnet"),
        by_ids=with_ids("subnet-id"),
        get_parameters=lambda id_, state: next(with_ids("subnet-id")([id_])),
        key=lambda item, scope: Key(
            item["SubnetId"],
            item.get("SubnetArn"),
            tags=own_tags(item.get("Tags")),
            parent_ids=(item["VpcId"],),
            shared=True,
        ),
        build=_build_subnet,
        arn_service="ec2",
        tells=_tell_subnet,
        parents=(VPC,),
    ),
    Reader(
        types=(INTERNET_GATEWAY,),
        listing=Ask("ec2", "DescribeInternetGateways", "InternetGateways"),
        targets=in_vpcs("attachment.vpc-id"),
        ids=known("internet-gateway", "igw"),
        by_ids=with_ids("internet-gateway-id"),
        get_parameters=lambda id_, state: next(with_ids("internet-gateway-id")([id_])),
        key=lambda item, scope: Key(
            item["InternetGatewayId"],
            tags=own_tags(item.get("Tags")),
            parent_ids=_vpcs_of(item),
            shared=True,
        ),
        build=_build_gateway,
        arn_service="ec2",
        parents=(VPC,),
    ),
)
