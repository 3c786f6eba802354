"""Volumes, keys, interfaces and what connects them to instances and networks."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from stackproof.types.tokens import (
    EBS_VOLUME,
    EC2_INSTANCE,
    KEY_PAIR,
    MAIN_ROUTE_TABLE_ASSOCIATION,
    NETWORK_INTERFACE,
    VOLUME_ATTACHMENT,
    VPC,
    VPC_PEERING_ACCEPTER,
    VPC_PEERING_CONNECTION,
)
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown


def _public_key() -> str:
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def _instance(world: World) -> Made:
    return world.make(EC2_INSTANCE, ami="ami-12345678", instance_type="t3.nano", tags=TAGS)


def test_volume_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    volume = world.make(
        EBS_VOLUME,
        availability_zone="us-east-1a",
        size=20,
        type="gp3",
        iops=3000,
        throughput=125,
        encrypted=True,
        kms_key_id=key["arn"],
        tags=TAGS,
    )
    assert_shown(world, volume)
    world.change(volume, size=40, throughput=250, tags={**TAGS, "More": "1"})
    assert_shown(world, volume)
    assert_gone(world, volume)


def test_volume_is_attached_to_an_instance_and_detached(world: World) -> None:
    instance = _instance(world)
    volume = world.make(EBS_VOLUME, availability_zone=instance["availability_zone"], size=5)
    attachment = world.make(
        VOLUME_ATTACHMENT,
        instance_id=instance.id,
        volume_id=volume.id,
        device_name="/dev/sdh",
        force_detach=True,
    )
    assert attachment.id.startswith("vai-")
    assert_shown(world, attachment, hidden=("force_detach",))
    ec2 = world.cloud.client("ec2")

    def state() -> str:
        return str(ec2.describe_volumes(VolumeIds=[volume.id])["Volumes"][0]["State"])

    assert state() == "in-use"
    assert_gone(world, attachment)
    assert state() == "available"
    world.delete(instance)


def test_address_is_associated_with_an_instance(world: World) -> None:
    instance, address = _instance(world), world.make("aws:ec2/eip:Eip", tags=TAGS)
    association = world.make(
        "aws:ec2/eipAssociation:EipAssociation",
        allocation_id=address.id,
        instance_id=instance.id,
    )
    ec2 = world.cloud.client("ec2")
    (shown,) = ec2.describe_addresses(AllocationIds=[address.id])["Addresses"]
    assert (shown["InstanceId"], shown["AssociationId"]) == (instance.id, association.id)
    world.delete(association)
    world.delete(association)
    assert "AssociationId" not in ec2.describe_addresses(AllocationIds=[address.id])["Addresses"][0]
    world.delete(instance)


def test_key_pair_is_imported_and_deleted(world: World) -> None:
    key = world.make(KEY_PAIR, "deployer", public_key=_public_key(), tags=TAGS)
    assert_shown(world, key)
    assert key.id.startswith("deployer-")
    assert key["fingerprint"]
    world.change(key, tags={"Name": "another"})
    ec2 = world.cloud.client("ec2")
    (shown,) = ec2.describe_key_pairs(KeyNames=[key.id])["KeyPairs"]
    assert (shown["KeyPairId"], shown["Tags"][0]["Value"]) == (key["key_pair_id"], "another")
    assert_shown(world, key)
    assert_gone(world, key)
    with pytest.raises(ClientError, match=r"InvalidKeyPair\.NotFound"):
        ec2.describe_key_pairs(KeyNames=[key.id])


def test_main_table_of_a_vpc_is_changed_and_given_back(world: World) -> None:
    vpc = world.make(VPC, cidr_block="10.8.0.0/16")
    own, other = (
        world.make("aws:ec2/routeTable:RouteTable", name, vpc_id=vpc.id) for name in ("a", "b")
    )

    def main() -> str:
        tables = world.cloud.client("ec2").describe_route_tables(
            Filters=[{"Name": "vpc-id", "Values": [vpc.id]}]
        )["RouteTables"]
        found = [t["RouteTableId"] for t in tables if any(a["Main"] for a in t["Associations"])]
        (one,) = found
        return str(one)

    before = main()
    association = world.make(
        MAIN_ROUTE_TABLE_ASSOCIATION,
        vpc_id=vpc.id,
        route_table_id=own.id,
    )
    assert_shown(world, association)
    assert (main(), association["original_route_table_id"]) == (own.id, before)
    world.change(association, route_table_id=other.id)
    assert main() == other.id
    world.delete(association)
    assert main() == before


def test_interface_has_its_addresses_and_groups(world: World) -> None:
    vpc = world.make(VPC, cidr_block="10.7.0.0/16")
    subnet = world.make("aws:ec2/subnet:Subnet", vpc_id=vpc.id, cidr_block="10.7.1.0/24")
    groups = [
        world.make("aws:ec2/securityGroup:SecurityGroup", name, vpc_id=vpc.id).id
        for name in ("a", "b")
    ]
    interface = world.make(
        NETWORK_INTERFACE,
        subnet_id=subnet.id,
        description="A door of its own",
        private_ips=["10.7.1.10"],
        security_groups=groups[:1],
        tags=TAGS,
    )
    assert interface["private_ip"] == "10.7.1.10"
    assert_shown(world, interface)
    world.change(interface, security_groups=groups, tags={"Name": "renamed"})
    ec2 = world.cloud.client("ec2")
    answer = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface.id])
    (shown,) = answer["NetworkInterfaces"]
    assert {group["GroupId"] for group in shown["Groups"]} == set(groups)
    assert shown["TagSet"] == [{"Key": "Name", "Value": "renamed"}]
    assert_shown(world, interface)
    assert_gone(world, interface)


def test_options_of_a_vpc_come_and_go(world: World) -> None:
    vpc = world.make(VPC, cidr_block="10.6.0.0/16")
    options = world.make(
        "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
        domain_name="example.internal",
        domain_name_servers=["AmazonProvidedDNS"],
        tags=TAGS,
    )
    association = world.make(
        "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
        vpc_id=vpc.id,
        dhcp_options_id=options.id,
    )

    def used() -> Any:
        ec2 = world.cloud.client("ec2")
        return ec2.describe_vpcs(VpcIds=[vpc.id])["Vpcs"][0]["DhcpOptionsId"]

    assert used() == options.id
    assert_shown(world, options)
    world.delete(association)
    assert used() != options.id
    assert_gone(world, options)
    world.delete(options)


def test_vpcs_are_peered_at_once_in_one_account(world: World) -> None:
    first = world.make(VPC, "first", cidr_block="10.4.0.0/16")
    second = world.make(VPC, "second", cidr_block="10.5.0.0/16")
    peering = world.make(
        VPC_PEERING_CONNECTION,
        vpc_id=first.id,
        peer_vpc_id=second.id,
        auto_accept=True,
        tags=TAGS,
    )
    assert peering["accept_status"] == "active"
    assert_shown(world, peering, hidden=("auto_accept",))
    accepted = world.snapshot().stack().find(peering.id, VPC_PEERING_ACCEPTER)
    assert accepted is not None
    assert (accepted["vpc_id"], accepted["peer_vpc_id"]) == (second.id, first.id)
    assert_gone(world, peering)


def test_ipv6_goes_out_by_a_gateway_of_its_own(world: World) -> None:
    vpc = world.make(VPC, cidr_block="10.3.0.0/16")
    gateway = world.make(
        "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", vpc_id=vpc.id, tags=TAGS
    )
    assert gateway.id.startswith("eigw-")
    world.delete(gateway)
    world.delete(gateway)
