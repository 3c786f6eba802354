from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client, Clients


@pytest.fixture
def ec2(aws: Clients) -> Client:
    return aws("ec2")


@pytest.fixture
def groups(ec2: Client) -> list[str]:
    vpc = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_security_group(GroupName=f"rules-{name}", Description=name, VpcId=vpc)["GroupId"]
        for name in ("one", "two", "three")
    ]


def make(ec2: Client, group: str, peer: str) -> str:
    pair = {"GroupId": peer, "Description": "Why"}
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "UserIdGroupPairs": [pair],
    }
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    return str(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])


def change(ec2: Client, group: str, rule: str, **what: Any) -> dict[str, Any]:
    changed = {"SecurityGroupRuleId": rule, "SecurityGroupRule": what}
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[changed])
    return shown(ec2, rule)


def shown(ec2: Client, rule: str) -> dict[str, Any]:
    answer = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])
    found: dict[str, Any] = answer["SecurityGroupRules"][0]
    return found


def test_a_rule_for_a_group_keeps_its_description(ec2: Client, groups: list[str]) -> None:
    rule = shown(ec2, make(ec2, *groups[:2]))
    assert rule["Description"] == "Why"


def test_a_rule_can_be_given_another_group(ec2: Client, groups: list[str]) -> None:
    rule = make(ec2, *groups[:2])
    tcp = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    changed = change(ec2, groups[0], rule, ReferencedGroupId=groups[2], **tcp)
    assert changed["ReferencedGroupInfo"]["GroupId"] == groups[2]


def test_a_rule_can_be_given_all_protocols(ec2: Client, groups: list[str]) -> None:
    rule = make(ec2, *groups[:2])
    changed = change(ec2, groups[0], rule, IpProtocol="-1", CidrIpv4="10.0.0.0/8")
    assert (changed["IpProtocol"], changed["CidrIpv4"]) == ("-1", "10.0.0.0/8")
    assert "ReferencedGroupInfo" not in changed


def test_a_gateway_endpoint_gives_up_a_route_table(ec2: Client) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.31.0.0/16")["Vpc"]["VpcId"]
    tables = [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in "ab"]
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=tables[:1]
    )["VpcEndpoint"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint, AddRouteTableIds=tables[1:], RemoveRouteTableIds=tables[:1]
    )
    routed = [
        table["RouteTableId"]
        for table in ec2.describe_route_tables(RouteTableIds=tables)["RouteTables"]
        if any(route.get("GatewayId") == endpoint for route in table["Routes"])
    ]
    assert routed == tables[1:]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])


def test_a_page_of_tagged_resources_is_as_long_as_asked(aws: Clients) -> None:
    tags = [{"Key": f"key-{number}", "Value": "x"} for number in range(20)]
    mine = [{"Key": "Paged", "Value": "yes"}, *tags]
    for number in range(8):
        aws("ec2").create_vpc(
            CidrBlock=f"10.4{number}.0.0/16",
            TagSpecifications=[{"ResourceType": "vpc", "Tags": mine}],
        )
    page = aws("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "Paged"}], ResourcesPerPage=100
    )
    assert len(page["ResourceTagMappingList"]) == 8
