"""HTTP and WebSocket APIs, their routes, integrations and stages, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.readers.apigateway_mappings import tell_of_closed, tell_of_link
from stackproof.sights.live.scope import Scope
from stackproof.types.composed import stage_url
from stackproof.types.tokens import API, API_INTEGRATION, API_ROUTE, API_STAGE

# API Gateway's IAM actions are HTTP methods (Service Authorization Reference).
_READ = "apigateway:GET"


def _api_arn(scope: Scope, api: str) -> str:
    return f"arn:{scope.partition}:apigateway:{scope.region}::/apis/{api}"


def _stage_arn(scope: Scope, item: Item) -> str:
    return f"{_api_arn(scope, item['ApiId'])}/stages/{item['StageName']}"


def _build_api(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {
        "api_endpoint": item["ApiEndpoint"],
        "api_key_selection_expression": item.get("ApiKeySelectionExpression"),
        "cors_configuration": snake(item.get("CorsConfiguration")) or None,
        "description": item.get("Description") or None,
        "disable_execute_api_endpoint": item.get("DisableExecuteApiEndpoint", False),
        "execution_arn": scope.arn("execute-api", item["ApiId"]),
        "ip_address_type": item.get("IpAddressType"),
        "name": item["Name"],
        "protocol_type": item["ProtocolType"],
        "route_selection_expression": item.get("RouteSelectionExpression"),
        "tags": dict(item.get("Tags") or {}),
        "version": item.get("Version") or None,
    }
    arn = _api_arn(scope, item["ApiId"])
    yield shown(scope, API, item["ApiId"], data, arn=arn, name=item["Name"])


def _build_integration(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {
        "api_id": item["ApiId"],
        "connection_id": item.get("ConnectionId") or None,
        "connection_type": item.get("ConnectionType", "INTERNET"),
        "content_handling_strategy": item.get("ContentHandlingStrategy"),
        "credentials_arn": item.get("CredentialsArn") or None,
        "description": item.get("Description") or None,
        "integration_method": item.get("IntegrationMethod"),
        "integration_response_selection_expression": item.get(
            "IntegrationResponseSelectionExpression"
        ),
        "integration_subtype": item.get("IntegrationSubtype"),
        "integration_type": item["IntegrationType"],
        "integration_uri": item.get("IntegrationUri"),
        "passthrough_behavior": item.get("PassthroughBehavior"),
        "payload_format_version": item.get("PayloadFormatVersion", "1.0"),
        "request_parameters": dict(item.get("RequestParameters") or {}),
        "request_templates": dict(item.get("RequestTemplates") or {}),
        "response_parameters": [
            {"status_code": code, "mappings": dict(mappings)}
            for code, mappings in (item.get("ResponseParameters") or {}).items()
        ],
        "template_selection_expression": item.get("TemplateSelectionExpression"),
        "timeout_milliseconds": item.get("TimeoutInMillis"),
        "tls_config": snake(item.get("TlsConfig")) or None,
    }
    yield shown(scope, API_INTEGRATION, item["IntegrationId"], data)


def _build_route(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {
        "api_id": item["ApiId"],
        "api_key_required": item.get("ApiKeyRequired", False),
        "authorization_scopes": list(item.get("AuthorizationScopes") or ()),
        "authorization_type": item.get("AuthorizationType", "NONE"),
        "authorizer_id": item.get("AuthorizerId") or None,
        "model_selection_expression": item.get("ModelSelectionExpression"),
        "operation_name": item.get("OperationName") or None,
        "request_models": dict(item.get("RequestModels") or {}),
        "request_parameters": [
            {"request_parameter_key": key, "required": given.get("Required", False)}
            for key, given in (item.get("RequestParameters") or {}).items()
        ],
        "route_key": item["RouteKey"],
        "route_response_selection_expression": item.get("RouteResponseSelectionExpression"),
        "target": item.get("Target") or None,
    }
    yield shown(scope, API_ROUTE, item["RouteId"], data, name=item["RouteKey"])


def _build_stage(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    api, name = item["ApiId"], item["StageName"]
    api_endpoint = next(
        (resource.data["api_endpoint"] for resource in scope.members[API] if resource.id == api),
        None,
    )
    data = {
        "access_log_settings": snake(item.get("AccessLogSettings")) or None,
        "api_id": api,
        "auto_deploy": item.get("AutoDeploy", False),
        "client_certificate_id": item.get("ClientCertificateId"),
        "default_route_settings": snake(item.get("DefaultRouteSettings")) or None,
        "deployment_id": item.get("DeploymentId"),
        "description": item.get("Description") or None,
        "execution_arn": scope.arn("execute-api", f"{api}/{name}"),
        "name": name,
        "route_settings": [
            {"route_key": key, **snake(given)}
            for key, given in (item.get("RouteSettings") or {}).items()
        ],
        "stage_variables": dict(item.get("StageVariables") or {}),
        "tags": dict(item.get("Tags") or {}),
    }
    if api_endpoint:
        data["invoke_url"] = stage_url(api_endpoint, name)
    yield shown(scope, API_STAGE, name, data, arn=_stage_arn(scope, item), name=name)


def _of_each_api(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for api in scope.ids(API):
        yield {"ApiId": api}


def _of_one_api(id_: str, state: Item) -> Mapping[str, Any]:
    return {"ApiId": state["api_id"]}


READERS = (
    Reader(
        types=(API,),
        listing=Ask("apigatewayv2", "GetApis", "Items", iam=_READ),
        key=lambda item, scope: Key(
            item["ApiId"],
            _api_arn(scope, item["ApiId"]),
            tags=item.get("Tags") or {},
            shared=True,
        ),
        build=_build_api,
        arn_service="apigateway:/apis",
        tells=lambda item, scope: tell_of_closed(item.get("DisableExecuteApiEndpoint"), scope),
    ),
    Reader(
        types=(API_INTEGRATION,),
        listing=Ask("apigatewayv2", "GetIntegrations", "Items", iam=_READ),
        targets=_of_each_api,
        get_parameters=_of_one_api,
        key=lambda item, scope: Key(item["IntegrationId"], tags={}, parent_ids=(item["ApiId"],)),
        build=_build_integration,
        arn_service="apigateway:/apis",
        parents=(API,),
        parent_fields=("ApiId",),
        tells=lambda item, scope: tell_of_link(item.get("ConnectionId"), scope),
    ),
    Reader(
        types=(API_ROUTE,),
        listing=Ask("apigatewayv2", "GetRoutes", "Items", iam=_READ),
        targets=_of_each_api,
        get_parameters=_of_one_api,
        key=lambda item, scope: Key(item["RouteId"], tags={}, parent_ids=(item["ApiId"],)),
        build=_build_route,
        arn_service="apigateway:/apis",
        parents=(API,),
        parent_fields=("ApiId",),
    ),
    Reader(
        types=(API_STAGE,),
        listing=Ask("apigatewayv2", "GetStages", "Items", iam=_READ),
        targets=_of_each_api,
        get_parameters=_of_one_api,
        key=lambda item, scope: Key(
            item["StageName"],
            _stage_arn(scope, item),
            tags=item.get("Tags") or {},
            parent_ids=(item["ApiId"],),
        ),
        build=_build_stage,
        arn_service="apigateway:/apis",
        parents=(API,),
        parent_fields=("ApiId",),
    ),
)
