"""EC2: looking up networks, instances and machine images."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties, invoke
from stackproof.embedded.functions.lookups import answered, looked_up, the_one
from stackproof.sights.live.build import own_tags
from stackproof.sights.live.reader import snake
from stackproof.types.tokens import DEFAULT_SECURITY_GROUP


@dataclass(frozen=True, slots=True)
class _Kind:
    """Something that EC2 lists: by which operation, and which filter an argument stands for.

    Without a type it is shown as it is listed.
    """

    type: str | None
    operation: str
    result: str
    id: str
    filters: Mapping[str, str]
    filter_parameter: str = "Filters"
    also: Mapping[str, str] = field(default_factory=dict)


_ONE = {
    "aws:ec2/getElasticIp:getElasticIp": _Kind(
        "aws:ec2/eip:Eip",
        "describe_addresses",
        "Addresses",
        "AllocationId",
        {"id": "allocation-id", "public_ip": "public-ip"},
    ),
    "aws:ec2/getVpcEndpoint:getVpcEndpoint": _Kind(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "describe_vpc_endpoints",
        "VpcEndpoints",
        "VpcEndpointId",
        {
            "id": "vpc-endpoint-id",
            "service_name": "service-name",
            "state": "vpc-endpoint-state",
            "vpc_endpoint_type": "vpc-endpoint-type",
            "vpc_id": "vpc-id",
        },
    ),
    "aws:ec2/getInternetGateway:getInternetGateway": _Kind(
        "aws:ec2/internetGateway:InternetGateway",
        "describe_internet_gateways",
        "InternetGateways",
        "InternetGatewayId",
        {"internet_gateway_id": "internet-gateway-id"},
        also={"internet_gateway_id": "id"},
    ),
    "aws:ec2/getNatGateway:getNatGateway": _Kind(
        "aws:ec2/natGateway:NatGateway",
        "describe_nat_gateways",
        "NatGateways",
        "NatGatewayId",
        {
            "id": "nat-gateway-id",
            "state": "state",
            "subnet_id": "subnet-id",
            "vpc_id": "vpc-id",
        },
        filter_parameter="Filter",
    ),
    "aws:ec2/getRouteTable:getRouteTable": _Kind(
        None,  # AWS's own main tables are looked up as well
        "describe_route_tables",
        "RouteTables",
        "RouteTableId",
        {
            "gateway_id": "association.gateway-id",
            "route_table_id": "route-table-id",
            "subnet_id": "association.subnet-id",
            "vpc_id": "vpc-id",
        },
    ),
    "aws:ec2/getSecurityGroup:getSecurityGroup": _Kind(
        "aws:ec2/securityGroup:SecurityGroup",
        "describe_security_groups",
        "SecurityGroups",
        "GroupId",
        {"id": "group-id", "name": "group-name", "vpc_id": "vpc-id"},
    ),
    "aws:ec2/getSubnet:getSubnet": _Kind(
        "aws:ec2/subnet:Subnet",
        "describe_subnets",
        "Subnets",
        "SubnetId",
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
        "aws:ec2/vpc:Vpc",
        "describe_vpcs",
        "Vpcs",
        "VpcId",
        {
            "cidr_block": "cidr-block",
            "default": "is-default",
            "dhcp_options_id": "dhcp-options-id",
            "id": "vpc-id",
            "state": "state",
        },
    ),
}
_MANY = {
    "aws:ec2/getRouteTables:getRouteTables": "aws:ec2/getRouteTable:getRouteTable",
    "aws:ec2/getSecurityGroups:getSecurityGroups": "aws:ec2/getSecurityGroup:getSecurityGroup",
    "aws:ec2/getSubnets:getSubnets": "aws:ec2/getSubnet:getSubnet",
    "aws:ec2/getVpcs:getVpcs": "aws:ec2/getVpc:getVpc",
}
_ROUTE = {
    "destination_cidr_block": "cidr_block",
    "destination_ipv6_cidr_block": "ipv6_cidr_block",
    "egress_only_internet_gateway_id": "egress_only_gateway_id",
}


def _filters(arguments: Properties, names: Mapping[str, str]) -> list[dict[str, Any]]:
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
            wanted.append({"Name": name, "Values": [_text(value)]})
    return wanted


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(aws: Cloud, kind: _Kind, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    client = aws.client("ec2")
    request = {kind.filter_parameter: wanted} if wanted else {}
    if not client.can_paginate(kind.operation):
        return list(getattr(client, kind.operation)(**request)[kind.result])
    pages = client.get_paginator(kind.operation)
    return [item for page in pages.paginate(**request) for item in page[kind.result]]


def _register_one(token: str, kind: _Kind) -> None:
    @invoke(token)
    def look_up(aws: Cloud, arguments: Properties) -> Properties:
        wanted = _filters(arguments, kind.filters)
        item = the_one(token, wanted or "no filter", _listed(aws, kind, wanted))
        type_ = DEFAULT_SECURITY_GROUP if item.get("GroupName") == "default" else kind.type
        found = looked_up(aws, type_, item[kind.id]) if type_ else {"id": item[kind.id]}
        extra = {new: found.get(old) for new, old in kind.also.items()}
        more = _MORE.get(token, _nothing)(item)
        tags = own_tags(item.get("Tags"))
        return answered(token, {**snake(item), **found, **extra, **more, "tags": tags})


def _register_many(token: str, kind: _Kind) -> None:
    @invoke(token)
    def look_up(aws: Cloud, arguments: Properties) -> Properties:
        found = _listed(aws, kind, _filters(arguments, {}))
        ids = sorted(str(item[kind.id]) for item in found)
        return {"id": aws.region, "ids": ids, "arns": [], "vpc_ids": _vpcs(found)}


def _vpcs(found: list[dict[str, Any]]) -> list[str]:
    return [item["VpcId"] for item in found if "VpcId" in item]


def _nothing(item: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _vpc(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"default": item.get("IsDefault", False)}


def _table(item: Mapping[str, Any]) -> dict[str, Any]:
    associations = [
        {
            "gateway_id": one.get("GatewayId", ""),
            "main": one.get("Main", False),
            "route_table_association_id": one["RouteTableAssociationId"],
            "route_table_id": one["RouteTableId"],
            "subnet_id": one.get("SubnetId", ""),
        }
        for one in item.get("Associations", ())
    ]
    routes = [snake(route, _ROUTE) for route in item.get("Routes", ())]
    return {"associations": associations, "routes": routes}


_MORE = {"aws:ec2/getVpc:getVpc": _vpc, "aws:ec2/getRouteTable:getRouteTable": _table}

for _token, _kind in _ONE.items():
    _register_one(_token, _kind)
for _token, _single in _MANY.items():
    _register_many(_token, _ONE[_single])


@invoke("aws:ec2/getAmi:getAmi")
def image(aws: Cloud, arguments: Properties) -> Properties:
    """Find the one image that a program describes, or the newest of several."""
    found = _images(aws, arguments)
    if not found:
        names = [f"{item['name']}={','.join(item['values'])}" for item in _given(arguments)]
        said = "; ".join(names) or "no filter"
        raise EmbeddedError(f"no machine image on the embedded AWS has {said}")
    if _text(arguments.get("most_recent") or False) != "true":
        the_one("aws:ec2/getAmi:getAmi without mostRecent", [i["Name"] for i in found], found)
    item = found[0]
    shown = snake(item)
    devices = [
        {
            "device_name": mapping["DeviceName"],
            "ebs": {key: _text(value) for key, value in snake(mapping.get("Ebs", {})).items()},
            "no_device": mapping.get("NoDevice", ""),
            "virtual_name": mapping.get("VirtualName", ""),
        }
        for mapping in item.get("BlockDeviceMappings", ())
    ]
    roots = [d["ebs"].get("snapshot_id") for d in devices if d["device_name"] == _root(item)]
    return {
        **shown,
        "id": item["ImageId"],
        "arn": f"arn:{aws.partition}:ec2:{aws.region}::image/{item['ImageId']}",
        "block_device_mappings": devices,
        "most_recent": _text(arguments.get("most_recent") or False) == "true",
        "root_snapshot_id": next(iter(roots), None),
        "tags": own_tags(item.get("Tags")),
    }


@invoke("aws:ec2/getAmiIds:getAmiIds")
def image_ids(aws: Cloud, arguments: Properties) -> Properties:
    """List the images that a program describes, the newest first."""
    ids = [item["ImageId"] for item in _images(aws, arguments)]
    return {"id": aws.region, "ids": ids[::-1] if arguments.get("sort_ascending") else ids}


def _images(aws: Cloud, arguments: Properties) -> list[dict[str, Any]]:
    request: dict[str, Any] = {}
    if arguments.get("owners"):
        request["Owners"] = list(arguments["owners"])
    if wanted := _filters(arguments, {}):
        request["Filters"] = wanted
    found = aws.client("ec2").describe_images(**request)["Images"]
    pattern = re.compile(arguments.get("name_regex") or "")
    fitting = [item for item in found if pattern.search(item["Name"])]
    return sorted(fitting, key=lambda item: str(item["CreationDate"]), reverse=True)


def _given(arguments: Properties) -> list[Any]:
    return list(arguments.get("filters") or ())


def _root(item: Mapping[str, Any]) -> Any:
    return item.get("RootDeviceName")


@invoke("aws:ec2/getInstance:getInstance")
def instance(aws: Cloud, arguments: Properties) -> Properties:
    """Find the one instance that a program describes."""
    tags = {"tags": arguments.get("instance_tags") or arguments.get("tags")}
    wanted = _filters({**arguments, **tags}, {"instance_id": "instance-id"})
    listed = aws.client("ec2").describe_instances(Filters=wanted)["Reservations"]
    found = [item for reservation in listed for item in reservation["Instances"]]
    id_ = the_one("aws:ec2/getInstance:getInstance", wanted, found)["InstanceId"]
    shown = looked_up(aws, "aws:ec2/instance:Instance", id_)
    root = shown.get("root_block_device")
    return {**shown, "instance_id": id_, "root_block_devices": [root] if root else []}


@invoke("aws:ec2/getInstances:getInstances")
def instances(aws: Cloud, arguments: Properties) -> Properties:
    """List the instances that a program describes, running ones unless it says otherwise."""
    states = list(arguments.get("instance_state_names") or ("running",))
    tags = {"tags": arguments.get("instance_tags")}
    wanted = [
        *_filters({**arguments, **tags}, {}),
        {"Name": "instance-state-name", "Values": states},
    ]
    listed = aws.client("ec2").describe_instances(Filters=wanted)["Reservations"]
    found = [item for reservation in listed for item in reservation["Instances"]]
    return {
        "id": aws.region,
        "ids": [item["InstanceId"] for item in found],
        "private_ips": [item["PrivateIpAddress"] for item in found],
        "public_ips": [item["PublicIpAddress"] for item in found if "PublicIpAddress" in item],
    }
