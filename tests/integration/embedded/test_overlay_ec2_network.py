from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Client, Clients


def the_default(ec2: Client) -> str:
    filters = [{"Name": "is-default", "Values": ["true"]}]
    (vpc,) = ec2.describe_vpcs(Filters=filters)["Vpcs"]
    return str(vpc["VpcId"])


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_the_default_vpc_leads_to_the_internet(aws: Clients, region: str) -> None:
    ec2 = aws("ec2", region)
    vpc = the_default(ec2)
    attached: list[dict[str, Any]] = [{"Name": "attachment.vpc-id", "Values": [vpc]}]
    (gateway,) = ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]
    inside = [{"Name": "vpc-id", "Values": [vpc]}]
    (table,) = ec2.describe_route_tables(Filters=inside)["RouteTables"]
    routes = {r["DestinationCidrBlock"]: r["GatewayId"] for r in table["Routes"]}
    assert routes == {"172.31.0.0/16": "local", "0.0.0.0/0": gateway["InternetGatewayId"]}


def test_interfaces_that_come_with_something_are_a_services(aws: Clients) -> None:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.32.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.32.1.0/24")["Subnet"]["SubnetId"]
    mine = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]
    assert mine["RequesterManaged"] is False
    ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")
    ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet)
    found = ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    managed = [one["RequesterManaged"] for one in found["NetworkInterfaces"]]
    assert sorted(managed) == [False, False, True], "the instance's, one's own, the gateway's"


def test_a_subnet_is_in_a_zone_of_its_region(aws: Clients) -> None:
    ec2 = aws("ec2", "eu-west-1")
    vpc = ec2.create_vpc(CidrBlock="10.31.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.31.1.0/24")["Subnet"]
    assert made["AvailabilityZone"][:-1] == "eu-west-1"
    with pytest.raises(ClientError, match=r"Value \(us-east-1a\) for parameter avail"):
        ec2.create_subnet(VpcId=vpc, CidrBlock="10.31.2.0/24", AvailabilityZone="us-east-1a")
