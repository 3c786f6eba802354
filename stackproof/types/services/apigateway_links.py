"""API Gateway: the links by which APIs reach what stands in a VPC."""

from __future__ import annotations

from typing import Any

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import API_VPC_LINK, APIGATEWAY_VPC_LINK

_SERVICE = "apigateway:/vpclinks"


def _first(targets: list[str]) -> Any:
    # One load balancer for each link. API Gateway API Reference, CreateVpcLink, targetArns.
    return targets[0] if targets else None


LINK = Type(
    token=API_VPC_LINK,
    service="apigatewayv2",
    listing=Listing(
        operation="GetVpcLinks",
        result="Items",
        iam="apigateway:GET",
    ),
    id="{VpcLinkId}",
    arn="arn:{partition}:apigateway:{region}::/vpclinks/{VpcLinkId}",
    name="{Name}",
    tags="Tags",
    arn_service=_SERVICE,
    dying=lambda root: root.get("VpcLinkStatus") == "DELETING",
)
REST_LINK = Type(
    token=APIGATEWAY_VPC_LINK,
    service="apigateway",
    listing=Listing(
        operation="GetVpcLinks",
        result="items",
        iam="apigateway:GET",
    ),
    id="{id}",
    arn="arn:{partition}:apigateway:{region}::/vpclinks/{id}",
    name="{name}",
    names={"target_arn": ("targetArns", _first)},
    tags="tags",
    arn_service=_SERVICE,
    dying=lambda root: root.get("status") == "DELETING",
)

TYPES = (LINK, REST_LINK)
