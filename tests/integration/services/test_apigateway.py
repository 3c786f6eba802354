"""REST APIs and what they are made of: made, changed, read back, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.model import Resource
from stackproof.types.tokens import (
    APIGATEWAY_DEPLOYMENT,
    APIGATEWAY_INTEGRATION,
    APIGATEWAY_INTEGRATION_RESPONSE,
    APIGATEWAY_METHOD,
    APIGATEWAY_METHOD_RESPONSE,
    APIGATEWAY_RESOURCE,
    APIGATEWAY_REST_API,
    APIGATEWAY_STAGE,
)
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:answer"
INVOCATION = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"


def pet_method(world: World) -> dict[str, Any]:
    """Make an API with a resource and a method, and give the method's place."""
    api = world.make(APIGATEWAY_REST_API, tags=TAGS)
    pets = world.make(
        APIGATEWAY_RESOURCE, rest_api=api.id, parent_id=api["root_resource_id"], path_part="pets"
    )
    place = {"rest_api": api.id, "resource_id": pets.id, "http_method": "POST"}
    world.make(APIGATEWAY_METHOD, **place, authorization="NONE")
    return place


def deployed(world: World) -> tuple[Made, Made]:
    """Make an API that can be staged, and deploy it."""
    place = pet_method(world)
    world.make(APIGATEWAY_INTEGRATION, **place, type="MOCK")
    deployment = world.make(
        APIGATEWAY_DEPLOYMENT, rest_api=place["rest_api"], triggers={"redeploy": "1"}
    )
    return next(made for made in world.made if made.type == APIGATEWAY_REST_API), deployment


def test_api_shows_what_was_declared_and_changed(world: World) -> None:
    made = world.make(
        APIGATEWAY_REST_API,
        description="pets",
        binary_media_types=["image/png"],
        endpoint_configuration={"types": "REGIONAL"},
        minimum_compression_size="1024",
        policy=json.dumps({"Version": "2012-10-17", "Statement": []}),
        tags=TAGS,
    )
    assert made["arn"] == f"arn:aws:apigateway:us-east-1::/restapis/{made.id}"
    assert made["execution_arn"] == f"arn:aws:execute-api:us-east-1:123456789012:{made.id}"
    assert_shown(world, made)
    world.change(
        made,
        name="renamed",
        description=None,
        binary_media_types=["image/gif", "a/b"],
        disable_execute_api_endpoint=True,
        endpoint_configuration={"types": "EDGE"},
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made)
    world.change(made, disable_execute_api_endpoint=False, policy=None, tags=TAGS)
    assert_shown(world, made)
    shown = world.read(made)
    assert isinstance(shown, Resource)
    assert (shown.data["description"], shown.data["policy"]) == (None, None)
    assert_gone(world, made)


def test_resource_is_below_its_parent(world: World) -> None:
    place = pet_method(world)
    one = world.make(
        APIGATEWAY_RESOURCE,
        rest_api=place["rest_api"],
        parent_id=place["resource_id"],
        path_part="{id}",
    )
    assert one["path"] == "/pets/{id}"
    assert_shown(world, one)
    assert_gone(world, one)


def test_method_and_its_responses_show_what_was_declared_and_changed(world: World) -> None:
    place = pet_method(world)
    method = world.make(
        APIGATEWAY_METHOD,
        **{**place, "http_method": "GET"},
        authorization="AWS_IAM",
        authorization_scopes=["pets/read"],
        request_parameters={"method.request.querystring.kind": True},
        request_models={"application/json": "Empty"},
    )
    assert_shown(world, method)
    world.change(
        method,
        authorization="NONE",
        authorization_scopes=None,
        api_key_required=True,
        request_parameters={"method.request.path.id": True},
    )
    assert_shown(world, method)
    response = world.make(
        APIGATEWAY_METHOD_RESPONSE,
        **{**place, "http_method": "GET"},
        status_code="200",
        response_models={"application/json": "Empty"},
        response_parameters={"method.response.header.Origin": True},
    )
    assert_shown(world, response)
    world.change(response, response_parameters=None)
    assert_shown(world, response)
    assert_gone(world, response)
    assert_gone(world, method)


def test_integration_and_its_responses_show_what_was_declared_and_changed(world: World) -> None:
    place = pet_method(world)
    integration = world.make(
        APIGATEWAY_INTEGRATION,
        **place,
        type="AWS_PROXY",
        integration_http_method="POST",
        uri=INVOCATION,
        cache_key_parameters=["method.request.path.id"],
        timeout_milliseconds=5000,
    )
    assert integration["cache_namespace"] == place["resource_id"]
    assert_shown(world, integration)
    world.make(APIGATEWAY_METHOD_RESPONSE, **place, status_code="200")
    response = world.make(
        APIGATEWAY_INTEGRATION_RESPONSE,
        **place,
        status_code="200",
        response_templates={"application/json": "{}"},
        selection_pattern="-",
    )
    assert_shown(world, response)
    world.change(integration, timeout_milliseconds=6000, passthrough_behavior="NEVER")
    assert_shown(world, integration)
    assert_shown(world, response)
    world.change(response, selection_pattern="2..")
    assert_shown(world, response)
    assert_gone(world, response)
    assert_gone(world, integration)


def test_stage_shows_what_was_declared_and_changed(world: World) -> None:
    api, deployment = deployed(world)
    assert_shown(world, deployment, hidden=("triggers",))
    group = world.make("aws:cloudwatch/logGroup:LogGroup", name="/pets")
    made = world.make(
        APIGATEWAY_STAGE,
        rest_api=api.id,
        deployment=deployment.id,
        stage_name="prod",
        access_log_settings={"destination_arn": group["arn"], "format": "$context.requestId"},
        variables={"Kind": "cat"},
        xray_tracing_enabled=True,
        tags=TAGS,
    )
    assert made.id == f"ags-{api.id}-prod"
    assert made["invoke_url"] == f"https://{api.id}.execute-api.us-east-1.amazonaws.com/prod"
    assert_shown(world, made)
    again = world.make(APIGATEWAY_DEPLOYMENT, rest_api=api.id, description="again")
    world.change(
        made,
        deployment=again.id,
        variables={"Kind": "dog", "Size": "2"},
        xray_tracing_enabled=False,
        tags={**TAGS, "More": "1"},
    )
    assert_shown(world, made)
    world.change(made, access_log_settings=None, variables=None, tags=TAGS)
    assert_shown(world, made)
    world.change(again, description="for good")
    assert_shown(world, again)
    assert_gone(world, made)
    assert_gone(world, deployment)


def test_api_from_a_document_has_its_methods(world: World) -> None:
    document = {
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "1"},
        "paths": {
            "/pets": {
                "get": {
                    "responses": {"200": {"description": "all"}},
                    "x-amazon-apigateway-integration": {
                        "type": "aws_proxy",
                        "httpMethod": "POST",
                        "uri": INVOCATION,
                    },
                }
            }
        },
    }
    made = world.make(APIGATEWAY_REST_API, body=json.dumps(document), tags=TAGS)
    resources = world.cloud.client("apigateway").get_resources(restApiId=made.id)["items"]
    assert {item["path"]: [*item.get("resourceMethods", {})] for item in resources} == {
        "/": [],
        "/pets": ["GET"],
    }
    assert made["root_resource_id"] in {item["id"] for item in resources}


def test_api_is_not_made_of_an_unknown_setting(world: World) -> None:
    with pytest.raises(EmbeddedError, match=r"^stages of aws:apigateway/restApi:RestApi is not av"):
        world.make(APIGATEWAY_REST_API, stages=["prod"])
