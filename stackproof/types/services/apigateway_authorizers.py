"""API Gateway: who tells its APIs whether a caller may call, of both its APIs."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import API, API_AUTHORIZER, APIGATEWAY_AUTHORIZER, APIGATEWAY_REST_API

AUTHORIZER = Type(
    token=APIGATEWAY_AUTHORIZER,
    service="apigateway",
    listing=Listing(
        operation="GetAuthorizers",
        result="items",
        parent=APIGATEWAY_REST_API,
        by="restApiId",
        single={"restApiId": "{rest_api}"},
        absent=("NotFoundException",),
        iam="apigateway:GET",
    ),
    id="{id}",
    arn="arn:{partition}:apigateway:{region}::/restapis/{restApiId}/authorizers/{id}",
    name="{name}",
    names={"provider_arns": "providerARNs", "rest_api": "listed:restApiId"},
    parent_ids=("restApiId",),
)

AUTHORIZER_V2 = Type(
    token=API_AUTHORIZER,
    service="apigatewayv2",
    listing=Listing(
        operation="GetAuthorizers",
        result="Items",
        parent=API,
        by="ApiId",
        single={"ApiId": "{api_id}"},
        absent=("NotFoundException",),
        iam="apigateway:GET",
    ),
    id="{AuthorizerId}",
    name="{Name}",
    names={"api_id": "listed:ApiId", "jwt_configuration.audiences": "Audience"},
    parent_ids=("ApiId",),
)

TYPES = (AUTHORIZER, AUTHORIZER_V2)
