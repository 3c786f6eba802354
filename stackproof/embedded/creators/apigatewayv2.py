"""API Gateway v2: HTTP and WebSocket APIs, their integrations, routes and stages."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.asking import listed
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    tag_changes,
)
from stackproof.types.composed import stage_url
from stackproof.types.tokens import API

_SERVICE = "apigatewayv2"
_QUICK = ("credentials_arn", "route_key", "target")
_RENAME = {"timeout_milliseconds": "timeout_in_millis"}


@creator
class Api(Creator):
    """An API, declared piece by piece."""

    type = "aws:apigatewayv2/api:Api"
    replace_on = frozenset({"protocol_type"})
    auto_name = "name"
    auto_name_limit = 128
    defaults: ClassVar[Properties] = {
        "api_key_selection_expression": "$request.header.x-api-key",
        "route_selection_expression": "$request.method $request.path",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the API."""
        _declared_whole(inputs)
        request = parameters(aws, _SERVICE, "create_api", inputs)
        api = aws.client(_SERVICE).create_api(**request)["ApiId"]
        if inputs.get("target"):
            _quick_create(aws, api, inputs)
        return Created(api)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change settings, CORS and tags."""
        _declared_whole(new)
        if changed(old, new, *_QUICK):
            raise EmbeddedError(
                f"{' and '.join(_QUICK)} of an API cannot change on the embedded AWS; declare its "
                "routes, integrations and stages as resources, or replace the API"
            )
        client = aws.client(_SERVICE)
        request = parameters(aws, _SERVICE, "update_api", {**_taken_away(old, new), **new})
        if old.get("cors_configuration") and not new.get("cors_configuration"):
            request.pop("CorsConfiguration", None)
            client.delete_cors_configuration(ApiId=id_)
        client.update_api(**request | {"ApiId": id_})
        _tag(aws, old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the API with all that is in it."""
        with already_gone():
            aws.client(_SERVICE).delete_api(ApiId=id_)


@creator
class Integration(Creator):
    """What answers the requests of a route."""

    type = "aws:apigatewayv2/integration:Integration"
    replace_on = frozenset({"api_id", "integration_subtype", "integration_type"})
    defaults: ClassVar[Properties] = {
        "connection_type": "INTERNET",
        "payload_format_version": "1.0",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the integration."""
        request = _integration(aws, "create_integration", inputs)
        made = aws.client(_SERVICE).create_integration(**request)
        return Created(made["IntegrationId"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the integration."""
        request = _integration(aws, "update_integration", {**_taken_away(old, new), **new})
        # AWS keeps a request parameter until it is given an empty value.
        unset = dict.fromkeys(old.get("request_parameters") or {}, "")
        if unset:
            request["RequestParameters"] = unset | request.get("RequestParameters", {})
        aws.client(_SERVICE).update_integration(**request | {"IntegrationId": id_})

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the integration."""
        with already_gone():
            aws.client(_SERVICE).delete_integration(ApiId=state["api_id"], IntegrationId=id_)


@creator
class Route(Creator):
    """Which requests go to which integration."""

    type = "aws:apigatewayv2/route:Route"
    replace_on = frozenset({"api_id"})
    defaults: ClassVar[Properties] = {"api_key_required": False, "authorization_type": "NONE"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the route."""
        made = aws.client(_SERVICE).create_route(**_route(aws, "create_route", inputs))
        return Created(made["RouteId"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the route."""
        request = _route(aws, "update_route", {**_taken_away(old, new), **new})
        aws.client(_SERVICE).update_route(**request | {"RouteId": id_})

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the route."""
        with already_gone():
            aws.client(_SERVICE).delete_route(ApiId=state["api_id"], RouteId=id_)


@creator
class Stage(Creator):
    """Where an API is served, how much of it, and where that is logged."""

    type = "aws:apigatewayv2/stage:Stage"
    replace_on = frozenset({"api_id", "name"})
    auto_name = "name"
    auto_name_limit = 128
    defaults: ClassVar[Properties] = {"auto_deploy": False}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the stage."""
        client = aws.client(_SERVICE)
        client.create_stage(**_stage(aws, "create_stage", inputs))
        api, name = inputs["api_id"], inputs["name"]
        endpoint = dict(listed(aws, API, {}))[api]["ApiEndpoint"]
        return Created(name, {"invoke_url": stage_url(endpoint, name)})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change settings and tags."""
        client = aws.client(_SERVICE)
        if old.get("access_log_settings") and not new.get("access_log_settings"):
            client.delete_access_log_settings(ApiId=old["api_id"], StageName=id_)
        wanted = {**_taken_away(old, new, but=("access_log_settings",)), **new}
        client.update_stage(**_stage(aws, "update_stage", wanted))
        _tag(aws, old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the stage."""
        with already_gone():
            aws.client(_SERVICE).delete_stage(ApiId=state["api_id"], StageName=id_)


def _declared_whole(inputs: Properties) -> None:
    if inputs.get("body"):
        raise EmbeddedError(
            "body of an API is not available on the embedded AWS; declare its routes, "
            "integrations and stages as resources"
        )


def _quick_create(aws: Cloud, api: str, inputs: Properties) -> None:
    """Make what AWS makes of an API with a target: an integration, a route and a stage.

    Amazon API Gateway, "CreateApi": quick create.
    """
    client, target = aws.client(_SERVICE), str(inputs["target"])
    is_function = target.startswith("arn:")
    settings: dict[str, Any] = {
        "IntegrationType": "AWS_PROXY" if is_function else "HTTP_PROXY",
        "PayloadFormatVersion": "2.0" if is_function else "1.0",
    }
    if not is_function:
        settings["IntegrationMethod"] = "ANY"
    if inputs.get("credentials_arn"):
        settings["CredentialsArn"] = inputs["credentials_arn"]
    made = client.create_integration(ApiId=api, IntegrationUri=target, **settings)
    client.create_route(
        ApiId=api,
        RouteKey=inputs.get("route_key") or "$default",
        Target=f"integrations/{made['IntegrationId']}",
    )
    client.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)


def _taken_away(old: Properties, new: Properties, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """Give what a program no longer sets, emptied: AWS keeps what an update leaves out."""
    return {
        name: type(value)()
        for name, value in old.items()
        if isinstance(value, (str, list, dict)) and name not in {*new, *but}
    }


def _integration(aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
    request = parameters(
        aws, _SERVICE, operation, inputs, rename=_RENAME, omit=("response_parameters",)
    )
    if inputs.get("response_parameters") is not None:
        request["ResponseParameters"] = {
            str(given["status_code"]): dict(given["mappings"])
            for given in inputs["response_parameters"]
        }
    return request


def _route(aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
    request = parameters(aws, _SERVICE, operation, inputs, omit=("request_parameters",))
    if inputs.get("request_parameters") is not None:
        request["RequestParameters"] = {
            given["request_parameter_key"]: {"Required": given["required"]}
            for given in inputs["request_parameters"]
        }
    return request


def _stage(aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
    by_route = {
        given["route_key"]: {key: value for key, value in given.items() if key != "route_key"}
        for given in inputs.get("route_settings") or ()
    }
    given = {**inputs, "route_settings": by_route, "stage_name": inputs["name"]}
    return parameters(aws, _SERVICE, operation, given)


def _tag(aws: Cloud, arn: str, old: Properties, new: Properties) -> None:
    client = aws.client(_SERVICE)
    added, removed = tag_changes(old, new)
    if removed:
        client.untag_resource(ResourceArn=arn, TagKeys=removed)
    if added:
        client.tag_resource(ResourceArn=arn, Tags=added)
