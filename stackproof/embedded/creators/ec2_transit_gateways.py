"""EC2: transit gateways, what is attached to them, and how they route."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.creators.ec2_by_id import CreatedById
from stackproof.embedded.frame.base import Cloud, Created, Properties, changed, creator, parameters
from stackproof.embedded.frame.plain import Call, Plain, table


class _Optioned(CreatedById):
    """Something whose settings EC2 takes as options; `modifying` changes them in place."""

    modifying: ClassVar[str]

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create it with its options."""
        return super().create(aws, {**inputs, "options": _options(inputs)})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change options and tags."""
        settings = {*new, *old} - {"tags", "tags_all", "arn"}
        differing = {name: new[name] for name in settings & {*new} if changed(old, new, name)}
        given = {**differing, "options": _options(differing)} | self.lists(old, new)
        request = parameters(aws, "ec2", self.modifying, given)
        if any(request.values()):
            getattr(aws.client("ec2"), self.modifying)(**request, **{self.member: id_})
        super().update(aws, id_, old, new)

    def lists(self, old: Properties, new: Properties) -> dict[str, Any]:
        """Give what a change adds and removes."""
        return {}


def _options(inputs: Properties) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name != "tags"}


@creator
class TransitGateway(_Optioned):
    """A hub that networks are attached to."""

    type = "aws:ec2transitgateway/transitGateway:TransitGateway"
    replace_on = frozenset({"amazon_side_asn", "multicast_support"})
    making, deleting = "create_transit_gateway", "delete_transit_gateway"
    modifying = "modify_transit_gateway"
    kind, member, result = "transit-gateway", "TransitGatewayId", "TransitGateway"
    defaults: ClassVar[Properties] = {
        "amazon_side_asn": 64512,
        "auto_accept_shared_attachments": "disable",
        "default_route_table_association": "enable",
        "default_route_table_propagation": "enable",
        "dns_support": "enable",
        "multicast_support": "disable",
        "security_group_referencing_support": "disable",
        "vpn_ecmp_support": "enable",
    }


@creator
class VpcAttachment(_Optioned):
    """A VPC attached to a transit gateway."""

    type = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"
    replace_on = frozenset({"transit_gateway_id", "vpc_id"})
    making = "create_transit_gateway_vpc_attachment"
    modifying = "modify_transit_gateway_vpc_attachment"
    deleting = "delete_transit_gateway_vpc_attachment"
    kind, member = "transit-gateway-attachment", "TransitGatewayAttachmentId"
    result = "TransitGatewayVpcAttachment"
    defaults: ClassVar[Properties] = {
        "appliance_mode_support": "disable",
        "dns_support": "enable",
        "ipv6_support": "disable",
        "transit_gateway_default_route_table_association": True,
        "transit_gateway_default_route_table_propagation": True,
    }

    def lists(self, old: Properties, new: Properties) -> dict[str, Any]:
        """Give the subnets that come and go."""
        before, now = {*old["subnet_ids"]}, {*new["subnet_ids"]}
        lists = {
            "add_subnet_ids": sorted(now - before),
            "remove_subnet_ids": sorted(before - now),
        }
        return {name: ids for name, ids in lists.items() if ids}


@creator
class RouteTable(CreatedById):
    """A table of routes of a transit gateway."""

    type = "aws:ec2transitgateway/routeTable:RouteTable"
    replace_on = frozenset({"transit_gateway_id"})
    making = "create_transit_gateway_route_table"
    deleting = "delete_transit_gateway_route_table"
    kind, member = "transit-gateway-route-table", "TransitGatewayRouteTableId"
    result = "TransitGatewayRouteTable"

    def outputs(self, aws: Cloud, made: Properties, inputs: Properties) -> dict[str, Any]:
        """Say that it is nobody's default."""
        return {"default_association_route_table": False, "default_propagation_route_table": False}


table(
    Plain(
        type="aws:ec2transitgateway/route:Route",
        service="ec2",
        create=Call("create_transit_gateway_route"),
        id="{transit_gateway_route_table_id}_{destination_cidr_block}",
        delete=Call("delete_transit_gateway_route"),
        replace_on=frozenset(
            {
                "blackhole",
                "destination_cidr_block",
                "transit_gateway_attachment_id",
                "transit_gateway_route_table_id",
            }
        ),
    ),
    *(
        Plain(
            type=type_,
            service="ec2",
            create=Call(making),
            apart=apart,
            id="{transit_gateway_route_table_id}_{transit_gateway_attachment_id}",
            delete=Call(deleting),
            gone=("InvalidAssociation.NotFound",),
            replace_on=frozenset(
                {"transit_gateway_attachment_id", "transit_gateway_route_table_id", *apart}
            ),
        )
        for type_, making, deleting, apart in (
            (
                "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation",
                "associate_transit_gateway_route_table",
                "disassociate_transit_gateway_route_table",
                frozenset({"replace_existing_association"}),
            ),
            (
                "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation",
                "enable_transit_gateway_route_table_propagation",
                "disable_transit_gateway_route_table_propagation",
                frozenset[str](),
            ),
        )
    ),
)
