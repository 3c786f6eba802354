"""REST APIs with their resources, methods, integrations and stages, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown, taken, time_text
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.readers.apigateway_mappings import tell_of_closed, tell_of_link
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    APIGATEWAY_DEPLOYMENT,
    APIGATEWAY_INTEGRATION,
    APIGATEWAY_INTEGRATION_RESPONSE,
    APIGATEWAY_METHOD,
    APIGATEWAY_METHOD_RESPONSE,
    APIGATEWAY_METHOD_SETTINGS,
    APIGATEWAY_RESOURCE,
    APIGATEWAY_REST_API,
    APIGATEWAY_STAGE,
)

# API Gateway's IAM actions are HTTP methods (Service Authorization Reference).
_READ = "apigateway:GET"
_METHOD_NAMES = {
    "authorization": "authorizationType",
    "authorization_scopes": "authorizationScopes",
    "authorizer_id": "authorizerId",
    "operation_name": "operationName",
    "request_models": "requestModels",
    "request_parameters": "requestParameters",
    "request_validator_id": "requestValidatorId",
}
_INTEGRATION_NAMES = {
    "cache_key_parameters": "cacheKeyParameters",
    "cache_namespace": "cacheNamespace",
    "connection_id": "connectionId",
    "content_handling": "contentHandling",
    "credentials": "credentials",
    "integration_http_method": "httpMethod",
    "integration_target": "integrationTarget",
    "passthrough_behavior": "passthroughBehavior",
    "request_parameters": "requestParameters",
    "request_templates": "requestTemplates",
    "response_transfer_mode": "responseTransferMode",
    "timeout_milliseconds": "timeoutInMillis",
    "type": "type",
    "uri": "uri",
}
_RESPONSE_NAMES = {
    "content_handling": "contentHandling",
    "response_models": "responseModels",
    "response_parameters": "responseParameters",
    "response_templates": "responseTemplates",
    "selection_pattern": "selectionPattern",
    "status_code": "statusCode",
}


def _api_arn(scope: Scope, api: str) -> str:
    return f"arn:{scope.partition}:apigateway:{scope.region}::/restapis/{api}"


def _stage_arn(scope: Scope, item: Item) -> str:
    return f"{_api_arn(scope, item['restApiId'])}/stages/{item['stageName']}"


def _build_api(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = _api_arn(scope, item["id"])
    size = item.get("minimumCompressionSize")
    data = {
        "api_key_source": item.get("apiKeySource"),
        "created_date": time_text(item.get("createdDate")),
        "binary_media_types": list(item.get("binaryMediaTypes") or ()),
        "description": item.get("description") or None,
        "disable_execute_api_endpoint": item.get("disableExecuteApiEndpoint", False),
        "endpoint_configuration": _endpoint(item.get("endpointConfiguration") or {}),
        "execution_arn": scope.arn("execute-api", item["id"]),
        "minimum_compression_size": None if size is None else str(size),
        "name": item["name"],
        "policy": item.get("policy") or None,
        "root_resource_id": item.get("rootResourceId"),
        "security_policy": item.get("securityPolicy"),
        "tags": dict(item.get("tags") or {}),
    }
    yield shown(scope, APIGATEWAY_REST_API, item["id"], data, arn=arn, name=item["name"])


def _endpoint(given: Item) -> dict[str, Any]:
    types = given.get("types") or ["EDGE"]
    return {**snake(given), "types": types[0]}


def _build_resource(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    if item.get("parentId"):  # the root belongs to the API itself
        data = {
            "parent_id": item["parentId"],
            "path": item["path"],
            "path_part": item.get("pathPart"),
            "rest_api": item["restApiId"],
        }
        yield shown(scope, APIGATEWAY_RESOURCE, item["id"], data, name=item["path"])
    for name, method in (item.get("resourceMethods") or {}).items():
        place = {
            "http_method": name,
            "resource_id": item["id"],
            "rest_api": item["restApiId"],
        }
        yield from _build_method(place, method, scope)


def _build_method(place: Item, method: Item, scope: Scope) -> Iterator[Resource]:
    where = f"{place['rest_api']}-{place['resource_id']}-{place['http_method']}"
    data = {
        **place,
        **taken(method, _METHOD_NAMES),
        "api_key_required": method.get("apiKeyRequired", False),
    }
    yield shown(scope, APIGATEWAY_METHOD, f"agm-{where}", data)
    for code, response in (method.get("methodResponses") or {}).items():
        data = {**place, **taken(response, _RESPONSE_NAMES)}
        yield shown(scope, APIGATEWAY_METHOD_RESPONSE, f"agmr-{where}-{code}", data)
    integration = method.get("methodIntegration")
    if not integration:
        return
    data = {
        **place,
        **taken(integration, _INTEGRATION_NAMES),
        "connection_type": integration.get("connectionType", "INTERNET"),
        "tls_config": snake(integration.get("tlsConfig")) or None,
    }
    yield shown(scope, APIGATEWAY_INTEGRATION, f"agi-{where}", data)
    for code, response in (integration.get("integrationResponses") or {}).items():
        data = {**place, **taken(response, _RESPONSE_NAMES)}
        yield shown(scope, APIGATEWAY_INTEGRATION_RESPONSE, f"agir-{where}-{code}", data)


def _tell_of_links(item: Item, scope: Scope) -> None:
    for method in (item.get("resourceMethods") or {}).values():
        tell_of_link((method.get("methodIntegration") or {}).get("connectionId"), scope)


def _build_deployment(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {"description": item.get("description") or None, "rest_api": item["restApiId"]}
    yield shown(scope, APIGATEWAY_DEPLOYMENT, item["id"], data)


def _build_stage(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    api, name = item["restApiId"], item["stageName"]
    arn = _stage_arn(scope, item)
    domain = f"{api}.execute-api.{scope.region}.{scope.suffix}"
    data = {
        "access_log_settings": snake(item.get("accessLogSettings")) or None,
        "cache_cluster_enabled": item.get("cacheClusterEnabled", False),
        "cache_cluster_size": item.get("cacheClusterSize"),
        "canary_settings": snake(item.get("canarySettings")) or None,
        "client_certificate_id": item.get("clientCertificateId"),
        "deployment": item.get("deploymentId"),
        "description": item.get("description") or None,
        "documentation_version": item.get("documentationVersion"),
        "execution_arn": scope.arn("execute-api", f"{api}/{name}"),
        "invoke_url": f"https://{domain}/{name}",
        "rest_api": api,
        "stage_name": name,
        "tags": dict(item.get("tags") or {}),
        "variables": dict(item.get("variables") or {}),
        "web_acl_arn": item.get("webAclArn"),
        "xray_tracing_enabled": item.get("tracingEnabled", False),
    }
    yield shown(scope, APIGATEWAY_STAGE, f"ags-{api}-{name}", data, arn=arn, name=name)
    for key, settings in (item.get("methodSettings") or {}).items():
        # Slashes inside the path of a resource are escaped (API Gateway API Reference, Stage).
        path = key.replace("~1", "/").removeprefix("/")
        values = {
            "method_path": path,
            "rest_api": api,
            "settings": snake(settings),
            "stage_name": name,
        }
        yield shown(scope, APIGATEWAY_METHOD_SETTINGS, f"{api}-{name}-{path}", values)


def _of_each_api(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for api in scope.ids(APIGATEWAY_REST_API):
        yield {"restApiId": api}


def _resources_of_each_api(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for api in scope.ids(APIGATEWAY_REST_API):
        yield _resources(api)


def _resources(api: str) -> Mapping[str, Any]:
    return {"restApiId": api, "embed": ["methods"]}


READERS = (
    Reader(
        types=(APIGATEWAY_REST_API,),
        listing=Ask("apigateway", "GetRestApis", "items", iam=_READ),
        key=lambda item, scope: Key(
            item["id"], _api_arn(scope, item["id"]), tags=item.get("tags") or {}, shared=True
        ),
        build=_build_api,
        arn_service="apigateway:/restapis",
        tells=lambda item, scope: tell_of_closed(item.get("disableExecuteApiEndpoint"), scope),
    ),
    Reader(
        types=(
            APIGATEWAY_RESOURCE,
            APIGATEWAY_METHOD,
            APIGATEWAY_METHOD_RESPONSE,
            APIGATEWAY_INTEGRATION,
            APIGATEWAY_INTEGRATION_RESPONSE,
        ),
        listing=Ask("apigateway", "GetResources", "items", iam=_READ),
        targets=_resources_of_each_api,
        get_parameters=lambda id_, state: _resources(state["rest_api"]),
        key=lambda item, scope: Key(item["id"], tags={}, parent_ids=(item["restApiId"],)),
        build=_build_resource,
        arn_service="apigateway:/restapis",
        parents=(APIGATEWAY_REST_API,),
        parent_fields=("restApiId",),
        tells=_tell_of_links,
    ),
    Reader(
        types=(APIGATEWAY_DEPLOYMENT,),
        listing=Ask("apigateway", "GetDeployments", "items", iam=_READ),
        targets=_of_each_api,
        get_parameters=lambda id_, state: {"restApiId": state["rest_api"]},
        key=lambda item, scope: Key(item["id"], tags={}, parent_ids=(item["restApiId"],)),
        build=_build_deployment,
        arn_service="apigateway:/restapis",
        parents=(APIGATEWAY_REST_API,),
        parent_fields=("restApiId",),
    ),
    Reader(
        types=(APIGATEWAY_STAGE, APIGATEWAY_METHOD_SETTINGS),
        listing=Ask("apigateway", "GetStages", "item", iam=_READ),
        targets=_of_each_api,
        get_parameters=lambda id_, state: {"restApiId": state["rest_api"]},
        key=lambda item, scope: Key(
            f"ags-{item['restApiId']}-{item['stageName']}",
            _stage_arn(scope, item),
            tags=item.get("tags") or {},
            parent_ids=(item["restApiId"],),
        ),
        build=_build_stage,
        arn_service="apigateway:/restapis",
        parents=(APIGATEWAY_REST_API,),
        parent_fields=("restApiId",),
    ),
)
