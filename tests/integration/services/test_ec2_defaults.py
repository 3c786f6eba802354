"""What AWS gives each region: taken over, changed, and left."""

from __future__ import annotations

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import EC2_DEFAULT_SUBNET, EC2_DEFAULT_VPC
from tests.integration.services.roundtrip import World


def test_default_network_is_taken_over_and_left(world: World) -> None:
    ec2 = world.cloud.client("ec2")
    vpc = world.make(EC2_DEFAULT_VPC, tags={"Name": "default"})
    subnet = world.make(
        EC2_DEFAULT_SUBNET, availability_zone="us-east-1b", map_public_ip_on_launch=False
    )
    assert vpc["cidr_block"] == "172.31.0.0/16"
    assert subnet["vpc_id"] == vpc.id
    world.change(vpc, tags={"Name": "still the default"}, enable_dns_hostnames=False)
    world.change(subnet, map_public_ip_on_launch=True)
    (shown,) = ec2.describe_vpcs(VpcIds=[vpc.id])["Vpcs"]
    assert shown["Tags"] == [{"Key": "Name", "Value": "still the default"}]
    (found,) = ec2.describe_subnets(SubnetIds=[subnet.id])["Subnets"]
    assert found["MapPublicIpOnLaunch"] is True
    world.delete(subnet)
    world.delete(vpc)
    assert ec2.describe_vpcs(VpcIds=[vpc.id])["Vpcs"]


def test_zone_without_a_default_subnet_is_told(world: World) -> None:
    with pytest.raises(EmbeddedError, match="us-east-1z has no default subnet in us-east-1"):
        world.make(EC2_DEFAULT_SUBNET, availability_zone="us-east-1z")
