"""Which APIs the custom domain names of API Gateway lead to, as both its APIs show it.

A domain name may be another stack's, and lead to an API of this one all the same: an API whose own
address is switched off is looked for behind every domain name of the account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Cause, Resource, Unknown, UnresolvedError
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    API,
    API_DOMAIN,
    API_DOMAIN_V1,
    API_MAPPING,
    APIGATEWAY_BASE_PATH_MAPPING,
    APIGATEWAY_REST_API,
)

# API Gateway's IAM actions are HTTP methods (Service Authorization Reference).
_READ = "apigateway:GET"
_DOMAINS = "apigateway:/domainnames"
_LINKS = "apigateway:/vpclinks"
# How the older API calls the mapping of all paths. API Gateway API Reference, BasePathMapping.
_ALL_PATHS = "(none)"
# Where rules lead to REST APIs, with mappings or without. API Gateway Developer Guide, "Routing
# mode for custom domain names".
_BY_RULES = ("ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_API_MAPPING")


def tell_of_closed(disabled: bool | None, scope: Scope) -> None:
    """Have domain names looked for, where an API has no address of its own."""
    if disabled:
        scope.hints.add(_DOMAINS)


def tell_of_link(id_: str | None, scope: Scope) -> None:
    """Have the links into VPCs looked for, where an API goes through one."""
    if id_:
        scope.hints.add(_LINKS)


def _closed(scope: Scope, *types: str) -> bool:
    apis = (api for type_ in types for api in scope.members[type_])
    return any(api.raw("disable_execute_api_endpoint") is True for api in apis)


def _domains(scope: Scope) -> Iterator[Mapping[str, Any]]:
    everybodys = _closed(scope, API, APIGATEWAY_REST_API)
    for item in scope.listed[API_DOMAIN]:
        if everybodys or item["DomainName"] in scope.ids(API_DOMAIN):
            yield {"DomainName": item["DomainName"]}


def _domains_of_rest_apis(scope: Scope) -> Iterator[Mapping[str, Any]]:
    everybodys = _closed(scope, APIGATEWAY_REST_API)
    for item in scope.listed[API_DOMAIN_V1]:
        if everybodys and item.get("routingMode") in _BY_RULES:
            detail = f"routing rules of {item['domainName']}, which are not read"
            raise UnresolvedError(Unknown(Cause.UNSUPPORTED, detail=detail))
        if everybodys or item["domainName"] in scope.ids(API_DOMAIN_V1):
            asked = {"domainName": item["domainName"]}
            # Private names needn't be unique.
            private = "PRIVATE" in ((item.get("endpointConfiguration") or {}).get("types") or ())
            yield {**asked, "domainNameId": item["domainNameId"]} if private else asked


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {
        "api_id": item["ApiId"],
        "api_mapping_key": item.get("ApiMappingKey") or None,
        "domain_name": item["DomainName"],
        "stage": item["Stage"],
    }
    yield shown(scope, API_MAPPING, item["ApiMappingId"], data)


def _path(item: Item) -> str:
    return "" if item.get("basePath") == _ALL_PATHS else item.get("basePath") or ""


def _base_path_id(item: Item) -> str:
    return f"{item['domainName']}/{_path(item)}"


def _build_base_path(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    data = {
        "base_path": _path(item),
        "domain_name": item["domainName"],
        "rest_api": item["restApiId"],
        "stage_name": item.get("stage") or None,
    }
    yield shown(scope, APIGATEWAY_BASE_PATH_MAPPING, _base_path_id(item), data)


def _key(id_: Callable[[Item], str], domain: str, api: str) -> Callable[[Item, Scope], Key]:
    # What another's domain name leads to an API of the stack by is another's, and of interest.
    return lambda item, scope: Key(
        id_(item), tags={}, parent_ids=(item[domain],), holds=(item[api],)
    )


READERS = (
    Reader(
        types=(API_MAPPING,),
        listing=Ask("apigatewayv2", "GetApiMappings", "Items", iam=_READ),
        targets=_domains,
        get_parameters=lambda id_, state: {"DomainName": state["domain_name"]},
        key=_key(lambda item: item["ApiMappingId"], "DomainName", "ApiId"),
        build=_build,
        arn_service="",
        parents=(API_DOMAIN,),
        others_parents=True,
        parent_fields=("DomainName",),
    ),
    Reader(
        types=(APIGATEWAY_BASE_PATH_MAPPING,),
        listing=Ask("apigateway", "GetBasePathMappings", "items", iam=_READ),
        targets=_domains_of_rest_apis,
        get_parameters=lambda id_, state: {"domainName": state["domain_name"]},
        key=_key(_base_path_id, "domainName", "restApiId"),
        build=_build_base_path,
        arn_service="",
        parents=(API_DOMAIN_V1,),
        others_parents=True,
        parent_fields=("domainName",),
    ),
)
