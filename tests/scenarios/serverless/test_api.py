"""A request finds its way: route, integration, permission, function."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens

pytestmark = [pytest.mark.request_path, pytest.mark.blueprint("serverless")]

OPEN = ("GET /", "GET /health")
SIGNED = ("DELETE /{proxy+}", "GET /{proxy+}", "PUT /{proxy+}")
ROUTES = (*OPEN, *SIGNED)
# What a browser sends of a signed request, beside what it may always send.
SIGNING = {"authorization", "content-type", "x-amz-date", "x-amz-security-token"}
# Amazon API Gateway quotas, "HTTP API": the integration's timeout, and its default.
LONGEST_WAIT = 30_000


def of_api(type_: str, api: Resource, live: Stack) -> tuple[Resource, ...]:
    return live.seen_referrers(api, type_, "api_id")


@pytest.mark.requirement("4.2")
def test_it_is_an_http_api(api: Resource) -> None:
    """The API is an HTTP API.

    Payload format 2.0 and automatic deployment exist for this kind only.
    """
    assert api["protocol_type"] == "HTTP"


@pytest.mark.requirement("4.2")
def test_exactly_these_routes_are_served(api: Resource, live: Stack) -> None:
    """The API answers `/`, `/health` and everything below, and nothing else.

    A route that nobody planned is a way in that nobody tests.
    """
    assert {route["route_key"] for route in of_api(tokens.API_ROUTE, api, live)} == set(ROUTES)


@pytest.mark.requirement("4.2")
@pytest.mark.parametrize("route_key", ROUTES)
def test_route_leads_to_the_function(
    route_key: str, api: Resource, function: Resource, live: Stack
) -> None:
    """Each route's integration hands requests to the function, in payload format 2.0.

    The handler reads that format; in the other one it fails on every request.
    """
    (route,) = (r for r in of_api(tokens.API_ROUTE, api, live) if r["route_key"] == route_key)
    integrations = {i.id: i for i in of_api(tokens.API_INTEGRATION, api, live)}
    integration = integrations[str(route["target"]).removeprefix("integrations/")]
    assert integration["integration_type"] == "AWS_PROXY"
    assert integration["payload_format_version"] == "2.0"
    assert integration["integration_method"] == "POST"
    assert f"/functions/{function.arn}/invocations" in integration["integration_uri"]


@pytest.mark.requirement("4.2")
def test_the_api_waits_as_long_as_the_function_may_take(
    api: Resource, function: Resource, live: Stack
) -> None:
    """Each integration waits for an answer until the function's own timeout.

    One that gives up earlier answers 503 while the function goes on, and is paid for.
    """
    for integration in of_api(tokens.API_INTEGRATION, api, live):
        waits = integration.number("timeout_milliseconds") or LONGEST_WAIT
        assert waits >= int(function["timeout"]) * 1000


@pytest.mark.requirement("4.2")
def test_api_may_invoke_the_function_and_nobody_else_may(
    api: Resource, function: Resource, live: Stack
) -> None:
    """The function's policy lets this one API invoke it, and has no other statement.

    Without the statement every request is answered with 500; a wider one lets any API in.
    """
    (permission,) = (
        p for p in live.all(tokens.LAMBDA_PERMISSION) if p["function"] == function["name"]
    )
    assert permission["action"] == "lambda:InvokeFunction"
    assert permission["principal"] == "apigateway.amazonaws.com"
    assert permission["source_arn"] == f"{api['execution_arn']}/*/*"


@pytest.mark.requirement("4.2")
def test_the_api_is_the_only_way_in(live: Stack) -> None:
    """The function has no address of its own.

    A function's address goes past the API: past its signatures, its limits and its log.
    """
    assert live.all(tokens.LAMBDA_URL) == ()


@pytest.mark.requirement("4.2")
def test_changes_of_the_api_are_deployed_by_themselves(api: Resource, live: Stack) -> None:
    """The default stage deploys every change, under the address that the outputs name.

    A change that waits for somebody to deploy it is a change that is forgotten.
    """
    (stage,) = of_api(tokens.API_STAGE, api, live)
    assert (stage["name"], stage["auto_deploy"]) == ("$default", True)


@pytest.mark.requirement("4.2")
def test_address_in_the_outputs_is_the_apis(api: Resource, outputs: Outputs) -> None:
    """The exported address is the one under which AWS serves the API, and it is switched on.

    Clients are configured from the outputs.
    """
    assert str(outputs["api_url"]).rstrip("/") == api["api_endpoint"]
    assert api["disable_execute_api_endpoint"] is False


@pytest.mark.requirement("4.2")
def test_only_the_named_origin_may_call_from_a_browser(api: Resource, outputs: Outputs) -> None:
    """Cross-origin calls are allowed from the one named https origin, to the methods that exist.

    With a `*` there, any web page may use the visitor's access.
    """
    cors = api["cors_configuration"]
    (origin,) = cors["allow_origins"]
    assert origin == outputs.settings["allowed_origin"]
    assert origin.startswith("https://")
    assert "*" not in origin
    assert set(cors["allow_methods"]) == {"GET", "PUT", "DELETE", "OPTIONS"}
    headers = {header.lower() for header in cors["allow_headers"]}
    assert headers >= SIGNING
    assert "*" not in headers
    assert not cors.get("allow_credentials")


def test_preflight_requests_meet_no_route(api: Resource, live: Stack) -> None:
    """No route takes OPTIONS, so API Gateway answers browsers by the cross-origin settings.

    A route for ANY method would: browsers don't sign OPTIONS, are refused, and no page works.
    """
    methods = {route["route_key"].split()[0] for route in of_api(tokens.API_ROUTE, api, live)}
    assert methods.isdisjoint({"ANY", "OPTIONS", "$default"})


@pytest.mark.requirement("4.2")
def test_documents_ask_who_is_there(api: Resource, live: Stack) -> None:
    """Only the two routes that tell nothing of value are open; documents want a signature.

    An open route with PUT behind it is a public drop box on the company's bill.
    """
    asks = {
        route["route_key"]: route["authorization_type"]
        for route in of_api(tokens.API_ROUTE, api, live)
    }
    assert asks == {**dict.fromkeys(OPEN, "NONE"), **dict.fromkeys(SIGNED, "AWS_IAM")}
