"""Mutations of networks that several systems have in common."""

from __future__ import annotations

from typing import Any

from tests.mutations.mutation import Aws


def open_port(aws: Aws, group: str, port: int, cidr: str = "0.0.0.0/0", *, to: int = 0) -> object:
    """Let addresses reach the TCP ports of a security group, from `port` to `to`."""
    permission = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": to or port,
        "IpRanges": [{"CidrIp": cidr}],
    }
    return aws("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def close_port(aws: Aws, group: str, port: int) -> object:
    """Take away what lets anybody reach a TCP port of a security group."""
    found = _rules(aws, group, egress=False)
    ids = [rule["SecurityGroupRuleId"] for rule in found if rule["FromPort"] == port]
    assert ids, f"{group} has no port {port} open"
    return aws("ec2").revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=ids)


def close_ways_out(aws: Aws, group: str) -> object:
    """Take away every rule by which members of a security group open connections."""
    ids = [rule["SecurityGroupRuleId"] for rule in _rules(aws, group, egress=True)]
    assert ids, f"{group} has no way out"
    return aws("ec2").revoke_security_group_egress(GroupId=group, SecurityGroupRuleIds=ids)


def _rules(aws: Aws, group: str, *, egress: bool) -> list[dict[str, Any]]:
    found = aws("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group]}]
    )["SecurityGroupRules"]
    return [rule for rule in found if rule["IsEgress"] is egress]


def vpc_attribute(aws: Aws, vpc: str, name: str, value: bool) -> object:
    """Switch an attribute of a VPC: `EnableDnsSupport`, `EnableDnsHostnames`."""
    return aws("ec2").modify_vpc_attribute(VpcId=vpc, **{name: {"Value": value}})


def public_addresses(aws: Aws, subnet: str, given: bool) -> object:
    """Say whether what starts in a subnet is given a public address."""
    return aws("ec2").modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": given})


def route_table(aws: Aws, subnet: str) -> dict[str, Any]:
    """Give the route table that a subnet is associated with."""
    (table,) = aws("ec2").describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": [subnet]}]
    )["RouteTables"]
    return dict(table)


def share_route_table(aws: Aws, subnet: str, other: str) -> object:
    """Let a subnet use the route table of another one."""
    (mine,) = (
        association["RouteTableAssociationId"]
        for association in route_table(aws, subnet)["Associations"]
        if association.get("SubnetId") == subnet
    )
    return aws("ec2").replace_route_table_association(
        AssociationId=mine, RouteTableId=route_table(aws, other)["RouteTableId"]
    )


def route_out(aws: Aws, subnet: str, **through: str) -> object:
    """Send a subnet's packets to the internet through something else, or for the first time."""
    table = route_table(aws, subnet)
    known = any(route.get("DestinationCidrBlock") == "0.0.0.0/0" for route in table["Routes"])
    say = aws("ec2").replace_route if known else aws("ec2").create_route
    return say(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", **through)


def no_route_out(aws: Aws, subnet: str) -> object:
    """Take away a subnet's way to the internet."""
    return aws("ec2").delete_route(
        RouteTableId=route_table(aws, subnet)["RouteTableId"], DestinationCidrBlock="0.0.0.0/0"
    )


def internet_gateway(aws: Aws, vpc: str) -> str:
    """Give the id of a VPC's internet gateway."""
    (found,) = aws("ec2").describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}]
    )["InternetGateways"]
    return str(found["InternetGatewayId"])


def nat_gateways(aws: Aws, vpc: str) -> list[dict[str, Any]]:
    """Give a VPC's NAT gateways that are there."""
    found = aws("ec2").describe_nat_gateways(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    return [gateway for gateway in found["NatGateways"] if gateway["State"] == "available"]


def lose_nat_gateway(aws: Aws, vpc: str) -> object:
    """Delete the first of a VPC's NAT gateways: the routes to it stay, and lead nowhere."""
    first = nat_gateways(aws, vpc)[0]["NatGatewayId"]
    return aws("ec2").delete_nat_gateway(NatGatewayId=first)


def another_zones_nat(aws: Aws, subnet: str) -> object:
    """Send a subnet's packets through a NAT gateway that it doesn't use yet."""
    table = route_table(aws, subnet)
    used = {route.get("NatGatewayId") for route in table["Routes"]}
    other = next(
        gateway["NatGatewayId"]
        for gateway in nat_gateways(aws, table["VpcId"])
        if gateway["NatGatewayId"] not in used
    )
    return route_out(aws, subnet, NatGatewayId=other)


def let_in(aws: Aws, group: str, source: str, port: int) -> object:
    """Let the members of a group reach a TCP port of another group."""
    permission = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "UserIdGroupPairs": [{"GroupId": source}],
    }
    return aws("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def let_out(aws: Aws, group: str, cidr: str = "0.0.0.0/0") -> object:
    """Let the members of a group open any connection to addresses."""
    permission = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": cidr}]}
    return aws("ec2").authorize_security_group_egress(GroupId=group, IpPermissions=[permission])


def default_group(aws: Aws, vpc: str) -> str:
    """Give the id of the security group that AWS made with a VPC."""
    (found,) = aws("ec2").describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    return str(found["GroupId"])
