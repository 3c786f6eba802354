"""Nothing in the stack's own network escapes: its interface there leads to it, or stands for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.outputs import Outputs
from stackproof.parity.accounting import Status
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import Snapshot, take
from stackproof.sights.state import State
from stackproof.types import tokens as t
from stackproof.verify import accounting_of, compared_with
from tests.unit.sights.answering import ACCOUNT, REGION, Answering

OWN = "vpc-0a1b2c3d"
NETWORK = Resource({}, type=t.VPC, name=OWN, id=OWN, urn="urn:vpc", region=REGION)
FIELD = {"NetworkInterfaceId": "eni-0a1b2c3d", "VpcId": OWN, "RequesterManaged": True}


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def held(*more: Resource) -> State:
    return State(Stack([NETWORK, *more], Sight.STATE), {})


def seen(answers: dict[str, Any], state: State | None = None, **interface: Any) -> Snapshot:
    """Read a stack of a network and nothing else, with an interface of a service in it."""
    vpcs = {"Vpcs": [{"VpcId": OWN, "CidrBlock": "10.0.0.0/16", "InstanceTenancy": "default"}]}
    shown = {"NetworkInterfaces": [{**FIELD, **interface}]}
    aws = Answering({"ec2:DescribeVpcs": vpcs, "ec2:DescribeNetworkInterfaces": shown, **answers})
    known = (state or held()).stack
    own = {"Project": "shop", "Environment": "prod"}
    return take(aws, readers(), regions=[REGION], keys=[], own_tags=own, state=known)


def unmanaged(snapshot: Snapshot, state: State | None = None) -> list[tuple[str, str]]:
    found = compared_with(state or held(), snapshot)
    assert found is not None
    return [(r.type, str(r.name)) for r in found.unmanaged if r.type != t.VPC]


BALANCER = arn("elasticloadbalancing", "loadbalancer/app/stray/50dc6c495c0c9188")
# What stands there, by how AWS describes its interface and what its service answers when asked.
READ: dict[str, tuple[str, dict[str, Any]]] = {
    t.LB: (
        "ELB app/stray/50dc6c495c0c9188",
        {
            "elbv2:DescribeLoadBalancers": {
                "LoadBalancers": [
                    {
                        "LoadBalancerArn": BALANCER,
                        "LoadBalancerName": "stray",
                        "Type": "application",
                        "VpcId": OWN,
                    }
                ]
            }
        },
    ),
    t.RDS_INSTANCE: (
        "RDSNetworkInterface",
        {
            "rds:DescribeDBInstances": {
                "DBInstances": [
                    {
                        "DBInstanceIdentifier": "stray",
                        "DbiResourceId": "db-STRAY",
                        "DBInstanceArn": arn("rds", "db:stray"),
                        "Engine": "mysql",
                        "DBSubnetGroup": {"VpcId": OWN, "DBSubnetGroupName": "apart"},
                    }
                ]
            }
        },
    ),
    t.LAMBDA_FUNCTION: (
        "AWS Lambda VPC ENI-gone-0a1b2c3d-1234-1234-1234-0a1b2c3d4e5f",
        {
            "lambda:ListFunctions": {
                "Functions": [
                    {
                        "FunctionName": "stray",
                        "FunctionArn": arn("lambda", "function:stray"),
                        "VpcConfig": {"VpcId": OWN, "SubnetIds": [], "SecurityGroupIds": []},
                    }
                ]
            }
        },
    ),
    t.EFS_FILE_SYSTEM: (
        "EFS mount target for fs-0a1b2c3d (fsmt-0a1b2c3d)",
        {
            "efs:DescribeFileSystems": {
                "FileSystems": [
                    {
                        "FileSystemId": "fs-0a1b2c3d",
                        "FileSystemArn": arn("elasticfilesystem", "file-system/fs-0a1b2c3d"),
                        "Tags": [],
                    }
                ]
            }
        },
    ),
    t.EKS_CLUSTER: (
        "Amazon EKS stray",
        {
            "eks:ListClusters": {"clusters": ["stray"]},
            "eks:DescribeCluster": {
                "cluster": {"name": "stray", "arn": arn("eks", "cluster/stray")}
            },
        },
    ),
    t.OPENSEARCH_DOMAIN: (
        "ES stray",
        {
            "opensearch:ListDomainNames": {"DomainNames": [{"DomainName": "stray"}]},
            "opensearch:DescribeDomains": {
                "DomainStatusList": [{"DomainName": "stray", "ARN": arn("es", "domain/stray")}]
            },
        },
    ),
    t.ELASTICACHE_CLUSTER: (
        "ElastiCache stray",
        {
            "elasticache:DescribeCacheClusters": {
                "CacheClusters": [
                    {
                        "CacheClusterId": "stray",
                        "ARN": arn("elasticache", "cluster:stray"),
                        "Engine": "memcached",
                    }
                ]
            }
        },
    ),
    t.ELASTICACHE_REPLICATION_GROUP: (
        "ElastiCache stray-0001-002",
        {
            "elasticache:DescribeReplicationGroups": {
                "ReplicationGroups": [
                    {
                        "ReplicationGroupId": "stray",
                        "ARN": arn("elasticache", "replicationgroup:stray"),
                    }
                ]
            }
        },
    ),
    t.REDSHIFT_CLUSTER: (
        "RedshiftNetworkInterface",
        {"redshift:DescribeClusters": {"Clusters": [{"ClusterIdentifier": "stray", "VpcId": OWN}]}},
    ),
}


@pytest.mark.parametrize("type_", READ)
def test_interface_leads_to_what_stands_there(type_: str) -> None:
    description, answers = READ[type_]
    snapshot = seen(answers, Description=description)
    assert type_ in {found for found, _ in unmanaged(snapshot)}
    assert t.NETWORK_INTERFACE not in {found for found, _ in unmanaged(snapshot)}


UNREAD = [
    "DMSNetworkInterface",
    "ELB classic-stray",
    "AWS created network interface for directory d-0a1b2c3d4e",
    "Route 53 Resolver: rslvr-in-0a1b2c3d:rni-0a1b2c3d",
    "something that nobody here has met",
]


@pytest.mark.parametrize("description", [*UNREAD, *(said for said, _ in READ.values())])
def test_interface_stands_for_what_is_not_read(description: str, tmp_path: Path) -> None:
    snapshot = seen({}, Description=description)
    assert unmanaged(snapshot) == [(t.NETWORK_INTERFACE, f"of {description}")]
    snapshot.save(tmp_path / "snapshot.json")
    assert Snapshot.load(tmp_path / "snapshot.json").witnesses == snapshot.witnesses
    outputs = Outputs({"region": REGION}, tmp_path / "flat-outputs.json")
    told = accounting_of(outputs, None, snapshot)
    assert [e.resource.name for e in told.of(Status.UNREADABLE)] == [f"of {description}"]
    assert "of types that can't be read: ec2.NetworkInterface of " in told.unreadable


def test_thing_that_the_state_names_needs_no_witness() -> None:
    directory = Resource(
        {}, type="aws:directoryservice/directory:Directory", name="ad", id="d-0a1b2c3d4e", urn="u"
    )
    task = Resource({}, type="aws:dms/replicationInstance:ReplicationInstance", name="r", urn="v")
    state = held(directory, task)
    for description in (UNREAD[0], UNREAD[2]):
        assert unmanaged(seen({}, state, Description=description), state) == []


def test_interface_that_what_was_read_names_is_no_witness() -> None:
    nat = {
        "NatGatewayId": "nat-0a1b2c3d",
        "VpcId": OWN,
        "SubnetId": "subnet-1",
        "State": "available",
        "NatGatewayAddresses": [{"NetworkInterfaceId": FIELD["NetworkInterfaceId"]}],
    }
    snapshot = seen({"ec2:DescribeNatGateways": {"NatGateways": [nat]}}, Description="")
    assert snapshot.witnesses == ()


def test_networks_are_asked_for_instances_where_interfaces_can_not_be_seen() -> None:
    denied = Unknown(Cause.ACCESS_DENIED, detail="ec2:DescribeNetworkInterfaces")
    state = {"State": {"Name": "running"}, "ImageId": "ami-1", "InstanceType": "t3.micro"}
    one = {"InstanceId": "i-0a1b2c3d", "VpcId": OWN, "SubnetId": "subnet-1", **state}
    answers = {
        "ec2:DescribeNetworkInterfaces": denied,
        "ec2:DescribeInstances": {"Reservations": [{"Instances": [one]}]},
    }
    assert t.EC2_INSTANCE in {found for found, _ in unmanaged(seen(answers))}


def test_interface_in_a_network_of_others_says_nothing() -> None:
    elsewhere = seen({}, VpcId="vpc-1b2c3d4e", Description="DMSNetworkInterface")
    assert elsewhere.witnesses == ()
