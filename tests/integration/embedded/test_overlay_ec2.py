from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Client, Clients


@pytest.fixture
def ec2(aws: Clients) -> Client:
    return aws("ec2")


def default_group(ec2: Client, vpc: str) -> dict[str, Any]:
    filters = [
        {"Name": "vpc-id", "Values": [vpc]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    group: dict[str, Any] = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]
    return group


def test_a_default_group_admits_itself(ec2: Client) -> None:
    made = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    standard = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])
    for vpc in (made, standard["Vpcs"][0]["VpcId"]):
        group = default_group(ec2, vpc)
        (rule,) = group["IpPermissions"]
        assert rule["IpProtocol"] == "-1"
        assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [group["GroupId"]]


def test_the_self_reference_can_be_revoked(ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.21.0.0/16")["Vpc"]["VpcId"]
    group = default_group(ec2, vpc)
    ec2.revoke_security_group_ingress(
        GroupId=group["GroupId"], IpPermissions=group["IpPermissions"]
    )
    assert default_group(ec2, vpc)["IpPermissions"] == []


def test_a_default_group_can_not_be_deleted_but_goes_with_its_vpc(ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.22.0.0/16")["Vpc"]["VpcId"]
    group = default_group(ec2, vpc)["GroupId"]
    with pytest.raises(ClientError, match="CannotDelete"):
        ec2.delete_security_group(GroupId=group)
    ec2.delete_vpc(VpcId=vpc)
    with pytest.raises(ClientError, match=r"InvalidGroup\.NotFound"):
        ec2.describe_security_groups(GroupIds=[group])


def test_a_group_that_another_names_can_not_be_deleted(ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.23.0.0/16")["Vpc"]["VpcId"]
    first, second = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        for name in ("first", "second")
    )
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 80,
        "ToPort": 80,
        "UserIdGroupPairs": [{"GroupId": first}],
    }
    ec2.authorize_security_group_ingress(GroupId=second, IpPermissions=[permission])
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=first)
    ec2.delete_security_group(GroupId=second)
    ec2.delete_security_group(GroupId=first)


def states(ec2: Client, table: str) -> dict[str, str]:
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return {route["DestinationCidrBlock"]: route["State"] for route in routes}


def test_a_route_to_a_deleted_nat_gateway_is_a_blackhole(ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.24.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.24.0.0/24")["Subnet"]["SubnetId"]
    address = ec2.allocate_address()["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)
    gateway_id = gateway["NatGateway"]["NatGatewayId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway_id)
    assert states(ec2, table) == {"10.24.0.0/16": "active", "0.0.0.0/0": "active"}
    ec2.delete_nat_gateway(NatGatewayId=gateway_id)
    assert states(ec2, table) == {"10.24.0.0/16": "active", "0.0.0.0/0": "blackhole"}


def test_a_route_to_a_detached_internet_gateway_is_a_blackhole(ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.24.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    assert states(ec2, table) == {"10.24.0.0/16": "active", "0.0.0.0/0": "active"}
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert states(ec2, table) == {"10.24.0.0/16": "active", "0.0.0.0/0": "blackhole"}


def test_flow_logs_to_a_folder_keep_their_options(aws: Clients, ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.25.0.0/16")["Vpc"]["VpcId"]
    aws("s3").create_bucket(Bucket="flows")
    options = {
        "FileFormat": "parquet",
        "HiveCompatiblePartitions": True,
        "PerHourPartition": True,
    }
    made = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flows/network/",
        DestinationOptions=options,
    )
    assert made["Unsuccessful"] == []
    log = ec2.describe_flow_logs(FlowLogIds=made["FlowLogIds"])["FlowLogs"][0]
    assert log["LogDestination"] == "arn:aws:s3:::flows/network/"
    assert log["DestinationOptions"] == options


def test_flow_logs_to_a_missing_bucket_fail(ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.26.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::no-such-bucket/x",
    )
    assert made["Unsuccessful"][0]["ResourceId"] == vpc


def test_a_gateway_endpoint_follows_its_route_tables(ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.27.0.0/16")["Vpc"]["VpcId"]
    first, second = (
        ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)
    )
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=[first]
    )["VpcEndpoint"]
    endpoint = made["VpcEndpointId"]
    assert (made["VpcEndpointType"], made["PrivateDnsEnabled"]) == ("Gateway", False)

    def routed() -> set[str]:
        tables = ec2.describe_route_tables(RouteTableIds=[first, second])["RouteTables"]
        return {
            table["RouteTableId"]
            for table in tables
            for route in table["Routes"]
            if route.get("GatewayId") == endpoint
        }

    assert routed() == {first}
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[second])
    assert routed() == {first, second}
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[first])
    assert routed() == {second}
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"] == []
    assert routed() == set()


def test_a_rule_names_its_owner(ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.28.0.0/16")["Vpc"]["VpcId"]
    filters = [{"Name": "group-id", "Values": [default_group(ec2, vpc)["GroupId"]]}]
    rules = ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
    assert {rule["GroupOwnerId"] for rule in rules} == {"123456789012"}


def test_a_nat_gateway_takes_its_interface_with_it(ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.29.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.29.0.0/24")["Subnet"]["SubnetId"]
    made = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]
    within = [{"Name": "subnet-id", "Values": [subnet]}]
    assert len(ec2.describe_network_interfaces(Filters=within)["NetworkInterfaces"]) == 1
    ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])
    assert ec2.describe_network_interfaces(Filters=within)["NetworkInterfaces"] == []
