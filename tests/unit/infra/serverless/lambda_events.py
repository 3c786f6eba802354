"""Events as API Gateway sends them, and the code that gets them."""

from __future__ import annotations

import base64
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

HANDLER = Path(__file__).resolve().parents[4] / "infra/functions/api/handler.py"
REQUEST = "JKJaXmPLvHcESHA="


def load_handler() -> ModuleType:
    """Load the handler's file as Lambda does: alone, and by its name."""
    spec = spec_from_file_location("handler", HANDLER)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def event(method: str, path: str, body: str | bytes | None = None) -> dict[str, Any]:
    """Build an event of payload format 2.0; bytes are a body that API Gateway has encoded.

    Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs in API
    Gateway".
    """
    built: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} /{{proxy+}}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "host": "a1b2c3.example.com"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3",
            "domainName": "a1b2c3.example.com",
            "domainPrefix": "a1b2c3",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "agent",
            },
            "requestId": REQUEST,
            "routeKey": f"{method} /{{proxy+}}",
            "stage": "$default",
            "time": "12/Mar/2026:19:03:58 +0000",
            "timeEpoch": 1773342238000,
        },
        "isBase64Encoded": isinstance(body, bytes),
    }
    if body is not None:  # a request without a body has no such key
        built["body"] = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    return built
