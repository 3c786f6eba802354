"""REST APIs: TLS to what is behind them, and what they keep of answers."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect_set
from stackproof.controls.support.rest_apis import API, STAGE, settings
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
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.reasoning.rest_apis import method_settings
from stackproof.types.tokens import (
    APIGATEWAY_INTEGRATION,
    APIGATEWAY_METHOD_SETTINGS,
    APIGATEWAY_REST_API,
    APIGATEWAY_STAGE,
)

BY_HTTP = ("HTTP", "HTTP_PROXY")


@control(
    "rest-api-integration-https",
    title="REST APIs call what is behind them with TLS, and check its certificate",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=APIGATEWAY_INTEGRATION,
    frameworks={Framework.PCI: ("4.2.1",), Framework.NIST: ("SC-8",)},
    cases=Cases(
        passing=Given(
            APIGATEWAY_INTEGRATION,
            {"type": "HTTP_PROXY", "uri": "https://orders.example.com"},
        ),
        failing=(
            Change("uri", "http://orders.example.com"),
            Change("tls_config", {"insecure_skip_verification": True}),
        ),
        unknown=(Hide("uri"), Hide("type"), Hide("tls_config")),
        also_passing=(
            Change("tls_config", {"insecure_skip_verification": False}),
            Change("uri", "HTTPS://orders.example.com"),
        ),
        not_applicable=(
            Change("type", "AWS_PROXY"),
            Change("type", "MOCK"),
            (Change("connection_type", "VPC_LINK"), Change("uri", "http://orders.internal")),
            Change("uri", "${stageVariables.backend}"),
        ),
    ),
)
def integration_https(integration: Resource) -> Outcome:
    """From API Gateway to a public address the request crosses the internet.

    Source: API Gateway API Reference, TlsConfig: without verification anybody's certificate does.
    """
    if integration["type"] not in BY_HTTP:
        return NotApplicable("AWS calls its own services with TLS")
    if integration["connection_type"] == "VPC_LINK":
        return NotApplicable("stays in the VPC: judged at the listener")
    uri = (integration.text("uri") or "").lower()
    if "${stagevariables." in uri.partition("/")[0]:
        return NotApplicable("each stage says the address in a variable of its own")
    if not uri.startswith("https://"):
        return Fail("uri", "an address with https", uri, "Set uri to an https address.")
    path = "tls_config.insecure_skip_verification"
    if integration.get(path) is True:
        return Fail(path, "false", True, "Leave insecure_skip_verification out.")
    return Pass()


@control(
    "rest-api-cache-encrypted",
    title="REST APIs encrypt the answers that they keep",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=APIGATEWAY_STAGE,
    needs=(APIGATEWAY_METHOD_SETTINGS,),
    frameworks={
        Framework.FSBP: ("APIGateway.5",),
        Framework.NIST: ("SC-13", "SC-28", "SC-28(1)"),
    },
    cases=Cases(
        passing=Given(
            APIGATEWAY_STAGE,
            {**STAGE, "cache_cluster_enabled": True},
            (API, settings("all", caching_enabled=True, cache_data_encrypted=True)),
        ),
        failing=(
            Change("settings.cache_data_encrypted", False, of="all"),
            Remove("settings.cache_data_encrypted", of="all"),
            With(settings("one", "orders/GET", caching_enabled=True)),
        ),
        unknown=(
            Hide("cache_cluster_enabled"),
            Hide("settings", of="all"),
            Hide("settings.cache_data_encrypted", of="all"),
            Hide("settings.caching_enabled", of="all"),
            Hide("rest_api", of="all"),
            Hide("stage_name", of="all"),
        ),
        absent=((Change("settings.cache_data_encrypted", False, of="all"), Without("api")),),
        not_applicable=(
            Change("cache_cluster_enabled", False),
            Remove("cache_cluster_enabled"),
            Without("all"),
            Change("settings.caching_enabled", False, of="all"),
        ),
    ),
)
def cache_encrypted(stage: Resource, stack: Stack) -> Outcome:
    """What a customer was answered stays in the cache for minutes; it is not encrypted by default.

    Source: API Gateway API Reference, MethodSetting, `cacheDataEncrypted`, `cachingEnabled`.
    """
    if not stage["cache_cluster_enabled"]:
        return NotApplicable("the stage has no cache")
    return each(method_settings(stage, stack), _encrypts)


def _encrypts(settings: Resource) -> Outcome:
    if not settings.get("settings.caching_enabled"):
        return NotApplicable("keeps no answers")
    if settings.get("settings.cache_data_encrypted") is True:
        return Pass()
    return Fail(
        "settings.cache_data_encrypted",
        "true",
        settings.get("settings.cache_data_encrypted"),
        "Set cache_data_encrypted to true in the MethodSettings.",
    )


BEHIND = Neighbour(
    "behind",
    APIGATEWAY_INTEGRATION,
    {"rest_api": Ref("api"), "type": "HTTP_PROXY", "uri": "https://orders.example.com"},
)


@control(
    "rest-api-client-certificate",
    title="REST APIs prove by a certificate who they are to servers behind them",
    severity=Severity.LOW,
    category=Category.SECURITY,
    types=APIGATEWAY_STAGE,
    needs=(APIGATEWAY_INTEGRATION, APIGATEWAY_REST_API),
    frameworks={
        Framework.FSBP: ("APIGateway.2",),
        Framework.NIST: ("SC-8", "SC-23"),
    },
    cases=Cases(
        passing=Given(
            APIGATEWAY_STAGE,
            {"rest_api": Ref("api"), "stage_name": "prod", "client_certificate_id": "a1b2c3"},
            (API, BEHIND),
        ),
        failing=(Remove("client_certificate_id"),),
        unknown=(
            Hide("client_certificate_id"),
            (Remove("client_certificate_id"), Hide("type", of="behind")),
            (Remove("client_certificate_id"), Hide("rest_api", of="behind")),
            (Remove("client_certificate_id"), Hide("rest_api")),
        ),
        absent=((Remove("client_certificate_id"), Without("api")),),
        not_applicable=(
            (Remove("client_certificate_id"), Without("behind")),
            (Remove("client_certificate_id"), Change("type", "AWS_PROXY", of="behind")),
            (
                Remove("client_certificate_id"),
                Change("connection_type", "VPC_LINK", of="behind"),
            ),
        ),
    ),
)
def client_certificate(stage: Resource, stack: Stack) -> Outcome:
    """A server on the internet can't tell by the address that a request comes from the API.

    Source: API Gateway Developer Guide, "Generate and configure an SSL certificate for backend
    authentication": it is shown to servers called by HTTP only.
    """
    certificate = expect_set(
        stage,
        "client_certificate_id",
        expected="a client certificate that the servers behind the API ask for",
        fix="Set client_certificate_id to the id of an apigateway.ClientCertificate.",
    )
    if isinstance(certificate, Pass):
        return certificate
    api = stack.follow_one(stage, "rest_api", APIGATEWAY_REST_API)
    behind = (
        referrers_or_unknown(api, stack, APIGATEWAY_INTEGRATION, "rest_api")
        if api is not None
        else ()
    )
    return each(
        behind, lambda server: certificate if _is_server(server) else NotApplicable("AWS's own")
    )


def _is_server(integration: Resource) -> bool:
    return integration["type"] in BY_HTTP and integration["connection_type"] != "VPC_LINK"
