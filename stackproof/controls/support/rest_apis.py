"""What controls of REST APIs share: examples, and how settings of methods are judged."""

from __future__ import annotations

from collections.abc import Callable

from stackproof.controls.support.checks import each, some
from stackproof.model import Fail, Outcome, Resource, Stack, Unknown, worst
from stackproof.model.cases import Neighbour, Ref
from stackproof.reasoning.rest_apis import EVERY_METHOD, method_settings
from stackproof.types.tokens import APIGATEWAY_METHOD_SETTINGS, APIGATEWAY_REST_API

API = Neighbour("api", APIGATEWAY_REST_API, {"name": "orders"})
STAGE = {"rest_api": Ref("api"), "stage_name": "prod"}


def settings(name: str, path: str = EVERY_METHOD, **properties: object) -> Neighbour:
    """Give the settings of an example's stage for some of its methods."""
    return Neighbour(
        name,
        APIGATEWAY_METHOD_SETTINGS,
        {
            "rest_api": Ref("api"),
            "stage_name": "prod",
            "method_path": path,
            "settings": properties,
        },
    )


def of_every_method(
    stage: Resource,
    stack: Stack,
    judge: Callable[[Resource], Outcome],
    overrides: Callable[[Resource], Outcome],
    missing: Fail,
) -> Outcome:
    """Judge what is said for all methods of a stage, and what single methods say otherwise."""
    general: list[Resource | Unknown] = []
    single: list[Resource | Unknown] = []
    for settings_ in method_settings(stage, stack):
        path = settings_.raw("method_path") if isinstance(settings_, Resource) else settings_
        if isinstance(path, Unknown):
            general.append(path)
        else:
            (general if path == EVERY_METHOD else single).append(settings_)
    return worst(some(general, judge, missing), each(single, overrides))
