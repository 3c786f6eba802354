"""API Gateway: API descriptions in Swagger 2.0, and methods that stand for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.embedded.overlay.registry import patches

_ANY = "x-amazon-apigateway-any-method"
_METHODS = {"any", "delete", "get", "head", "options", "patch", "post", "put"}


@patches("apigateway")
def take_swagger() -> None:
    """Take what AWS takes: moto refuses Swagger 2.0, and knows no method for all.

    What the two formats say of paths, methods and integrations is the same.
    AWS: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    from moto.apigateway.models import APIGatewayBackend

    backend_class: Any = APIGatewayBackend
    original = backend_class.put_rest_api

    def put_rest_api(backend: Any, id_: str, api_doc: Mapping[str, Any], *a: Any, **k: Any) -> Any:
        return original(backend, id_, _as_openapi(api_doc), *a, **k)

    backend_class.put_rest_api = put_rest_api


def _as_openapi(document: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in document.items() if name != "swagger"}
    paths = {path: _methods(methods) for path, methods in document.get("paths", {}).items()}
    return {"openapi": "3.0.1", **kept, "paths": paths}


def _methods(methods: Mapping[str, Any]) -> dict[str, Any]:
    named = {("any" if key == _ANY else key): value for key, value in methods.items()}
    return {key: value for key, value in named.items() if key in _METHODS}
