from __future__ import annotations

import json

import pytest

from stackproof.types.tokens import API, API_INTEGRATION, API_ROUTE, API_STAGE, LAMBDA_PERMISSION
from tests.unit.infra.program import ACCOUNT, Deployment
from tests.unit.infra.serverless.conftest import Configured

PROXY = "/{proxy+}"


def test_api_speaks_http(deployment: Deployment) -> None:
    api = deployment.only(API)
    assert (api["name"], api["protocol_type"]) == ("prod-nova-http-k7q2", "HTTP")


def test_cors_allows_what_the_routes_take_from_the_named_origin(deployment: Deployment) -> None:
    assert deployment.only(API)["cors_configuration"] == {
        "allow_origins": ["https://app.nova.example.com"],
        "allow_methods": ["DELETE", "GET", "OPTIONS", "PUT"],
        "allow_headers": ["authorization", "content-type", "x-amz-date", "x-amz-security-token"],
        "max_age": 600,
    }


def test_allowed_origin_follows_the_settings(configured: Configured) -> None:
    api = configured(allowed_origin="https://shop.example.org").only(API)
    assert api["cors_configuration"]["allow_origins"] == ["https://shop.example.org"]


@pytest.mark.requirement("4.2")
def test_routes_are_exactly_these_and_documents_want_a_signature(deployment: Deployment) -> None:
    assert {
        route["route_key"]: route["authorization_type"] for route in deployment.all(API_ROUTE)
    } == {
        "GET /": "NONE",
        "GET /health": "NONE",
        f"GET {PROXY}": "AWS_IAM",
        f"PUT {PROXY}": "AWS_IAM",
        f"DELETE {PROXY}": "AWS_IAM",
    }


def test_no_route_takes_the_options_that_browsers_ask_for(deployment: Deployment) -> None:
    methods = {route["route_key"].split()[0] for route in deployment.all(API_ROUTE)}
    assert methods.isdisjoint({"ANY", "OPTIONS", "$default"})


def test_every_route_leads_to_the_one_integration(deployment: Deployment) -> None:
    assert {route["target"] for route in deployment.all(API_ROUTE)} == {
        "integrations/Integration-http"
    }
    assert {route["api_id"] for route in deployment.all(API_ROUTE)} == {"Api-http"}


def test_integration_hands_requests_to_the_function_in_payload_format_2(
    deployment: Deployment,
) -> None:
    function = f"arn:aws:lambda:us-west-2:{ACCOUNT}:function/prod-nova-api-k7q2"
    assert deployment.only(API_INTEGRATION).inputs == {
        "api_id": "Api-http",
        "integration_type": "AWS_PROXY",
        "integration_method": "POST",
        "integration_uri": "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/"
        f"{function}/invocations",
        "payload_format_version": "2.0",
    }


def test_default_stage_deploys_by_itself(deployment: Deployment) -> None:
    stage = deployment.only(API_STAGE)
    assert (stage["name"], stage["auto_deploy"], stage["api_id"]) == ("$default", True, "Api-http")


def test_stage_limits_requests_and_measures_each_route(deployment: Deployment) -> None:
    assert deployment.only(API_STAGE)["default_route_settings"] == {
        "detailed_metrics_enabled": True,
        "throttling_burst_limit": 100,
        "throttling_rate_limit": 50,
    }


def test_access_log_is_json_that_says_who_asked_for_what(deployment: Deployment) -> None:
    settings = deployment.only(API_STAGE)["access_log_settings"]
    assert settings["destination_arn"].endswith("/aws/apigateway/prod-nova-http-k7q2")
    logged = json.loads(settings["format"])
    assert all(value.startswith("$context.") for value in logged.values())
    assert {"requestId", "time", "ip", "route", "status", "latency", "error"} == set(logged)


def test_only_this_api_may_invoke_the_function(deployment: Deployment) -> None:
    assert deployment.only(LAMBDA_PERMISSION).inputs == {
        "statement_id": "http-invokes",
        "action": "lambda:InvokeFunction",
        "function": "prod-nova-api-k7q2",
        "principal": "apigateway.amazonaws.com",
        "source_arn": f"arn:aws:execute-api:us-west-2:{ACCOUNT}:Api-http/*/*",
    }


@pytest.mark.parametrize("type_", [API_ROUTE, API_INTEGRATION, API_STAGE, LAMBDA_PERMISSION])
def test_parts_follow_the_api_that_they_belong_to(deployment: Deployment, type_: str) -> None:
    for part in deployment.all(type_):
        assert any(API in urn for urn in part.depends_on), part.name
