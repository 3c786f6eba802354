"""Transit gateways: what is attached to them, and the tables by which they route."""

from __future__ import annotations

from typing import Any

from stackproof.types.described import Item, Listing, Type
from stackproof.types.tokens import (
    TRANSIT_GATEWAY,
    TRANSIT_GATEWAY_ASSOCIATION,
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_PROPAGATION,
    TRANSIT_GATEWAY_ROUTE,
    TRANSIT_GATEWAY_ROUTE_TABLE,
)

_TABLE = "TransitGatewayRouteTableId"
_ENDED = {"deleted", "deleting", "disassociated", "disassociating", "disabled", "disabling"}


def _gone(item: Item) -> bool:
    # AWS shows what was deleted for an hour more.
    return item.get("State") in _ENDED


def _is_blackhole(state: str) -> bool:
    return state == "blackhole"


def _attached(attachments: list[dict[str, Any]]) -> str | None:
    return attachments[0]["TransitGatewayAttachmentId"] if attachments else None


GATEWAY = Type(
    token=TRANSIT_GATEWAY,
    service="ec2",
    listing=Listing(
        operation="DescribeTransitGateways",
        result="TransitGateways",
        single={"TransitGatewayIds": ["{id}"]},
        absent=("InvalidTransitGatewayID.NotFound",),
    ),
    id="{TransitGatewayId}",
    arn="{TransitGatewayArn}",
    names={
        "amazon_side_asn": "Options.AmazonSideAsn",
        "association_default_route_table_id": "Options.AssociationDefaultRouteTableId",
        "auto_accept_shared_attachments": "Options.AutoAcceptSharedAttachments",
        "default_route_table_association": "Options.DefaultRouteTableAssociation",
        "default_route_table_propagation": "Options.DefaultRouteTablePropagation",
        "dns_support": "Options.DnsSupport",
        "encryption_support": "Options.EncryptionSupport.EncryptionState",
        "multicast_support": "Options.MulticastSupport",
        "propagation_default_route_table_id": "Options.PropagationDefaultRouteTableId",
        "security_group_referencing_support": "Options.SecurityGroupReferencingSupport",
        "transit_gateway_cidr_blocks": "Options.TransitGatewayCidrBlocks",
        "vpn_ecmp_support": "Options.VpnEcmpSupport",
    },
    tags="Tags",
    arn_service="ec2:transit-gateway",
    dying=_gone,
)

ATTACHMENT = Type(
    token=TRANSIT_GATEWAY_ATTACHMENT,
    service="ec2",
    listing=Listing(
        operation="DescribeTransitGatewayVpcAttachments",
        result="TransitGatewayVpcAttachments",
        single={"TransitGatewayAttachmentIds": ["{id}"]},
        absent=("InvalidTransitGatewayAttachmentID.NotFound",),
    ),
    id="{TransitGatewayAttachmentId}",
    arn="arn:{partition}:ec2:{region}:{account}:transit-gateway-attachment/"
    "{TransitGatewayAttachmentId}",
    names={
        "appliance_mode_support": "Options.ApplianceModeSupport",
        "dns_support": "Options.DnsSupport",
        "ipv6_support": "Options.Ipv6Support",
        "security_group_referencing_support": "Options.SecurityGroupReferencingSupport",
    },
    unread=frozenset(
        {
            "transit_gateway_default_route_table_association",
            "transit_gateway_default_route_table_propagation",
        }
    ),
    tags="Tags",
    parent_ids=("VpcId",),
    arn_service="ec2:transit-gateway",
    dying=_gone,
)

ROUTE_TABLE = Type(
    token=TRANSIT_GATEWAY_ROUTE_TABLE,
    service="ec2",
    listing=Listing(
        operation="DescribeTransitGatewayRouteTables",
        result="TransitGatewayRouteTables",
        single={"TransitGatewayRouteTableIds": ["{id}"]},
        absent=("InvalidRouteTableID.NotFound",),
    ),
    id="{TransitGatewayRouteTableId}",
    arn="arn:{partition}:ec2:{region}:{account}:transit-gateway-route-table/"
    "{TransitGatewayRouteTableId}",
    tags="Tags",
    arn_service="ec2:transit-gateway",
    dying=_gone,
)

ROUTE = Type(
    token=TRANSIT_GATEWAY_ROUTE,
    service="ec2",
    listing=Listing(
        operation="SearchTransitGatewayRoutes",
        result="Routes",
        parent=TRANSIT_GATEWAY_ROUTE_TABLE,
        by=_TABLE,
        single={_TABLE: "{transit_gateway_route_table_id}"},
        fixed={"Filters": [{"Name": "type", "Values": ["static"]}]},
        absent=("InvalidRouteTableID.NotFound",),
    ),
    id="{TransitGatewayRouteTableId}_{DestinationCidrBlock}",
    names={
        "blackhole": ("State", _is_blackhole),
        "transit_gateway_attachment_id": ("TransitGatewayAttachments", _attached),
        "transit_gateway_route_table_id": f"listed:{_TABLE}",
    },
    parent_ids=(_TABLE,),
    # A route to a prefix list is another type.
    foreign=lambda item: "DestinationCidrBlock" not in item,
    dying=_gone,
)


def _of_table(token: str, operation: str, result: str, *unread: str) -> Type:
    return Type(
        token=token,
        service="ec2",
        listing=Listing(
            operation=operation,
            result=result,
            parent=TRANSIT_GATEWAY_ROUTE_TABLE,
            by=_TABLE,
            single={_TABLE: "{transit_gateway_route_table_id}"},
            absent=("InvalidRouteTableID.NotFound",),
        ),
        id="{TransitGatewayRouteTableId}_{TransitGatewayAttachmentId}",
        names={"transit_gateway_route_table_id": f"listed:{_TABLE}"},
        unread=frozenset(unread),
        parent_ids=(_TABLE,),
        dying=_gone,
    )


ASSOCIATION = _of_table(
    TRANSIT_GATEWAY_ASSOCIATION,
    "GetTransitGatewayRouteTableAssociations",
    "Associations",
    "replace_existing_association",
)
PROPAGATION = _of_table(
    TRANSIT_GATEWAY_PROPAGATION,
    "GetTransitGatewayRouteTablePropagations",
    "TransitGatewayRouteTablePropagations",
)

TYPES = (GATEWAY, ATTACHMENT, ROUTE_TABLE, ROUTE, ASSOCIATION, PROPAGATION)
