"""Documents that describe an API: which operations it has, and by what each asks who is calling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from stackproof.model import Cause, Unknown, UnresolvedError

_ANY: Final = "x-amazon-apigateway-any-method"
# Browsers send no credentials with OPTIONS.
_METHODS: Final = ("delete", "get", "head", "patch", "post", "put", _ANY)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation (`GET /orders`): whether it asks who is calling, or for a key only."""

    name: str
    asks: bool
    keyed: bool


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Give the operations of an OpenAPI or Swagger document, those that answer browsers left out.

    Raises UnresolvedError where something else stands than should. Source: API Gateway Developer
    Guide, "OpenAPI extensions for API Gateway in API Gateway".
    """
    schemes = _map(document, "securityDefinitions") | _map(
        _map(document, "components"), "securitySchemes"
    )
    for path, item in _map(document, "paths").items():
        for method, given in _as_map(item, f"paths.{path}").items():
            if method in _METHODS:
                operation = _as_map(given, f"paths.{path}.{method}")
                named = _named(operation.get("security", document.get("security")))
                kinds = [_is_caller(schemes.get(name)) for name in named]
                verb = "ANY" if method == _ANY else method.upper()
                auth = _map(operation, "x-amazon-apigateway-auth").get("type")
                by_iam = isinstance(auth, str) and auth.upper() != "NONE"
                yield Operation(f"{verb} {path}", by_iam or any(kinds), bool(kinds))


def _is_caller(scheme: Any) -> bool:
    """Tell whether a scheme asks who is calling; a mere key of a usage plan doesn't."""
    requirements = _as_map(scheme, "security")
    extended = any(str(name).startswith("x-amazon-apigateway-auth") for name in requirements)
    return extended or requirements.get("type") not in (None, "apiKey")


def _named(security: Any) -> list[str]:
    """Give the schemes that are asked for; one requirement that is empty lets everybody in."""
    if security is None:
        return []
    if not isinstance(security, list):
        raise _odd("security")
    requirements = [_as_map(requirement, "security") for requirement in security]
    if any(not requirement for requirement in requirements):
        return []
    return [str(name) for requirement in requirements for name in requirement]


def _map(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    return _as_map(holder.get(name), name)


def _as_map(value: Any, where: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _odd(where)
    return dict(value)


def _odd(where: str) -> UnresolvedError:
    return UnresolvedError(Unknown(Cause.UNREADABLE, "body", f"{where}: not what OpenAPI has"))
