"""EventBridge: web addresses that events are sent to, and how they let them in."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.base import Properties
from stackproof.embedded.frame.plain import Call, Plain, table


def _http(given: Properties) -> dict[str, Any]:
    return {
        "body_parameters": given.get("bodies"),
        "header_parameters": given.get("headers"),
        "query_string_parameters": given.get("query_strings"),
    }


def _authorization(given: Properties) -> dict[str, Any]:
    """Arrange how a connection shows who it is as AWS has it."""
    key, oauth = given.get("api_key"), given.get("oauth")
    invocation = given.get("invocation_http_parameters")
    if oauth:
        rest = {name: oauth[name] for name in oauth if name != "oauth_http_parameters"}
        parameters = oauth.get("oauth_http_parameters")
        oauth = {**rest, "oauth_http_parameters": _http(parameters) if parameters else None}
    return {
        "api_key_auth_parameters": key
        and {"api_key_name": key["key"], "api_key_value": key["value"]},
        "basic_auth_parameters": given.get("basic"),
        "connectivity_parameters": given.get("connectivity_parameters"),
        "invocation_http_parameters": _http(invocation) if invocation else None,
        "oauth_parameters": oauth,
    }


table(
    Plain(
        type="aws:cloudwatch/eventConnection:EventConnection",
        service="events",
        create=Call("create_connection"),
        update=Call("update_connection", whole=True),
        shapes={"auth_parameters": _authorization},
        outputs={"arn": "ConnectionArn"},
        read=Call("describe_connection"),
        shown={"secret_arn": "SecretArn"},
        id="{name}",
        delete=Call("delete_connection"),
        replace_on=frozenset({"name"}),
        auto_name="name",
        auto_name_limit=64,
    ),
    Plain(
        type="aws:cloudwatch/eventApiDestination:EventApiDestination",
        service="events",
        create=Call("create_api_destination"),
        update=Call("update_api_destination", whole=True),
        outputs={"arn": "ApiDestinationArn"},
        id="{name}",
        delete=Call("delete_api_destination"),
        replace_on=frozenset({"name"}),
        defaults={"invocation_rate_limit_per_second": 300},
        auto_name="name",
        auto_name_limit=64,
    ),
)
