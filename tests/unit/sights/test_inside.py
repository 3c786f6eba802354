"""What stands in the stack's own network is the stack's, whoever put it there; elsewhere it isn't.

A state knows the network and nothing in it, so that what is found there is in no state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from stackproof.model import Resource, Sight, Stack
from stackproof.parity.unmanaged import unmanaged
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, take
from stackproof.sights.state import State
from stackproof.types import tokens as t
from tests.unit.sights.answering import ACCOUNT, REGION, Answering

OWN, SHARED = "vpc-0a1b2c3d", "vpc-1b2c3d4e"
ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def interface(vpc: str) -> dict[str, Any]:
    return {"NetworkInterfaceId": "eni-0a1b2c3d", "VpcId": vpc, "SubnetId": "subnet-1"}


def peering(requester: str, accepter: str) -> dict[str, Any]:
    return {
        "VpcPeeringConnectionId": "pcx-0a1b2c3d",
        "Status": {"Code": "active"},
        "RequesterVpcInfo": {"VpcId": requester, "OwnerId": ACCOUNT, "Region": REGION},
        "AccepterVpcInfo": {"VpcId": accepter, "OwnerId": ACCOUNT, "Region": REGION},
    }


def instance(vpc: str) -> dict[str, Any]:
    state = {"State": {"Name": "running"}, "ImageId": "ami-1", "InstanceType": "t3.micro"}
    one = {"InstanceId": "i-0a1b2c3d", "VpcId": vpc, "SubnetId": "subnet-1", **state}
    return {"Instances": [one]}


def function(vpc: str) -> dict[str, Any]:
    return {
        "FunctionName": "stray",
        "FunctionArn": arn("lambda", "function:stray"),
        "VpcConfig": {"VpcId": vpc, "SubnetIds": [], "SecurityGroupIds": []},
    }


def balancer(vpc: str) -> dict[str, Any]:
    return {
        "LoadBalancerArn": f"{ELB}:loadbalancer/app/stray/1",
        "LoadBalancerName": "stray",
        "Type": "application",
        "Scheme": "internal",
        "VpcId": vpc,
        "DNSName": "stray.elb.amazonaws.com",
    }


def target_group(vpc: str) -> dict[str, Any]:
    return {
        "TargetGroupArn": f"{ELB}:targetgroup/stray/1",
        "TargetGroupName": "stray",
        "LoadBalancerArns": [],
        "VpcId": vpc,
    }


def database(vpc: str) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": "stray",
        "DbiResourceId": "db-STRAY",
        "DBInstanceArn": arn("rds", "db:stray"),
        "Engine": "mysql",
        "DBInstanceStatus": "available",
        "DBSubnetGroup": {"VpcId": vpc, "DBSubnetGroupName": "apart"},
    }


def warehouse(vpc: str) -> dict[str, Any]:
    return {"ClusterIdentifier": "stray", "ClusterStatus": "available", "VpcId": vpc}


# Kinds that stand in a network, and what AWS says of one in a network.
KINDS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    t.EC2_INSTANCE: instance,
    t.LAMBDA_FUNCTION: function,
    t.LB: balancer,
    t.LB_TARGET_GROUP: target_group,
    t.NETWORK_INTERFACE: interface,
    t.RDS_INSTANCE: database,
    t.REDSHIFT_CLUSTER: warehouse,
    t.VPC_PEERING_CONNECTION: lambda vpc: peering("vpc-9", vpc),
}
# What a stack without any of these names of each service, so that it is listed at all.
NAMED = [arn(service, "some:thing") for service in ("lambda", "rds", "redshift")]


def network(id_: str) -> Resource:
    return Resource({}, type=t.VPC, name=id_, id=id_, urn=f"urn:{id_}", region=REGION)


OURS = Stack([network(OWN)], Sight.STATE, foreign=[network(SHARED)])


def seen(type_: str, item: dict[str, Any]) -> Snapshot:
    """Read a stack of one network, and of another one that it uses, where one thing stands."""
    vpcs = [{"VpcId": id_, "CidrBlock": "10.0.0.0/16"} for id_ in (OWN, SHARED)]

    def asked(parameters: Mapping[str, Any]) -> dict[str, Any]:
        wanted = {value for one in parameters.get("Filters", ()) for value in one["Values"]}
        return {"Vpcs": [vpc for vpc in vpcs if vpc["VpcId"] in wanted]}

    listing = next(reader.listing for reader in readers() if type_ in reader.types)
    primary = {"InstanceId": "i-0a1b2c3d", "DeviceIndex": 0, "DeleteOnTermination": True}
    with_it = [
        {**interface(one["VpcId"]), "Attachment": primary} for one in item.get("Instances", ())
    ]
    answers = {
        "ec2:DescribeVpcs": asked,
        "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": with_it},
    }
    aws = Answering(answers | {listing.name: {str(listing.result): [item]}})
    keys = [*NAMED, f"{ELB}:loadbalancer/app/gone/1"]
    return take(aws, readers(), regions=[REGION], keys=keys, own_tags={}, state=OURS)


@pytest.mark.parametrize("type_", KINDS)
def test_what_stands_in_the_stacks_own_network_is_in_no_state(type_: str) -> None:
    for vpc, expected in ((OWN, [type_]), (SHARED, [])):
        snapshot = seen(type_, KINDS[type_](vpc))
        found = unmanaged(State(OURS, {}), [r for r in snapshot.resources if r.type != t.VPC])
        assert [r.type for r in found if r.type in KINDS] == expected
        assert not [r for r in snapshot.foreign if r.type in KINDS], "of no interest"


@pytest.mark.parametrize(
    "more",
    [
        {"RequesterManaged": True},
        {"InterfaceType": "lambda"},
        {"Attachment": {"InstanceOwnerId": "amazon-elb"}},
        {"Attachment": {"InstanceId": "i-1", "DeviceIndex": 1, "DeleteOnTermination": True}},
    ],
    ids=["requester", "kind", "service", "instance"],
)
def test_interface_that_came_with_something_else_is_nobodys(more: dict[str, Any]) -> None:
    snapshot = seen(t.NETWORK_INTERFACE, {**interface(OWN), **more})
    assert t.NETWORK_INTERFACE not in {r.type for r in snapshot.resources}


def test_group_of_instances_stands_in_the_stacks_own_subnets() -> None:
    subnet = Resource({"vpc_id": OWN}, t.SUBNET, "own", id="subnet-0a1b2c3d", urn="urn:subnet")
    held = Stack([network(OWN), subnet], Sight.STATE)
    group = {
        "AutoScalingGroupName": "stray",
        "AutoScalingGroupARN": arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/stray"),
        "MinSize": 0,
        "MaxSize": 1,
        "DesiredCapacity": 0,
    }
    subnets = {"Subnets": [{"SubnetId": subnet.id, "VpcId": OWN, "CidrBlock": "10.0.0.0/24"}]}
    vpcs = {"Vpcs": [{"VpcId": OWN, "CidrBlock": "10.0.0.0/16"}]}
    for place, expected in ((subnet.id, ["stray"]), ("subnet-1b2c3d4e", [])):
        listed = {"AutoScalingGroups": [{**group, "VPCZoneIdentifier": f"subnet-2,{place}"}]}
        answers = {
            "ec2:DescribeVpcs": vpcs,
            "ec2:DescribeSubnets": subnets,
            "autoscaling:DescribeAutoScalingGroups": listed,
        }
        snapshot = take(
            Answering(answers), readers(), regions=[REGION], keys=[], own_tags={}, state=held
        )
        found = unmanaged(State(held, {}), snapshot.resources)
        assert [r.name for r in found if r.type == t.AUTOSCALING_GROUP] == expected


CLUSTER, API = arn("ecs", "cluster/own"), "a1b2c3"
PARTS: Mapping[str, tuple[Resource, dict[str, Any]]] = {
    t.ECS_SERVICE: (
        Resource({}, type=t.ECS_CLUSTER, name="own", id=CLUSTER, arn=CLUSTER, urn="urn:own"),
        {
            "ecs:DescribeClusters": {
                "clusters": [{"clusterArn": CLUSTER, "clusterName": "own", "status": "ACTIVE"}]
            },
            "ecs:ListServices": {"serviceArns": [arn("ecs", "service/own/stray")]},
            "ecs:DescribeServices": {
                "services": [
                    {
                        "serviceArn": arn("ecs", "service/own/stray"),
                        "serviceName": "stray",
                        "clusterArn": CLUSTER,
                        "status": "ACTIVE",
                    }
                ]
            },
        },
    ),
    t.API_ROUTE: (
        Resource(
            {},
            type=t.API,
            name="own",
            id=API,
            arn=f"arn:aws:apigateway:{REGION}::/apis/{API}",
            urn="urn:own",
        ),
        {
            "apigatewayv2:GetApis": {
                "Items": [
                    {
                        "ApiId": API,
                        "Name": "own",
                        "ProtocolType": "HTTP",
                        "RouteSelectionExpression": "",
                    }
                ]
            },
            "apigatewayv2:GetRoutes": {"Items": [{"RouteId": "r1", "RouteKey": "GET /stray"}]},
        },
    ),
}


@pytest.mark.parametrize("type_", PARTS)
def test_part_of_a_cluster_or_an_api_of_the_stack_is_in_no_state(type_: str) -> None:
    whole, answers = PARTS[type_]
    held = Stack([whole], Sight.STATE)
    snapshot = take(
        Answering(answers), readers(), regions=[REGION], keys=[], own_tags={}, state=held
    )
    found = unmanaged(State(held, {}), snapshot.resources)
    assert type_ in {resource.type for resource in found}
