"""API Gateway: custom domain names, of both its APIs; usage plans and keys.

A regional domain name is listed by both APIs, whichever made it, and shown as both types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import (
    API_DOMAIN,
    API_DOMAIN_V1,
    APIGATEWAY_API_KEY,
    APIGATEWAY_USAGE_PLAN,
)

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
    arn_service="apigateway:/domainnames",
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
    arn_service="apigateway:/domainnames",
    # What belongs to CloudFront's edge, or to one VPC, only the older API makes.
    foreign=lambda item: any(
        configuration.get("EndpointType") != "REGIONAL"
        for configuration in item.get("DomainNameConfigurations") or ()
    ),
)


def _throttles(stages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "api_id": stage.get("apiId"),
            "stage": stage.get("stage"),
            "throttles": [
                {
                    "path": path,
                    "burst_limit": limits.get("burstLimit"),
                    "rate_limit": limits.get("rateLimit"),
                }
                for path, limits in sorted((stage.get("throttle") or {}).items())
            ],
        }
        for stage in stages
    ]


USAGE_PLAN = Type(
    token=APIGATEWAY_USAGE_PLAN,
    service="apigateway",
    listing=Listing(operation="GetUsagePlans", result="items", iam="apigateway:GET"),
    id="{id}",
    arn="arn:{partition}:apigateway:{region}::/usageplans/{id}",
    name="{name}",
    names={
        "api_stages": ("apiStages", _throttles),
        "quota_settings": "quota",
        "throttle_settings": "throttle",
    },
    tags="tags",
    arn_service="apigateway:/usageplans",
)

API_KEY = Type(
    token=APIGATEWAY_API_KEY,
    service="apigateway",
    # Keys themselves are left out unless they are asked for.
    listing=Listing(operation="GetApiKeys", result="items", iam="apigateway:GET"),
    id="{id}",
    arn="arn:{partition}:apigateway:{region}::/apikeys/{id}",
    name="{name}",
    unread=frozenset({"value"}),
    tags="tags",
    arn_service="apigateway:/apikeys",
)

TYPES = (DOMAIN_NAME, DOMAIN_NAME_V2, USAGE_PLAN, API_KEY)
