"""API Gateway: what moto drops of APIs, changes that it doesn't know, and tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, patches, postprocesses, validates

# What moto's objects are given beyond what they know, by the names of their answers.
_MORE = "stackproof_more"
_SHOWN = {
    "ApiKey": "to_json",
    "Authorizer": "to_json",
    "Deployment": "to_json",
    "DomainName": "to_json",
    "Integration": "to_json",
    "Method": "to_json",
    "Model": "to_json",
    "RestAPI": "to_dict",
    "Stage": "to_json",
    "UsagePlan": "to_json",
}


@patches("apigateway")
def show_what_is_kept() -> None:
    """Let every answer show what was given, though moto has no place for it.

    AWS: https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
    """
    from moto.apigateway import models

    for name, method in _SHOWN.items():
        kind = getattr(models, name)
        setattr(kind, method, _with_more(getattr(kind, method)))


def _with_more(original: Any) -> Any:
    def shown(thing: Any) -> dict[str, Any]:
        return {**original(thing), **getattr(thing, _MORE, {})}

    return shown


@postprocesses("apigateway", "CreateRestApi")
def create_rest_api(call: Call, answer: dict[str, Any]) -> None:
    """Keep the binary media types and who may reach the endpoint how.

    AWS: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html
    """
    _keep(
        call,
        answer,
        call.backend("apigateway").apis[answer["id"]],
        "binaryMediaTypes",
        "securityPolicy",
    )


@postprocesses("apigateway", "PutIntegration")
def put_integration(call: Call, answer: dict[str, Any]) -> None:
    """Keep what is cached and where the VPC link leads; answer with what AWS fills in.

    AWS: https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
    """
    integration = _integration(call)
    for name, value in (
        ("passthroughBehavior", "WHEN_NO_MATCH"),
        ("cacheNamespace", call.params["resourceId"]),
        ("timeoutInMillis", 29000),
    ):
        if not answer.get(name):
            answer[name] = _more(integration)[name] = value
    names = ("cacheKeyParameters", "connectionId", "integrationTarget", "responseTransferMode")
    _keep(call, answer, integration, *names)


@postprocesses("apigateway", "CreateStage")
def create_stage(call: Call, answer: dict[str, Any]) -> None:
    """Keep canary and documentation of a stage.

    AWS: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html
    """
    stage = _stage(call)
    _keep(call, answer, stage, "canarySettings", "documentationVersion")


@postprocesses("apigateway", "PutRestApi")
def put_rest_api(call: Call, answer: dict[str, Any]) -> None:
    """Answer with the root resource that an overwritten API has now.

    AWS: https://docs.aws.amazon.com/apigateway/latest/api/API_PutRestApi.html
    """
    api = _api(call)
    api.root_resource_id = answer["rootResourceId"] = api.default.id


def change(call: Call) -> dict[str, Any]:
    """Change whatever the operation is about, as its patch operations say.

    AWS: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
    """
    thing = _found(call)
    return _patched(call, thing, call.params.get("patchOperations") or ())


def refuse_what_is_gone(call: Call) -> None:
    """Find nothing, and delete nothing, that isn't there.

    AWS: https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteResource.html
    """
    _found(call)


@handles("apigateway", "UpdateStage")
def update_stage(call: Call) -> dict[str, Any]:
    """Change a stage, and by the paths of methods their settings.

    AWS: https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html
    """
    stage, members = _stage(call), _members(call)
    operations = call.params.get("patchOperations") or ()
    own = [operation for operation in operations if _names(operation)[0] in members]
    for operation in operations:
        if operation not in own and operation["op"] == "remove":
            stage.method_settings.pop(operation["path"][1:], None)
        elif operation not in own:
            stage.apply_operations([operation])
    return _patched(call, stage, own)


@handles("apigateway", "TagResource")
def tag_resource(call: Call) -> None:
    """Tag whatever an ARN names; moto knows stages only.

    AWS: https://docs.aws.amazon.com/apigateway/latest/api/API_TagResource.html
    """
    _tags(call).update(call.params["tags"])


@handles("apigateway", "UntagResource")
def untag_resource(call: Call) -> None:
    """Take tags from whatever an ARN names; moto knows stages only.

    AWS: https://docs.aws.amazon.com/apigateway/latest/api/API_UntagResource.html
    """
    tags = _tags(call)
    for key in call.params["tagKeys"]:
        tags.pop(key, None)


def _there(thing: Any) -> Any:
    if thing is None:
        raise AwsError("NotFoundException", "Invalid identifier specified")
    return thing


def _api(call: Call) -> Any:
    return _there(call.backend("apigateway").apis.get(call.params["restApiId"]))


def _resource(call: Call) -> Any:
    return _there(_api(call).resources.get(call.params["resourceId"]))


def _method(call: Call) -> Any:
    return _there(_resource(call).resource_methods.get(call.params["httpMethod"]))


def _integration(call: Call) -> Any:
    return _there(_method(call).method_integration)


def _stage(call: Call) -> Any:
    return _there(_api(call).stages.get(call.params["stageName"]))


def _held(shelf: str, parameter: str) -> Callable[[Call], Any]:
    return lambda call: getattr(call.backend("apigateway"), shelf).get(call.params[parameter])


def _of_api(shelf: str, parameter: str) -> Callable[[Call], Any]:
    return lambda call: getattr(_api(call), shelf).get(call.params[parameter])


_FINDERS: dict[str, Callable[[Call], Any]] = {
    "ApiKey": _held("keys", "apiKey"),
    "Authorizer": _of_api("authorizers", "authorizerId"),
    "Deployment": _of_api("deployments", "deploymentId"),
    "DomainName": _held("domain_names", "domainName"),
    "GatewayResponse": _of_api("gateway_responses", "responseType"),
    "Integration": _integration,
    "IntegrationResponse": lambda call: (_integration(call).integration_responses or {}).get(
        call.params["statusCode"]
    ),
    "Method": _method,
    "MethodResponse": lambda call: _method(call).method_responses.get(call.params["statusCode"]),
    "Model": _of_api("models", "modelName"),
    "RequestValidator": _of_api("request_validators", "requestValidatorId"),
    "Resource": _resource,
    "RestApi": _api,
    "UsagePlan": _held("usage_plans", "usagePlanId"),
    "UsagePlanKey": lambda call: (
        call.backend("apigateway")
        .usage_plan_keys.get(call.params["usagePlanId"], {})
        .get(call.params["keyId"])
    ),
}
_VERB = re.compile("^(Delete|Get|Update)")
_CHANGED = (
    "ApiKey",
    "Authorizer",
    "Deployment",
    "DomainName",
    "Integration",
    "Method",
    "Model",
    "RestApi",
    "UsagePlan",
)
for _name in _CHANGED:
    handles("apigateway", f"Update{_name}")(change)
_deletions = (f"Delete{name}" for name in _FINDERS)
validates("apigateway", "GetRequestValidator", *_deletions)(refuse_what_is_gone)


def _found(call: Call) -> Any:
    return _there(_FINDERS[_VERB.sub("", call.operation)](call))


def _tags(call: Call) -> dict[str, str]:
    backend = call.backend("apigateway")
    kind, *names = call.params["resourceArn"].rpartition("::/")[2].split("/")
    shelves = {
        "apikeys": backend.keys,
        "domainnames": backend.domain_names,
        "restapis": backend.apis,
        "usageplans": backend.usage_plans,
        "vpclinks": backend.vpc_links,
    }
    thing = shelves.get(kind, {}).get(names[0])
    if thing is not None and names[1:2] == ["stages"]:
        thing = thing.stages.get(names[2])
    if thing is None:
        raise AwsError("NotFoundException", "Invalid Resource identifier specified")
    if thing.tags is None:
        thing.tags = {}
    tags: dict[str, str] = thing.tags
    return tags


def _more(thing: Any) -> dict[str, Any]:
    if not hasattr(thing, _MORE):
        setattr(thing, _MORE, {})
    more: dict[str, Any] = getattr(thing, _MORE)
    return more


def _keep(call: Call, answer: dict[str, Any], thing: Any, *names: str) -> None:
    for name in names:
        if name in call.params:
            answer[name] = _more(thing)[name] = call.params[name]


def _members(call: Call) -> Mapping[str, Any]:
    from moto.core.utils import get_service_model

    shape = get_service_model(call.service).operation_model(call.operation).output_shape
    members: Mapping[str, Any] = shape.members
    return members


def _names(operation: Mapping[str, str]) -> list[str]:
    parts = operation["path"].split("/")[1:]
    return [part.replace("~1", "/").replace("~0", "~") for part in parts]


def _patched(call: Call, thing: Any, operations: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """Apply patch operations to what is shown of a thing, and keep what they changed."""
    members, shown = _members(call), _shown(thing)
    for operation in operations:
        name, *below = _names(operation)
        if name not in members:
            raise AwsError("BadRequestException", f"Invalid patch path {operation['path']}")
        value = _changed(members[name], shown.get(name), below, operation)
        shown[name] = _more(thing)[name] = value
    return shown


def _shown(thing: Any) -> dict[str, Any]:
    shown: dict[str, Any] = getattr(thing, _SHOWN[type(thing).__name__])()
    return shown


def _changed(shape: Any, now: Any, below: list[str], operation: Mapping[str, str]) -> Any:
    text, remove = operation.get("value"), operation["op"] == "remove"
    if shape.type_name == "list":
        items = list(now or ())
        named = below[0] if below and not below[0].isdigit() else text
        if below and below[0].isdigit():
            items[int(below[0])] = text
        elif remove:
            items = [item for item in items if _called(item) != named]
        elif named is not None:
            items.append(_element(shape.member, named))
        return items
    if below:
        whole = dict(now or {})
        inner = shape.value if shape.type_name == "map" else shape.members[below[0]]
        if remove and len(below) == 1:
            whole.pop(below[0], None)
        else:
            whole[below[0]] = _changed(inner, whole.get(below[0]), below[1:], operation)
        return whole
    return None if remove else _typed(shape, str(text))


def _called(item: Any) -> str:
    return ":".join((item["apiId"], item["stage"])) if isinstance(item, Mapping) else str(item)


def _element(shape: Any, text: str) -> Any:
    if shape.type_name != "structure":
        return text
    api, _, stage = text.partition(":")
    return {"apiId": api, "stage": stage}


def _typed(shape: Any, text: str) -> Any:
    if shape.type_name == "boolean":
        return text.lower() == "true"
    if shape.type_name in ("integer", "long"):
        return int(text)
    return float(text) if shape.type_name in ("float", "double") else text
