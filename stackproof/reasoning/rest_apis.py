"""REST APIs: which settings hold for a stage's methods, and who can reach an API at all."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.model import Resource, Stack, Unknown, UnresolvedError
from stackproof.reasoning.access import Statement, grants
from stackproof.types.tokens import APIGATEWAY_METHOD_SETTINGS

# The path by which settings hold for every method that has none of its own.
EVERY_METHOD = "*/*"


def method_settings(stage: Resource, stack: Stack) -> list[Resource | Unknown]:
    """Give the settings of a stage's methods, an Unknown for each that may be the stage's."""
    try:
        everywhere = stack.around(APIGATEWAY_METHOD_SETTINGS)
    except UnresolvedError as error:
        return [error.unknown]
    found: list[Resource | Unknown] = []
    for settings in everywhere:
        try:
            if _shares(settings, stage, "rest_api") and _is_of(settings, stage):
                found.append(settings)
        except UnresolvedError as error:
            found.append(error.unknown)
    return found


def is_private(api: Resource) -> bool:
    """Tell whether an API is reached through VPC endpoints only."""
    return "PRIVATE" in api.values("endpoint_configuration.types")


def narrows(policy: Iterable[Statement]) -> bool:
    """Tell whether the policy of an API says who may call it; one without statements doesn't.

    Source: API Gateway Developer Guide, "How API Gateway resource policies affect authorization
    workflow": with a policy, who is not allowed by it can't call.
    """
    statements = tuple(policy)
    return bool(statements) and not any(grant.everybody for grant in grants(statements))


def _shares(left: Resource, other: Resource, path: str) -> bool:
    """Tell whether two resources belong to the same thing, by its id or by what it depends on."""
    named = (left.raw(path), other.raw(path))
    if all(isinstance(value, str) for value in named):
        return bool(named[0] == named[1])
    led = [set(resource.references.get(path, ())) for resource in (left, other)]
    if all(led):
        return bool(led[0] & led[1])
    hidden = next((value for value in named if isinstance(value, Unknown)), None)
    if hidden is None:
        return False
    raise UnresolvedError(hidden.at(f"{left.name}.{path}"))


def _is_of(settings: Resource, stage: Resource) -> bool:
    led = settings.references.get("stage_name", ())
    if led and stage.urn is not None:
        return stage.urn in led
    return bool(settings["stage_name"] == stage["stage_name"])
