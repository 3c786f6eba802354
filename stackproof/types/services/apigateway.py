"""API Gateway: custom domain names, of both its APIs.

A regional domain name is listed by both APIs, whichever made it, and shown as both types.
"""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import API_DOMAIN, API_DOMAIN_V1

DOMAIN_NAME = Type(
    token=API_DOMAIN_V1,
    service="apigateway",
    listing=Listing(operation="GetDomainNames", result="items", iam="apigateway:GET"),
    id="{domainName}",
    arn="arn:{partition}:apigateway:{region}::/domainnames/{domainName}",
    name="{domainName}",
    names={
        "cloudfront_domain_name": "distributionDomainName",
        "cloudfront_zone_id": "distributionHostedZoneId",
        "endpoint_configuration.types": ("types", lambda types: types[0] if types else None),
        "regional_zone_id": "regionalHostedZoneId",
    },
    unread=frozenset({"certificate_body", "certificate_chain", "certificate_private_key"}),
    tags="tags",
    trigger="apigateway:/domainnames",
)

DOMAIN_NAME_V2 = Type(
    token=API_DOMAIN,
    service="apigatewayv2",
    listing=Listing(operation="GetDomainNames", result="Items", iam="apigateway:GET"),
    id="{DomainName}",
    arn="arn:{partition}:apigateway:{region}::/domainnames/{DomainName}",
    name="{DomainName}",
    names={
        "domain_name_configuration.target_domain_name": "ApiGatewayDomainName",
    },
    tags="Tags",
    trigger="apigateway:/domainnames",
    # What belongs to CloudFront's edge, or to one VPC, only the older API makes.
    foreign=lambda item: any(
        one.get("EndpointType") != "REGIONAL" for one in item.get("DomainNameConfigurations") or ()
    ),
)

TYPES = (DOMAIN_NAME, DOMAIN_NAME_V2)
