"""CloudFront: what distributions share, and by what they prove to an origin who they are.

What comes ready from AWS (managed policies) is left out.
"""

from __future__ import annotations

from typing import Any

from stackproof.types.described import Listing, Type
from stackproof.types.names import to_snake
from stackproof.types.tokens import (
    CLOUDFRONT_CACHE_POLICY,
    CLOUDFRONT_FUNCTION,
    CLOUDFRONT_ORIGIN_ACCESS_CONTROL,
    CLOUDFRONT_ORIGIN_REQUEST_POLICY,
    CLOUDFRONT_RESPONSE_HEADERS_POLICY,
)


def _stores(shown: dict[str, Any]) -> list[str]:
    return [store["KeyValueStoreARN"] for store in shown.get("Items") or ()]


ORIGIN_ACCESS_CONTROL = Type(
    token=CLOUDFRONT_ORIGIN_ACCESS_CONTROL,
    service="cloudfront",
    listing=Listing(operation="ListOriginAccessControls", result="OriginAccessControlList.Items"),
    id="{Id}",
    arn="arn:{partition}:cloudfront::{account}:origin-access-control/{Id}",
    name="{Name}",
    unread=frozenset({"etag"}),
    referenced=True,
    regional=False,
    arn_service="cloudfront:origin-access-control",
)

FUNCTION = Type(
    token=CLOUDFRONT_FUNCTION,
    service="cloudfront",
    # Each function has a version of its own to try things with, whether or not it is published.
    listing=Listing(
        operation="ListFunctions", result="FunctionList.Items", fixed={"Stage": "DEVELOPMENT"}
    ),
    id="{Name}",
    arn="{FunctionMetadata[FunctionARN]}",
    name="{Name}",
    names={
        "comment": "FunctionConfig.Comment",
        "key_value_store_associations": ("FunctionConfig.KeyValueStoreAssociations", _stores),
        "runtime": "FunctionConfig.Runtime",
    },
    unread=frozenset({"code", "etag", "live_stage_etag", "publish"}),
    referenced=True,
    regional=False,
    arn_service="cloudfront:function",
)


def _policy(token: str, kind: str, resource: str, *names: str) -> Type:
    config = f"{kind}.{kind}Config"
    return Type(
        token=token,
        service="cloudfront",
        listing=Listing(
            operation=f"List{kind[:-1]}ies",
            result=f"{kind}List.Items",
            fixed={"Type": "custom"},
        ),
        id=f"{{{kind}[Id]}}",
        arn=f"arn:{{partition}}:cloudfront::{{account}}:{resource}/{{{kind}[Id]}}",
        name=f"{{{kind}[{kind}Config][Name]}}",
        names={to_snake(name): f"{config}.{name}" for name in ("Comment", "Name", *names)},
        unread=frozenset({"etag"}),
        referenced=True,
        regional=False,
        arn_service=f"cloudfront:{resource}",
    )


TYPES = (
    ORIGIN_ACCESS_CONTROL,
    FUNCTION,
    _policy(
        CLOUDFRONT_CACHE_POLICY,
        "CachePolicy",
        "cache-policy",
        "DefaultTTL",
        "MaxTTL",
        "MinTTL",
        "ParametersInCacheKeyAndForwardedToOrigin",
    ),
    _policy(
        CLOUDFRONT_ORIGIN_REQUEST_POLICY,
        "OriginRequestPolicy",
        "origin-request-policy",
        "CookiesConfig",
        "HeadersConfig",
        "QueryStringsConfig",
    ),
    _policy(
        CLOUDFRONT_RESPONSE_HEADERS_POLICY,
        "ResponseHeadersPolicy",
        "response-headers-policy",
        "CorsConfig",
        "CustomHeadersConfig",
        "RemoveHeadersConfig",
        "SecurityHeadersConfig",
        "ServerTimingHeadersConfig",
    ),
)
