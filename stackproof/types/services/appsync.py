"""AppSync: GraphQL APIs."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import APPSYNC_GRAPHQL_API

TYPES = (
    Type(
        token=APPSYNC_GRAPHQL_API,
        service="appsync",
        listing=Listing(operation="ListGraphqlApis", result="graphqlApis"),
        id="{apiId}",
        arn="arn:{partition}:appsync:{region}:{account}:apis/{apiId}",
        name="{name}",
        names={"openid_connect_config": "openIDConnectConfig"},
        omitted={"xray_enabled": False},
        unread=frozenset({"schema"}),
        tags="tags",
    ),
)
