"""VPCs, subnets and internet gateways."""

from __future__ import annotations

from typing import ClassVar

from stackproof.embedded.asking import listed
from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
)
from stackproof.types.tokens import NETWORK_ACL, ROUTE_TABLE, SECURITY_GROUP


@creator
class Vpc(Creator):
    """A VPC."""

    type = "aws:ec2/vpc:Vpc"
    replace_on = frozenset({"cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"})
    defaults: ClassVar[Properties] = {"enable_dns_support": True, "instance_tenancy": "default"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the VPC, then set what CreateVpc does not take."""
        ec2 = aws.client("ec2")
        request = parameters(
            aws,
            "ec2",
            "create_vpc",
            inputs,
            rename={"assign_generated_ipv6_cidr_block": "AmazonProvidedIpv6CidrBlock"},
        )
        made = ec2.create_vpc(**request, **tag_specifications("vpc", inputs))
        id_ = made["Vpc"]["VpcId"]
        self._switch(aws, id_, {"enable_dns_support": True, "enable_dns_hostnames": False}, inputs)
        mine = [{"Name": "vpc-id", "Values": [id_]}]
        (table, _), (group, _), (acl, _) = (
            listed(aws, type_, {"Filters": mine})[0]
            for type_ in (ROUTE_TABLE, SECURITY_GROUP, NETWORK_ACL)
        )
        return Created(
            id_,
            {
                "default_network_acl_id": acl,
                "default_route_table_id": table,
                "default_security_group_id": group,
                "main_route_table_id": table,
            },
        )

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change DNS settings, tenancy, the IPv6 block and tags in place."""
        ec2 = aws.client("ec2")
        self._switch(aws, id_, old, new)
        if changed(old, new, "instance_tenancy"):
            ec2.modify_vpc_tenancy(VpcId=id_, InstanceTenancy=new["instance_tenancy"])
        if changed(old, new, "assign_generated_ipv6_cidr_block"):
            if new.get("assign_generated_ipv6_cidr_block"):
                ec2.associate_vpc_cidr_block(VpcId=id_, AmazonProvidedIpv6CidrBlock=True)
            elif old.get("ipv6_association_id"):
                ec2.disassociate_vpc_cidr_block(AssociationId=old["ipv6_association_id"])
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the VPC with its default group, route table and network ACL."""
        with already_gone():
            aws.client("ec2").delete_vpc(VpcId=id_)

    def _switch(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        # AWS takes one of these at a time, and host names only where DNS is on.
        for name, attribute in (
            ("enable_dns_support", "EnableDnsSupport"),
            ("enable_dns_hostnames", "EnableDnsHostnames"),
            ("enable_network_address_usage_metrics", "EnableNetworkAddressUsageMetrics"),
        ):
            if bool(old.get(name)) != bool(new.get(name)):
                aws.client("ec2").modify_vpc_attribute(
                    VpcId=id_, **{attribute: {"Value": bool(new.get(name))}}
                )


@creator
class Subnet(Creator):
    """A subnet."""

    type = "aws:ec2/subnet:Subnet"
    replace_on = frozenset(
        {"vpc_id", "cidr_block", "availability_zone", "availability_zone_id", "ipv6_native"}
    )
    defaults: ClassVar[Properties] = {
        "assign_ipv6_address_on_creation": False,
        "enable_dns64": False,
        "enable_resource_name_dns_a_record_on_launch": False,
        "enable_resource_name_dns_aaaa_record_on_launch": False,
        "ipv6_native": False,
        "map_public_ip_on_launch": False,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the subnet, then set what CreateSubnet does not take."""
        ec2 = aws.client("ec2")
        request = parameters(aws, "ec2", "create_subnet", inputs)
        made = ec2.create_subnet(**request, **tag_specifications("subnet", inputs))["Subnet"]
        self._switch(aws, made["SubnetId"], self.defaults, inputs)
        return Created(made["SubnetId"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the launch settings and tags in place."""
        if changed(old, new, "ipv6_cidr_block") and new.get("ipv6_cidr_block"):
            aws.client("ec2").associate_subnet_cidr_block(
                SubnetId=id_, Ipv6CidrBlock=new["ipv6_cidr_block"]
            )
        self._switch(aws, id_, old, new)
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the subnet."""
        with already_gone():
            aws.client("ec2").delete_subnet(SubnetId=id_)

    def _switch(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        ec2 = aws.client("ec2")
        for name in self.defaults:
            if name != "ipv6_native" and changed(old, new, name):
                value = {"Value": bool(new.get(name))}
                request = parameters(aws, "ec2", "modify_subnet_attribute", {name: {}})
                ec2.modify_subnet_attribute(SubnetId=id_, **dict.fromkeys(request, value))
        wanted = new.get("private_dns_hostname_type_on_launch")
        if wanted and wanted != old.get("private_dns_hostname_type_on_launch"):
            ec2.modify_subnet_attribute(SubnetId=id_, PrivateDnsHostnameTypeOnLaunch=wanted)


@creator
class InternetGateway(Creator):
    """An internet gateway, attached to a VPC when it names one."""

    type = "aws:ec2/internetGateway:InternetGateway"
    joined_later = frozenset({"vpc_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the gateway and attach it."""
        ec2 = aws.client("ec2")
        made = ec2.create_internet_gateway(**tag_specifications("internet-gateway", inputs))
        id_ = made["InternetGateway"]["InternetGatewayId"]
        if inputs.get("vpc_id"):
            ec2.attach_internet_gateway(InternetGatewayId=id_, VpcId=inputs["vpc_id"])
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Move the gateway to another VPC, change its tags."""
        ec2 = aws.client("ec2")
        if changed(old, new, "vpc_id"):
            if old.get("vpc_id"):
                ec2.detach_internet_gateway(InternetGatewayId=id_, VpcId=old["vpc_id"])
            if new.get("vpc_id"):
                ec2.attach_internet_gateway(InternetGatewayId=id_, VpcId=new["vpc_id"])
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Detach and delete the gateway."""
        ec2 = aws.client("ec2")
        if state.get("vpc_id"):
            with already_gone("Gateway.NotAttached"):
                ec2.detach_internet_gateway(InternetGatewayId=id_, VpcId=state["vpc_id"])
        with already_gone():
            ec2.delete_internet_gateway(InternetGatewayId=id_)
