"""A VPC of tiers: public, private and perhaps database subnets in each availability zone."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws

from infra.cidr import ANYWHERE, SubnetPlan
from infra.components.base import Component
from infra.iam import Statement, allow, document
from infra.settings.parts import NatGateways
from infra.site import Site

__all__ = ["Network"]


class Network(Component):
    """A VPC whose database subnets, where the plan has any, have no route to the internet.

    With `public_ips`, what starts in a public subnet gets a public address by itself.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        plan: SubnetPlan,
        zones: Sequence[str],
        nat_gateways: NatGateways,
        public_ips: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Network", name, site, opts)
        self.zones = tuple(zones)
        self.vpc = aws.ec2.Vpc(
            "vpc",
            cidr_block=str(plan.vpc),
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self.tagged("vpc"),
            opts=self.child(),
        )
        # Without rules: whatever is started without a group of its own reaches nothing.
        aws.ec2.DefaultSecurityGroup(
            "default-security-group",
            vpc_id=self.vpc.id,
            tags=self.tagged("default-security-group"),
            opts=self.child(),
        )
        self.public_subnets = self._subnets("public", plan.public, public_ips=public_ips)
        self.private_subnets = self._subnets("private", plan.private)
        self.database_subnets = self._subnets("database", plan.database)
        self.public_route_table = self._public_routes()
        self.nat_gateways = self._nat_gateways(nat_gateways)
        self.private_route_tables = self._private_routes()
        self.database_route_tables = (
            [self._route_table("database", self.database_subnets)] if self.database_subnets else []
        )
        self._s3_endpoint()
        self.register_outputs({"vpc_id": self.vpc.id})

    def _subnets(
        self, tier: str, blocks: Sequence[IPv4Network], *, public_ips: bool = False
    ) -> list[aws.ec2.Subnet]:
        return [
            aws.ec2.Subnet(
                label,
                vpc_id=self.vpc.id,
                cidr_block=str(block),
                availability_zone=zone,
                map_public_ip_on_launch=public_ips,
                tags={**self.tagged(label), "Tier": tier},
                opts=self.child(),
            )
            for zone, block in zip(self.zones, blocks, strict=bool(blocks))
            for label in [f"{tier}-{_letter(zone)}"]
        ]

    def _route_table(self, label: str, subnets: Sequence[aws.ec2.Subnet]) -> aws.ec2.RouteTable:
        table = aws.ec2.RouteTable(
            label, vpc_id=self.vpc.id, tags=self.tagged(label), opts=self.child()
        )
        for position, subnet in enumerate(subnets):
            suffix = f"-{_letter(self.zones[position])}" if len(subnets) > 1 else ""
            aws.ec2.RouteTableAssociation(
                f"{label}{suffix}",
                route_table_id=table.id,
                subnet_id=subnet.id,
                opts=self.child(),
            )
        return table

    def _public_routes(self) -> aws.ec2.RouteTable:
        self.internet_gateway = aws.ec2.InternetGateway(
            "internet-gateway",
            vpc_id=self.vpc.id,
            tags=self.tagged("internet-gateway"),
            opts=self.child(),
        )
        table = self._route_table("public", self.public_subnets)
        aws.ec2.Route(
            "public-internet",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=self.internet_gateway.id,
            opts=self.child(),
        )
        return table

    def _nat_gateways(self, how_many: NatGateways) -> list[aws.ec2.NatGateway]:
        zones = self.zones if how_many == "one-per-zone" else self.zones[:1]
        gateways = []
        for zone, subnet in zip(zones, self.public_subnets, strict=False):
            label = f"nat-{_letter(zone)}"
            address = aws.ec2.Eip(label, domain="vpc", tags=self.tagged(label), opts=self.child())
            gateways.append(
                aws.ec2.NatGateway(
                    label,
                    allocation_id=address.allocation_id,
                    subnet_id=subnet.id,
                    connectivity_type="public",
                    tags=self.tagged(label),
                    opts=self.child(depends_on=[self.internet_gateway]),
                )
            )
        return gateways

    def _private_routes(self) -> list[aws.ec2.RouteTable]:
        """Send each zone's private subnet through the zone's own NAT gateway, if it has one."""
        tables = []
        for position, (zone, subnet) in enumerate(
            zip(self.zones, self.private_subnets, strict=True)
        ):
            label = f"private-{_letter(zone)}"
            table = self._route_table(label, [subnet])
            aws.ec2.Route(
                f"{label}-nat",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=self.nat_gateways[position % len(self.nat_gateways)].id,
                opts=self.child(),
            )
            tables.append(table)
        return tables

    def _s3_endpoint(self) -> None:
        """Keep traffic to S3 (container image layers, too) off the internet and the NAT bill."""
        aws.ec2.VpcEndpoint(
            "s3-endpoint",
            vpc_id=self.vpc.id,
            service_name=f"com.amazonaws.{self.site.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in self.private_route_tables],
            policy=document(*_may_use_s3(self.site)),
            tags=self.tagged("s3-endpoint"),
            opts=self.child(),
        )


def _may_use_s3(site: Site) -> list[Statement]:
    """Let this account's roles use S3, and everybody in the network fetch what AWS offers there.

    Amazon ECR User Guide, "Minimum Amazon S3 bucket permissions for Amazon ECR"; Amazon Linux 2023
    User Guide, "Repositories".
    """
    layers = site.bucket_arn(f"prod-{site.region}-starport-layer-bucket")
    packages = site.bucket_arn(f"al2023-repos-{site.region}-*")
    agents = site.bucket_arn(f"aws-codedeploy-{site.region}")
    offered = allow("AwsOffers", ["s3:GetObject"], [f"{b}/*" for b in (layers, packages, agents)])
    own = allow(
        "OwnRoles",
        ["s3:*"],
        "*",
        conditions={"StringEquals": {"aws:PrincipalAccount": site.account_id}},
    )
    return [{**statement, "Principal": "*"} for statement in (own, offered)]


def _letter(zone: str) -> str:
    return zone[-1]
