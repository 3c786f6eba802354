"""EC2: looking up networks, instances and machine images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stackproof.embedded.asking import listed
from stackproof.embedded.frame.base import Cloud, Properties, invoke
from stackproof.embedded.functions.lookups import answered, looked_up, the_one
from stackproof.sights.live.build import own_tags
from stackproof.sights.live.reader import snake
from stackproof.types.tokens import (
    EC2_EIP,
    EC2_INSTANCE,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    PREFIX_LIST,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SUBNET,
    VPC,
    VPC_ENDPOINT,
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Something that EC2 lists, and which filter an argument stands for."""

    type: str
    filters: Mapping[str, str]
    filter_parameter: str = "Filters"
    also: Mapping[str, str] = field(default_factory=dict)


_ONE = {
    "aws:ec2/getElasticIp:getElasticIp": _Kind(
        EC2_EIP,
        {"id": "allocation-id", "public_ip": "public-ip"},
    ),
    "aws:ec2/getVpcEndpoint:getVpcEndpoint": _Kind(
        VPC_ENDPOINT,
        {
            "id": "vpc-endpoint-id",
            "service_name": "service-name",
            "state": "vpc-endpoint-state",
            "vpc_endpoint_type": "vpc-endpoint-type",
            "vpc_id": "vpc-id",
        },
    ),
    "aws:ec2/getInternetGateway:getInternetGateway": _Kind(
        INTERNET_GATEWAY,
        {"internet_gateway_id": "internet-gateway-id"},
        also={"internet_gateway_id": "id"},
    ),
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": _Kind(
        PREFIX_LIST, {"id": "prefix-list-id", "name": "prefix-list-name"}
    ),
    "aws:ec2/getNatGateway:getNatGateway": _Kind(
        NAT_GATEWAY,
        {
            "id": "nat-gateway-id",
            "state": "state",
            "subnet_id": "subnet-id",
            "vpc_id": "vpc-id",
        },
        filter_parameter="Filter",
    ),
    "aws:ec2/getRouteTable:getRouteTable": _Kind(
        ROUTE_TABLE,
        {
            "gateway_id": "association.gateway-id",
            "route_table_id": "route-table-id",
            "subnet_id": "association.subnet-id",
            "vpc_id": "vpc-id",
        },
    ),
    "aws:ec2/getSecurityGroup:getSecurityGroup": _Kind(
        SECURITY_GROUP,
        {"id": "group-id", "name": "group-name", "vpc_id": "vpc-id"},
    ),
    "aws:ec2/getSubnet:getSubnet": _Kind(
        SUBNET,
        {
            "availability_zone": "availability-zone",
            "availability_zone_id": "availability-zone-id",
            "cidr_block": "cidr-block",
            "default_for_az": "default-for-az",
            "id": "subnet-id",
            "state": "state",
            "vpc_id": "vpc-id",
        },
    ),
    "aws:ec2/getVpc:getVpc": _Kind(
        VPC,
        {
            "cidr_block": "cidr-block",
            "default": "is-default",
            "dhcp_options_id": "dhcp-options-id",
            "id": "vpc-id",
            "state": "state",
        },
        also={"default": "is_default"},
    ),
}
_MANY = {
    "aws:ec2/getRouteTables:getRouteTables": "aws:ec2/getRouteTable:getRouteTable",
    "aws:ec2/getSecurityGroups:getSecurityGroups": "aws:ec2/getSecurityGroup:getSecurityGroup",
    "aws:ec2/getSubnets:getSubnets": "aws:ec2/getSubnet:getSubnet",
    "aws:ec2/getVpcs:getVpcs": "aws:ec2/getVpc:getVpc",
}


def filters(arguments: Properties, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give EC2's filters: the program's own, its tags, and the arguments that stand for one."""
    wanted = [
        {"Name": item["name"], "Values": list(item["values"])}
        for item in arguments.get("filters") or ()
    ]
    for key, text in (arguments.get("tags") or {}).items():
        wanted.append({"Name": f"tag:{key}", "Values": [text]})
    for argument, name in names.items():
        value = arguments.get(argument)
        if value not in (None, "", False):
            wanted.append({"Name": name, "Values": [as_text(value)]})
    return wanted


def as_text(value: Any) -> str:
    """Give a value as filters have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(aws: Cloud, kind: _Kind, wanted: list[Any]) -> list[tuple[str, Properties]]:
    return listed(aws, kind.type, {kind.filter_parameter: wanted} if wanted else {})


def _register_one(token: str, kind: _Kind) -> None:
    @invoke(token)
    def look_up(aws: Cloud, arguments: Properties) -> Properties:
        wanted = filters(arguments, kind.filters)
        id_, item = the_one(token, wanted or "no filter", _listed(aws, kind, wanted))
        shown = looked_up(aws, kind.type, id_)
        found = {**snake(item), **shown, "tags": own_tags(item.get("Tags"))}
        extra = {new: found.get(old) for new, old in kind.also.items()}
        # What a table is used for are resources of their own; routes that come by themselves
        # are in no answer.
        table = {"associations": _associations(item), "routes": shown.get("routes") or []}
        return answered(token, {**found, **extra, **table})


def _register_many(token: str, kind: _Kind) -> None:
    @invoke(token)
    def look_up(aws: Cloud, arguments: Properties) -> Properties:
        found = _listed(aws, kind, filters(arguments, {}))
        vpcs = [item["VpcId"] for _, item in found if "VpcId" in item]
        return {
            "id": aws.region,
            "ids": sorted(id_ for id_, _ in found),
            "arns": [],
            "vpc_ids": vpcs,
        }


def _associations(item: Properties) -> list[dict[str, Any]]:
    names = ("gateway_id", "main", "route_table_association_id", "route_table_id", "subnet_id")
    used = snake(item.get("Associations") or ())
    return [{name: entry.get(name) for name in names} for entry in used]


for _token, _kind in _ONE.items():
    _register_one(_token, _kind)
for _token, _single in _MANY.items():
    _register_many(_token, _ONE[_single])


@invoke("aws:ec2/getInstance:getInstance")
def instance(aws: Cloud, arguments: Properties) -> Properties:
    """Find the one instance that a program describes."""
    tags = {"tags": arguments.get("instance_tags") or arguments.get("tags")}
    wanted = filters({**arguments, **tags}, {"instance_id": "instance-id"})
    found = listed(aws, EC2_INSTANCE, {"Filters": wanted})
    id_, _ = the_one("aws:ec2/getInstance:getInstance", wanted, found)
    shown = looked_up(aws, EC2_INSTANCE, id_)
    root = shown.get("root_block_device")
    return {**shown, "instance_id": id_, "root_block_devices": [root] if root else []}


@invoke("aws:ec2/getInstances:getInstances")
def instances(aws: Cloud, arguments: Properties) -> Properties:
    """List the instances that a program describes, running ones unless it says otherwise."""
    states = list(arguments.get("instance_state_names") or ("running",))
    tags = {"tags": arguments.get("instance_tags")}
    wanted = [
        *filters({**arguments, **tags}, {}),
        {"Name": "instance-state-name", "Values": states},
    ]
    held = listed(aws, EC2_INSTANCE, {"Filters": wanted})
    found = [item for _, reservation in held for item in reservation["Instances"]]
    return {
        "id": aws.region,
        "ids": [item["InstanceId"] for item in found],
        "private_ips": [item["PrivateIpAddress"] for item in found],
        "public_ips": [item["PublicIpAddress"] for item in found if "PublicIpAddress" in item],
    }
