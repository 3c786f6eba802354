"""HTTP APIs with integrations, routes and stages: made, changed, read back, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.types.tokens import API, API_INTEGRATION, API_ROUTE, API_STAGE
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

CORS = {
    "allow_origins": ["https://example.com"],
    "allow_methods": ["GET", "POST"],
    "allow_headers": ["content-type"],
    "max_age": 300,
}
LOG_FORMAT = '{"requestId":"$context.requestId","status":"$context.status"}'


def api(world: World, **more: Any) -> Made:
    return world.make(API, protocol_type="HTTP", tags=TAGS, **more)


def integration(world: World, of: Made, **more: Any) -> Made:
    function = world.cloud.arn("lambda", "function:roundtrip")
    return world.make(
        API_INTEGRATION,
        api_id=of.id,
        integration_type="AWS_PROXY",
        integration_uri=function,
        payload_format_version="2.0",
        **more,
    )


def test_api_shows_what_was_declared_and_changed(world: World) -> None:
    made = api(world, description="Answers", cors_configuration=CORS, version="1")
    assert_shown(world, made)
    more = {**CORS, "allow_methods": ["GET"]}
    world.change(made, cors_configuration=more, name="renamed", tags={**TAGS, "More": "1"})
    assert_shown(world, made)
    world.change(made, cors_configuration=None, description=None, tags=TAGS)
    assert_shown(world, made)
    shown: Any = world.read(made)
    assert (shown.data["cors_configuration"], shown.data["description"]) == (None, None)
    assert_gone(world, made)


def test_api_from_an_openapi_document_is_refused(world: World) -> None:
    with pytest.raises(EmbeddedError, match="body of an API is not available"):
        api(world, body="openapi: 3.0.1")


def test_integration_shows_what_was_declared_and_changed(world: World) -> None:
    of = api(world)
    made = integration(
        world,
        of,
        timeout_milliseconds=10000,
        request_parameters={"append:header.requestId": "$context.requestId"},
        response_parameters=[{"status_code": "500", "mappings": {"overwrite:statuscode": "503"}}],
    )
    assert_shown(world, made)
    world.change(made, timeout_milliseconds=20000, request_parameters=None)
    assert_shown(world, made)
    shown: Any = world.read(made)
    assert shown.data["request_parameters"] == {}
    assert_gone(world, made)


def test_routes_show_what_was_declared_and_changed(world: World) -> None:
    of = api(world)
    target = f"integrations/{integration(world, of).id}"
    routes = [
        world.make(API_ROUTE, api_id=of.id, route_key=key, target=target)
        for key in ("GET /", "GET /health", "ANY /{proxy+}")
    ]
    for route in routes:
        assert_shown(world, route)
    world.change(routes[0], authorization_type="AWS_IAM", operation_name="root")
    assert_shown(world, routes[0])
    assert_gone(world, routes[0])


def test_stage_shows_what_was_declared_and_changed(world: World) -> None:
    of = api(world)
    group = world.cloud.arn("logs", "log-group:/http/roundtrip")
    made = world.make(
        API_STAGE,
        name="$default",
        api_id=of.id,
        auto_deploy=True,
        access_log_settings={"destination_arn": group, "format": LOG_FORMAT},
        default_route_settings={"throttling_burst_limit": 100, "throttling_rate_limit": 50.0},
        stage_variables={"logLevel": "INFO"},
        tags=TAGS,
    )
    assert made["invoke_url"] == f"{of['api_endpoint']}/"
    assert_shown(world, made)
    world.change(
        made,
        access_log_settings={"destination_arn": group, "format": "$context.requestId"},
        default_route_settings={"detailed_metrics_enabled": True, "throttling_burst_limit": 200},
        route_settings=[{"route_key": "GET /health", "throttling_rate_limit": 5.0}],
        description="All of it",
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made)
    world.change(made, access_log_settings=None, description=None, route_settings=None, tags=TAGS)
    assert_shown(world, made)
    shown: Any = world.read(made)
    names = ("access_log_settings", "description", "route_settings")
    assert [shown.data[name] for name in names] == [None, None, []]
    assert_gone(world, made)


def test_snapshot_asks_once_for_apis_and_once_for_each_kind_of_part(world: World) -> None:
    of = api(world)
    part = integration(world, of)
    world.make(API_ROUTE, api_id=of.id, route_key="$default", target=f"integrations/{part.id}")
    world.make(API_STAGE, name="live", api_id=of.id)
    snapshot = world.snapshot()
    found = {resource.type for resource in snapshot.resources}
    assert {API, API_INTEGRATION, API_ROUTE, API_STAGE} <= found
    apis = [resource for resource in snapshot.resources if resource.type == API]
    # One listing of APIs, and three of what each has.
    assert snapshot.calls["apigatewayv2"] == 1 + 3 * len(apis)


@pytest.mark.parametrize(
    ("target", "type_"),
    [
        ("arn:aws:lambda:us-east-1:123456789012:function:hello", "AWS_PROXY"),
        ("https://example.com", "HTTP_PROXY"),
    ],
)
def test_api_with_a_target_is_made_whole_at_once(world: World, target: str, type_: str) -> None:
    api = world.make(API, protocol_type="HTTP", target=target, route_key="GET /")
    client = world.cloud.client("apigatewayv2")
    (integration,) = client.get_integrations(ApiId=api.id)["Items"]
    assert (integration["IntegrationType"], integration["IntegrationUri"]) == (type_, target)
    (route,) = client.get_routes(ApiId=api.id)["Items"]
    assert route["RouteKey"] == "GET /"
    assert route["Target"] == f"integrations/{integration['IntegrationId']}"
    (stage,) = client.get_stages(ApiId=api.id)["Items"]
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    with pytest.raises(EmbeddedError, match="target of an API cannot change"):
        world.change(api, target=f"{target}2")
    world.delete(api)
