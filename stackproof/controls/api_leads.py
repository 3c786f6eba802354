"""APIs: each route leads to what answers it, and each API has a stage to be called by."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import some
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.once import once
from stackproof.reasoning.permissions.targets import named
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import (
    API,
    API_INTEGRATION,
    API_ROUTE,
    API_STAGE,
    APIGATEWAY_INTEGRATION,
    APIGATEWAY_METHOD,
    APIGATEWAY_REST_API,
    APIGATEWAY_STAGE,
    LAMBDA_FUNCTION,
)

# Amazon API Gateway Developer Guide, "Manage connected users and client apps: $connect and
# $disconnect routes": these need no integration.
_WITHOUT: Final = ("$connect", "$disconnect")
_INSIDE: Final = "integrations/"
# An API, a resource of it, and a verb.
_Key = tuple[str, str, str]
_ROUTE: Final = Given(
    API_ROUTE,
    {"route_key": "GET /orders", "target": "integrations/integration-id"},
    (
        Neighbour(
            "integration",
            API_INTEGRATION,
            {"integration_type": "AWS_PROXY", "integration_uri": Ref("orders", "arn")},
        ),
        Neighbour("orders", LAMBDA_FUNCTION, {"name": "orders"}),
    ),
)


@control(
    "http-api-route-leads-somewhere",
    title="Routes of HTTP and WebSocket APIs have an integration",
    severity=Severity.HIGH,
    category=Category.HA,
    types=API_ROUTE,
    needs=(API_INTEGRATION, LAMBDA_FUNCTION),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=_ROUTE,
        failing=(Remove("target"), Change("target", ""), Without("integration")),
        unknown=(
            Hide("target"),
            Hide("integration_uri", of="integration"),
            Hide("integration_type", of="integration"),
            Without("orders"),
        ),
        absent=(Without("integration"), Without("orders")),
        also_passing=(
            (
                Change("integration_type", "HTTP_PROXY", of="integration"),
                Change("integration_uri", "https://orders.example.com", of="integration"),
            ),
            (
                Change("integration_subtype", "SQS-SendMessage", of="integration"),
                Remove("integration_uri", of="integration"),
            ),
        ),
        not_applicable=((Remove("target"), Change("route_key", "$connect")),),
    ),
)
def route_leads_somewhere(route: Resource, stack: Stack) -> Outcome:
    """Without one each request is answered with an error."""
    if not route.raw("target"):
        if route["route_key"] in _WITHOUT:
            return NotApplicable("the route may do without")
        return _nothing("target")
    integration = _integration(route, stack)
    if integration is None:
        return _nothing("target")
    if integration["integration_type"] == "AWS_PROXY" and not integration["integration_subtype"]:
        _be_a_function(integration, "integration_uri", stack)
    return Pass()


def _integration(route: Resource, stack: Stack) -> Resource | None:
    """Give a route's integration, `None` where AWS doesn't show it."""
    target = route.raw("target")
    keys = (target.removeprefix(_INSIDE),) if isinstance(target, str) else ()
    for key in (*keys, *route.references.get("target", ())):
        found = stack.look_up(key, API_INTEGRATION)
        if found is not None:
            return found
    if not keys or stack.sight is not Sight.LIVE:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, "target", str(*keys)))
    return None


def _be_a_function(integration: Resource, path: str, stack: Stack) -> None:
    """Raise UnresolvedError when the function that an integration invokes isn't seen."""
    uri = integration.raw(path)
    if isinstance(uri, str) and named(uri, LAMBDA_FUNCTION, stack) is not None:
        return
    for urn in integration.references.get(path, ()):
        if stack.find(urn, LAMBDA_FUNCTION) is not None:
            return
    if isinstance(uri, Unknown):
        raise UnresolvedError(uri.at(f"{integration.name}.{path}"))
    raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, f"{integration.name}.{path}", str(uri)))


def _nothing(path: str) -> Fail:
    fix = "Give it an integration with what is to answer its requests."
    return Fail(path, "an integration that is there", None, fix)


@control(
    "rest-api-method-leads-somewhere",
    title="Methods of REST APIs have an integration",
    severity=Severity.HIGH,
    category=Category.HA,
    types=APIGATEWAY_METHOD,
    needs=(APIGATEWAY_INTEGRATION, LAMBDA_FUNCTION),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            APIGATEWAY_METHOD,
            {"rest_api": "api-1", "resource_id": "orders-1", "http_method": "GET"},
            (
                Neighbour(
                    "integration",
                    APIGATEWAY_INTEGRATION,
                    {
                        "rest_api": "api-1",
                        "resource_id": "orders-1",
                        "http_method": "GET",
                        "type": "AWS_PROXY",
                        "uri": Ref("orders", "arn"),
                    },
                ),
                Neighbour("orders", LAMBDA_FUNCTION, {"name": "orders"}),
            ),
        ),
        failing=(
            Without("integration"),
            Change("http_method", "POST", of="integration"),
            Change("resource_id", "payments-1", of="integration"),
            Change("rest_api", "api-2", of="integration"),
        ),
        unknown=(
            Hide("http_method"),
            Hide("resource_id", of="integration"),
            Hide("uri", of="integration"),
            Hide("type", of="integration"),
        ),
        absent=(Without("integration"), Without("orders")),
        also_passing=(
            (Change("type", "MOCK", of="integration"), Remove("uri", of="integration")),
            (
                Change("type", "HTTP_PROXY", of="integration"),
                Change("uri", "https://orders.example.com", of="integration"),
            ),
        ),
    ),
)
def method_leads_somewhere(method: Resource, stack: Stack) -> Outcome:
    """API Gateway deploys no API that has a method without one."""
    known, hidden = once(stack, "integrations of methods", lambda: _integrations(stack))
    found = next((known[key] for key in _keys(method) if key in known), None)
    if found is None and hidden is not None:
        raise UnresolvedError(hidden)
    if found is None:
        return _nothing("http_method")
    if found["type"] == "AWS_PROXY":
        _be_a_function(found, "uri", stack)
    return Pass()


def _integrations(stack: Stack) -> tuple[dict[_Key, Resource], Unknown | None]:
    known: dict[_Key, Resource] = {}
    hidden: Unknown | None = None
    for integration in stack.around(APIGATEWAY_INTEGRATION):
        try:
            known |= dict.fromkeys(_keys(integration), integration)
        except UnresolvedError as error:
            hidden = hidden or error.unknown
    return known, hidden


def _keys(holder: Resource) -> list[_Key]:
    """Give what tells the API, the resource and the verb of a method or an integration.

    Before deployment the first two are known by what they are computed from. Raises
    UnresolvedError when one of them isn't known.
    """
    apis, resources = _named(holder, "rest_api"), _named(holder, "resource_id")
    verb = holder.raw("http_method")
    if isinstance(verb, Unknown):
        # An integration takes its verb from its method.
        verbs = [*holder.references.get("http_method", ())]
    else:
        verbs = [str(verb), *([holder.urn] if holder.urn else [])]
    if not verbs:
        raise UnresolvedError(verb.at(f"{holder.name}.http_method"))
    return [*product(apis, resources, verbs)]


def _named(holder: Resource, path: str) -> Sequence[str]:
    address = holder.raw(path)
    if isinstance(address, str):
        return (address,)
    found = holder.references.get(path, ())
    if not found and isinstance(address, Unknown):
        raise UnresolvedError(address.at(f"{holder.name}.{path}"))
    return found


@control(
    "api-has-stage",
    title="APIs have a stage with a deployment",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=(API, APIGATEWAY_REST_API),
    needs=(API_STAGE, APIGATEWAY_STAGE),
    frameworks={Framework.NIST: ("CP-10",)},
    cases=Cases(
        passing=Given(
            API,
            {"protocol_type": "HTTP"},
            (
                Neighbour(
                    "stage",
                    API_STAGE,
                    {"api_id": Ref("subject"), "name": "$default", "auto_deploy": True},
                ),
            ),
        ),
        failing=(
            Without("stage"),
            Change("auto_deploy", False, of="stage"),
        ),
        unknown=(
            Hide("api_id", of="stage"),
            Hide("auto_deploy", of="stage"),
        ),
        absent=(Without("stage"),),
        also_passing=(
            (
                Change("auto_deploy", False, of="stage"),
                Change("deployment_id", "d-1", of="stage"),
            ),
        ),
    ),
)
def has_stage(api: Resource, stack: Stack) -> Outcome:
    """Nobody can call one without; before deployment another program may make it."""
    fix = "Add a stage, with auto_deploy or a deployment."
    missing = Fail("name", "a stage with a deployment", None, fix)
    if api.type == API:
        stages = referrers_or_unknown(api, stack, API_STAGE, "api_id")
        told = some(stages, lambda stage: Pass() if _deployed(stage) else missing, missing)
    else:
        stages = referrers_or_unknown(api, stack, APIGATEWAY_STAGE, "rest_api")
        told = some(stages, lambda stage: Pass(), missing)
    if isinstance(told, Fail) and stack.sight is not Sight.LIVE:
        raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail="a stage of the API"))
    return told


def _deployed(stage: Resource) -> bool:
    return bool(stage["auto_deploy"] or stage["deployment_id"])
