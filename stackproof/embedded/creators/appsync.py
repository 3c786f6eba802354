"""AppSync: GraphQL APIs."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_API = {"openid_connect_config": "open_id_connect_config"}

table(
    Plain(
        type="aws:appsync/graphQLApi:GraphQLApi",
        service="appsync",
        create=Call("create_graphql_api", _API),
        update=Call("update_graphql_api", {**_API, "id": "api_id"}),
        also={"schema": Call("start_schema_creation", {"id": "api_id", "schema": "definition"})},
        outputs={"arn": "graphqlApi.arn", "uris": "graphqlApi.uris"},
        id="{answer[graphqlApi][apiId]}",
        delete=Call("delete_graphql_api", {"id": "api_id"}),
        tagged="arn",
        replace_on=frozenset({"api_type", "visibility"}),
        defaults={"xray_enabled": False},
        auto_name="name",
        auto_name_limit=65536,
    ),
)
