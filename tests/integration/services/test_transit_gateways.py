"""Transit gateways, and what ties EC2's things together: made, changed, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.types.tokens import (
    INTERNET_GATEWAY,
    NETWORK_INTERFACE,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SUBNET,
    VPC,
    VPC_ENDPOINT,
)
from tests.integration.services.roundtrip import TAGS, Made, World

MODULE = "aws:ec2transitgateway"


@pytest.fixture
def vpc(world: World) -> Made:
    return world.make(VPC, cidr_block="10.5.0.0/16")


@pytest.fixture
def subnets(world: World, vpc: Made) -> list[str]:
    made = [
        world.make(SUBNET, zone, vpc_id=vpc.id, cidr_block=f"10.5.{index}.0/24")
        for index, zone in enumerate("ab")
    ]
    return [subnet.id for subnet in made]


def test_networks_meet_at_a_transit_gateway(world: World, vpc: Made, subnets: list[str]) -> None:
    ec2 = world.cloud.client("ec2")
    hub = world.make(f"{MODULE}/transitGateway:TransitGateway", description="first", tags=TAGS)
    attached = world.make(
        f"{MODULE}/vpcAttachment:VpcAttachment",
        transit_gateway_id=hub.id,
        vpc_id=vpc.id,
        subnet_ids=subnets[:1],
    )
    table = world.make(f"{MODULE}/routeTable:RouteTable", transit_gateway_id=hub.id)
    pair = {
        "transit_gateway_attachment_id": attached.id,
        "transit_gateway_route_table_id": table.id,
    }
    tied = [
        world.make(f"{MODULE}/{kind[0].lower()}{kind[1:]}:{kind}", **pair, **more)
        for kind, more in (
            ("Route", {"destination_cidr_block": "0.0.0.0/0"}),
            ("RouteTableAssociation", {}),
            ("RouteTablePropagation", {}),
        )
    ]
    assert tied[1]["resource_id"] == vpc.id
    by_itself = {"TransitGatewayRouteTableId": hub["propagation_default_route_table_id"]}
    learnt = ec2.get_transit_gateway_route_table_propagations(**by_itself)
    (shown,) = learnt["TransitGatewayRouteTablePropagations"]
    assert shown["TransitGatewayAttachmentId"] == attached.id
    world.change(hub, description="second", dns_support="disable", tags={"More": "1"})
    world.change(attached, subnet_ids=subnets[1:], appliance_mode_support="enable")
    (shown,) = ec2.describe_transit_gateways(TransitGatewayIds=[hub.id])["TransitGateways"]
    assert (shown["Description"], shown["Options"]["DnsSupport"]) == ("second", "disable")
    assert shown["Tags"] == [{"Key": "More", "Value": "1"}]
    named = {"TransitGatewayAttachmentIds": [attached.id]}
    (shown,) = ec2.describe_transit_gateway_vpc_attachments(**named)["TransitGatewayVpcAttachments"]
    assert shown["SubnetIds"] == subnets[1:]
    everything = [{"Name": "state", "Values": ["active"]}]
    where = {"TransitGatewayRouteTableId": table.id, "Filters": everything}
    routes = ec2.search_transit_gateway_routes(**where)["Routes"]
    assert [route["DestinationCidrBlock"] for route in routes] == ["0.0.0.0/0"]
    for made in (*reversed(tied), table, attached, hub):
        world.delete(made)
        world.delete(made)


def tag(world: World, vpc: Made, _: list[str]) -> tuple[str, dict[str, Any], str]:
    return "tag:Tag", {"resource_id": vpc.id, "key": "Team", "value": "blue"}, "Team"


def cidr(world: World, vpc: Made, _: list[str]) -> tuple[str, dict[str, Any], str]:
    kind = "vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
    return kind, {"vpc_id": vpc.id, "cidr_block": "10.6.0.0/16"}, "10.6.0.0/16"


def gateway(world: World, vpc: Made, _: list[str]) -> tuple[str, dict[str, Any], str]:
    made = world.make(INTERNET_GATEWAY)
    kind = "internetGatewayAttachment:InternetGatewayAttachment"
    return kind, {"vpc_id": vpc.id, "internet_gateway_id": made.id}, vpc.id


def table(world: World, vpc: Made, _: list[str]) -> tuple[str, dict[str, Any], str]:
    service = "com.amazonaws.us-east-1.s3"
    endpoint = world.make(VPC_ENDPOINT, vpc_id=vpc.id, service_name=service)
    made = world.make(ROUTE_TABLE, vpc_id=vpc.id)
    kind = "vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
    return kind, {"vpc_endpoint_id": endpoint.id, "route_table_id": made.id}, f'["{made.id}"]'


def subnet(world: World, vpc: Made, ids: list[str]) -> tuple[str, dict[str, Any], str]:
    endpoint = interface_endpoint(world, vpc)
    kind = "vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
    return kind, {"vpc_endpoint_id": endpoint.id, "subnet_id": ids[0]}, ids[0]


def group(world: World, vpc: Made, _: list[str]) -> tuple[str, dict[str, Any], str]:
    made = world.make(SECURITY_GROUP, vpc_id=vpc.id)
    endpoint = interface_endpoint(world, vpc)
    kind = "securityGroupAssociation:SecurityGroupAssociation"
    return kind, {"vpc_endpoint_id": endpoint.id, "security_group_id": made.id}, made.id


def interface_group(world: World, vpc: Made, ids: list[str]) -> tuple[str, dict[str, Any], str]:
    made = world.make(SECURITY_GROUP, vpc_id=vpc.id)
    interface = world.make(NETWORK_INTERFACE, subnet_id=ids[0])
    kind = "networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"
    return kind, {"network_interface_id": interface.id, "security_group_id": made.id}, made.id


def interface_endpoint(world: World, vpc: Made) -> Made:
    name = "com.amazonaws.us-east-1.ssm"
    return world.make(VPC_ENDPOINT, vpc_id=vpc.id, service_name=name, vpc_endpoint_type="Interface")


def held(world: World, vpc: Made) -> str:
    """Give all that the VPC, its gateways, endpoints and interfaces say of themselves."""
    ec2 = world.cloud.client("ec2")
    inside = [{"Name": "vpc-id", "Values": [vpc.id]}]
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc.id]}]
    interfaces = ec2.describe_network_interfaces(Filters=inside)["NetworkInterfaces"]
    return repr(
        (
            [
                [*one["CidrBlockAssociationSet"], *one["Tags"]]
                for one in ec2.describe_vpcs(VpcIds=[vpc.id])["Vpcs"]
            ],
            [
                one["Attachments"]
                for one in ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]
            ],
            [
                (one["RouteTableIds"], one.get("SubnetIds"), one.get("Groups"))
                for one in ec2.describe_vpc_endpoints(Filters=inside)["VpcEndpoints"]
            ],
            [
                [one["GroupId"] for one in interface["Groups"]]
                for interface in interfaces
                if interface.get("InterfaceType") != "vpc_endpoint"
            ],
        )
    ).replace("'", '"')


@pytest.mark.parametrize("tie", [tag, cidr, gateway, table, subnet, group, interface_group])
def test_what_is_tied_together_is_loosened_again(
    world: World, vpc: Made, subnets: list[str], tie: Any
) -> None:
    kind, inputs, mark = tie(world, vpc, subnets)
    made = world.make(f"aws:ec2/{kind}", **inputs)
    assert mark in held(world, vpc)
    world.delete(made)
    if tie is not cidr:  # which AWS goes on showing as disassociated
        assert mark not in held(world, vpc)
    world.delete(made)
