"""HTTP and WebSocket APIs: who may call them, how often, and what is written down of it."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_set, expect_that
from stackproof.controls.support.in_support import accepts_from
from stackproof.controls.support.taggable import EXPOSURE, PUBLIC, meant_for_all
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.types.ends.tls_policies import API_DOMAINS
from stackproof.types.tokens import (
    API,
    API_DOMAIN,
    API_DOMAIN_V1,
    API_INTEGRATION,
    API_ROUTE,
    API_STAGE,
)


@control(
    "http-api-access-logs",
    title="Stages of HTTP and WebSocket APIs write access logs",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=API_STAGE,
    frameworks={
        Framework.FSBP: ("APIGateway.9",),
        Framework.PCI: ("10.2.1", "10.2.2"),
        Framework.NIST: ("AU-2", "AU-12"),
    },
    cases=Cases(
        passing=Given(
            API_STAGE,
            {
                "access_log_settings": {
                    "destination_arn": Ref("logs", "arn"),
                    "format": '{"ip":"$context.identity.sourceIp","status":"$context.status"}',
                }
            },
        ),
        failing=(
            Remove("access_log_settings"),
            Remove("access_log_settings.destination_arn"),
        ),
        unknown=(Hide("access_log_settings"), Hide("access_log_settings.destination_arn")),
    ),
)
def access_logs(stage: Resource) -> Outcome:
    """Who called, and what they got, can't be found out afterwards in any other way."""
    return expect_set(
        stage,
        "access_log_settings.destination_arn",
        expected="the ARN of a log group",
        fix="Set access_log_settings with the ARN of a cloudwatch.LogGroup and a format.",
    )


@control(
    "http-api-cors-names-origins",
    title="HTTP APIs name the web sites whose scripts may call them",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=API,
    frameworks={Framework.PCI: ("6.2.4",), Framework.NIST: ("AC-4",)},
    cases=Cases(
        passing=Given(
            API,
            {
                "protocol_type": "HTTP",
                "cors_configuration": {"allow_origins": ["https://shop.example.com"]},
            },
        ),
        failing=(
            Change("cors_configuration.allow_origins", ["*"]),
            Change("cors_configuration.allow_origins", ["https://*"]),
            (
                Change("cors_configuration.allow_origins", ["*"]),
                Change("cors_configuration.allow_credentials", True),
                Change("tags", {EXPOSURE: PUBLIC}),
            ),
        ),
        unknown=(
            Hide("cors_configuration"),
            Hide("cors_configuration.allow_origins"),
            (Change("cors_configuration.allow_origins", ["*"]), Hide("tags")),
        ),
        also_passing=(
            (
                Change("cors_configuration.allow_origins", ["*"]),
                Change("tags", {EXPOSURE: PUBLIC}),
            ),
        ),
        not_applicable=(Remove("cors_configuration"),),
    ),
)
def cors_names_origins(api: Resource) -> Outcome:
    """With `*` any page that a customer opens may call the API from the customer's own network.

    An API with the tag `Exposure: public` is meant to be called from anywhere, without cookies.
    """
    if api["cors_configuration"] is None:
        return NotApplicable("scripts of other sites may not call it")
    origins = api.values("cors_configuration.allow_origins")
    wide = [origin for origin in origins if origin in ("*", "http://*", "https://*")]
    if not wide:
        return Pass()
    if not api.get("cors_configuration.allow_credentials") and meant_for_all(api):
        return Pass()
    return Fail(
        "cors_configuration.allow_origins",
        f"named origins, or the tag {EXPOSURE}: {PUBLIC} on an API without credentials",
        wide,
        "Name the origins in allow_origins.",
    )


@control(
    "http-api-route-authorization",
    title="Routes of HTTP and WebSocket APIs ask who is calling, or the API is declared public",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=API_ROUTE,
    needs=(API,),
    frameworks={
        Framework.FSBP: ("APIGateway.8",),
        Framework.PCI: ("7.2.1", "8.3.1"),
        Framework.NIST: ("AC-3", "IA-2"),
    },
    cases=Cases(
        passing=Given(
            API_ROUTE,
            {"api_id": Ref("api"), "route_key": "GET /orders", "authorization_type": "JWT"},
            (Neighbour("api", API, {"name": "orders", "tags": {"Owner": "shop"}}),),
        ),
        failing=(
            Change("authorization_type", "NONE"),
            Remove("authorization_type"),
        ),
        unknown=(
            Hide("authorization_type"),
            (Change("authorization_type", "NONE"), Hide("tags", of="api")),
            (Change("authorization_type", "NONE"), Hide("api_id")),
        ),
        absent=((Change("authorization_type", "NONE"), Without("api")),),
        also_passing=(
            Change("authorization_type", "AWS_IAM"),
            (
                Change("authorization_type", "NONE"),
                Change("tags", {EXPOSURE: PUBLIC}, of="api"),
            ),
        ),
        not_applicable=(
            (Change("authorization_type", "NONE"), Change("route_key", "OPTIONS /orders")),
        ),
    ),
)
def route_authorization(route: Resource, stack: Stack) -> Outcome:
    """AWS lets everybody in by default; that it is meant so is said by a tag of the API.

    Browsers send no credentials with OPTIONS, and WebSocket APIs ask at `$connect` only.
    """
    if route["authorization_type"] not in (None, "NONE"):
        return Pass()
    key = str(route["route_key"] or "")
    if key.startswith("OPTIONS "):
        return NotApplicable("answers browsers that ask what they may send")
    api = stack.follow_one(route, "api_id", API)
    if api is not None and api["protocol_type"] == "WEBSOCKET" and key != "$connect":
        return NotApplicable("a WebSocket API asks when the connection is made")
    if api is not None and meant_for_all(api):
        return Pass()
    return Fail(
        "authorization_type",
        f"JWT, AWS_IAM or CUSTOM, or the tag {EXPOSURE}: {PUBLIC} on the API",
        route["authorization_type"],
        f"Set authorization_type and an authorizer, or declare the API with {EXPOSURE}: {PUBLIC}.",
    )


@control(
    "http-api-integration-https",
    title="HTTP APIs call what is behind them with TLS",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=API_INTEGRATION,
    frameworks={
        Framework.PCI: ("4.2.1",),
        Framework.NIST: ("SC-8",),
    },
    cases=Cases(
        passing=Given(
            API_INTEGRATION,
            {"integration_type": "HTTP_PROXY", "integration_uri": "https://orders.example.com"},
        ),
        failing=(Change("integration_uri", "http://orders.example.com"),),
        unknown=(Hide("integration_uri"), Hide("integration_type")),
        not_applicable=(
            Change("integration_type", "AWS_PROXY"),
            (
                Change("connection_type", "VPC_LINK"),
                Change("integration_uri", "arn:aws:elasticloadbalancing:us-east-1:1:listener/x"),
            ),
        ),
    ),
)
def integration_https(integration: Resource) -> Outcome:
    """From API Gateway to a public address the request crosses the internet."""
    if not str(integration["integration_type"]).startswith("HTTP"):
        return NotApplicable("AWS calls its own services with TLS")
    if integration["connection_type"] == "VPC_LINK":
        return NotApplicable("stays in the VPC: judged at the listener")
    return expect_that(
        integration,
        "integration_uri",
        lambda value: str(value).startswith("https://"),
        expected="an address with https",
        fix="Set integration_uri to an https address.",
    )


@control(
    "http-api-private-integration-tls",
    title="HTTP APIs call what is behind a VPC link with TLS",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=API_INTEGRATION,
    frameworks={
        Framework.FSBP: ("APIGateway.10",),
        Framework.PCI: ("4.2.1",),
        Framework.NIST: ("SC-8",),
    },
    cases=Cases(
        passing=Given(
            API_INTEGRATION,
            {
                "connection_type": "VPC_LINK",
                "tls_config": {"server_name_to_verify": "orders.example.com"},
            },
        ),
        failing=(Remove("tls_config"), Remove("tls_config.server_name_to_verify")),
        unknown=(Hide("tls_config"), Hide("connection_type")),
        not_applicable=(Change("connection_type", "INTERNET"), Remove("connection_type")),
    ),
)
def private_integration_tls(integration: Resource) -> Outcome:
    """In the VPC, too, somebody may listen: API Gateway speaks plain HTTP unless it is told a name.

    Source: Amazon API Gateway Developer Guide, "Create private integrations for HTTP APIs".
    """
    if integration["connection_type"] != "VPC_LINK":
        return NotApplicable("not through a VPC link")
    path = "tls_config.server_name_to_verify"
    fix = "Let the listener have a certificate, and name it in tls_config.server_name_to_verify."
    return expect_set(integration, path, expected="the name in the certificate", fix=fix)


@control(
    "api-domain-tls",
    title="Domain names of APIs accept TLS 1.2 or later only",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=(API_DOMAIN, API_DOMAIN_V1),
    frameworks={
        Framework.FSBP: ("APIGateway.11",),
        Framework.PCI: ("4.2.1", "2.2.7"),
        Framework.NIST: ("SC-8", "SC-13"),
    },
    cases=Cases(
        passing=Given(API_DOMAIN, {"domain_name_configuration": {"security_policy": "TLS_1_2"}}),
        failing=(
            Change("domain_name_configuration.security_policy", "TLS_1_0"),
            (Remove("domain_name_configuration"), Change("security_policy", "TLS_1_0")),
        ),
        unknown=(
            Hide("domain_name_configuration"),
            Hide("domain_name_configuration.security_policy"),
        ),
        also_passing=(
            (Remove("domain_name_configuration"), Change("security_policy", "TLS_1_2")),
            (
                Remove("domain_name_configuration"),
                Change("security_policy", "SecurityPolicy_TLS13_1_3_2025_09"),
            ),
            Remove("domain_name_configuration.security_policy"),
        ),
    ),
)
def domain_tls(domain: Resource) -> Outcome:
    """TLS 1.0 is for browsers that nobody patches; AWS's default is TLS 1.2."""
    nested = domain["domain_name_configuration"] is not None
    path = "domain_name_configuration.security_policy" if nested else "security_policy"
    policy = domain.text(path) or "TLS_1_2"
    fix = "Set security_policy to TLS_1_2."
    return accepts_from(domain, path, policy, API_DOMAINS, oldest="1.2", fix=fix)
