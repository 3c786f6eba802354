"""API Gateway v2: deployments, changes of stages and their tags, where domains lead."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, postprocesses, validates

_PLAIN = {
    "AutoDeploy": "auto_deploy",
    "ClientCertificateId": "client_certificate_id",
    "Description": "description",
    "StageVariables": "stage_variables",
}


@handles("apigatewayv2", "UpdateStage")
def update_stage(call: Call) -> dict[str, Any]:
    """Change the settings that are given, and only these.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html
    """
    stage, given = _stage(call, call.params["ApiId"], call.params["StageName"]), call.params
    for name, attribute in _PLAIN.items():
        if name in given:
            setattr(stage, attribute, given[name])
    if "AccessLogSettings" in given:
        stage.access_log_settings = _written(given["AccessLogSettings"])
    if "DefaultRouteSettings" in given:
        stage.default_route_settings |= _written(given["DefaultRouteSettings"])
    if "RouteSettings" in given:
        routes = given["RouteSettings"].items()
        stage.route_settings = {key: _written(settings) for key, settings in routes}
    return _shown(stage)


@handles("apigatewayv2", "DeleteAccessLogSettings")
def delete_access_log_settings(call: Call) -> None:
    """Stop logging who calls a stage.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-accesslogsettings.html
    """
    stage = _stage(call, call.params["ApiId"], call.params["StageName"])
    stage.access_log_settings = None


@handles("apigatewayv2", "TagResource")
def tag_resource(call: Call) -> None:
    """Tag stages, which moto doesn't find, as well as all others.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/tags-resource-arn.html
    """
    arn, tags = call.params["ResourceArn"], dict(call.params["Tags"])
    if "/stages/" in arn:
        _stage_at(call, arn).tags |= tags
    else:
        call.backend("apigatewayv2").tag_resource(arn, tags)


@handles("apigatewayv2", "UntagResource")
def untag_resource(call: Call) -> None:
    """Take tags from stages, which moto doesn't find, as well as from all others.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/tags-resource-arn.html
    """
    arn, keys = call.params["ResourceArn"], call.params["TagKeys"]
    if "/stages/" in arn:
        tags = _stage_at(call, arn).tags
        for key in keys:
            tags.pop(key, None)
    else:
        call.backend("apigatewayv2").untag_resource(arn, keys)


@handles("apigatewayv2", "CreateDeployment")
def create_deployment(call: Call) -> dict[str, Any]:
    """Deploy an API as it is now, to a stage if one is named.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments.html
    """
    api, given = call.params["ApiId"], call.params
    if api not in call.backend("apigatewayv2").apis:
        raise AwsError("NotFoundException", "Invalid API identifier specified")
    if given.get("StageName"):
        _stage(call, api, given["StageName"])
    made = {
        "AutoDeployed": False,
        "CreatedDate": datetime.now(UTC),
        "DeploymentId": secrets.token_hex(3),
        "DeploymentStatus": "DEPLOYED",
        "Description": given.get("Description", ""),
    }
    call.kept("deployments")[f"{api}/{made['DeploymentId']}"] = made
    return made


@handles("apigatewayv2", "UpdateDeployment")
def update_deployment(call: Call) -> dict[str, Any]:
    """Change the description of a deployment.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments-deploymentid.html
    """
    found = _deployment(call)
    found["Description"] = call.params.get("Description", found["Description"])
    return found


@handles("apigatewayv2", "GetDeployment")
def get_deployment(call: Call) -> dict[str, Any]:
    """Show a deployment.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments-deploymentid.html
    """
    return _deployment(call)


@handles("apigatewayv2", "DeleteDeployment")
def delete_deployment(call: Call) -> None:
    """Delete a deployment.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments-deploymentid.html
    """
    _deployment(call)
    del call.kept("deployments")[f"{call.params['ApiId']}/{call.params['DeploymentId']}"]


@validates("apigatewayv2", "DeleteIntegrationResponse")
def delete_response_once(call: Call) -> None:
    """Refuse to delete what isn't there, where moto breaks.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations-integrationid-integrationresponses-integrationresponseid.html
    """
    api = call.backend("apigatewayv2").apis.get(call.params["ApiId"])
    integration = api and api.integrations.get(call.params["IntegrationId"])
    if not integration or call.params["IntegrationResponseId"] not in integration.responses:
        raise AwsError("NotFoundException", "Invalid IntegrationResponse identifier specified")


@postprocesses("apigatewayv2", "CreateDomainName")
def create_domain(call: Call, answer: dict[str, Any]) -> None:
    """Answer with where the domain's name is to point.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames.html
    """
    domain = f"d-{secrets.token_hex(5)}.execute-api.{call.region}.amazonaws.com"
    target = {
        "ApiGatewayDomainName": domain,
        "DomainNameStatus": "AVAILABLE",
        "HostedZoneId": "Z1UJRXOUMOOFQ8",
    }
    for shown in answer["DomainNameConfigurations"]:
        shown.update(target)
    kept = call.backend("apigatewayv2").domain_names[call.params["DomainName"]]
    for configuration in kept.domain_name_configurations:
        configuration.update(_written(target))


@handles("apigatewayv2", "GetAuthorizers")
def list_authorizers(call: Call) -> dict[str, Any]:
    """List the authorizers of an API.

    AWS: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
    """
    api = call.backend("apigatewayv2").apis.get(call.params["ApiId"])
    if api is None:
        raise AwsError("NotFoundException", "Invalid API identifier specified")
    return {"Items": [_authorizer(authorizer) for authorizer in api.authorizers.values()]}


def _authorizer(kept: Any) -> dict[str, Any]:
    shown = {name: value for name, value in kept.to_json().items() if value is not None}
    if jwt := shown.pop("jwtConfiguration", None):
        shown["jwtConfiguration"] = _read(jwt)
    return _read(shown) or {}


def _deployment(call: Call) -> dict[str, Any]:
    id_ = f"{call.params['ApiId']}/{call.params['DeploymentId']}"
    found: dict[str, Any] | None = call.kept("deployments").get(id_)
    if found is None:
        raise AwsError("NotFoundException", "Invalid Deployment identifier specified")
    return found


def _stage_at(call: Call, arn: str) -> Any:
    _, _, api, _, stage = arn.rpartition(":")[2].split("/")
    return _stage(call, api, stage)


def _stage(call: Call, api_id: str, name: str) -> Any:
    api = call.backend("apigatewayv2").apis.get(api_id)
    if api is None or name not in api.stages:
        raise AwsError("NotFoundException", "Invalid stage identifier specified")
    return api.stages[name]


def _written(members: Mapping[str, Any]) -> dict[str, Any]:
    """Give members by their names on the wire, which moto keeps."""
    return {name[:1].lower() + name[1:]: value for name, value in members.items()}


def _read(members: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if members is None:
        return None
    return {name[:1].upper() + name[1:]: value for name, value in members.items()}


def _shown(stage: Any) -> dict[str, Any]:
    settings = {key: _read(given) for key, given in stage.route_settings.items()}
    return {
        "StageName": stage.name,
        "AccessLogSettings": _read(stage.access_log_settings),
        "DefaultRouteSettings": _read(stage.default_route_settings),
        "RouteSettings": settings,
        "CreatedDate": stage.created,
        "LastUpdatedDate": stage.updated,
        "Tags": dict(stage.tags),
        **{name: getattr(stage, attribute) for name, attribute in _PLAIN.items()},
    }
