"""Lambda: settings that moto drops, and conditions of permissions."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles, patches, postprocesses

# Settings that moto never keeps, and the others that it keeps at creation only.
_DROPPED = ("DeadLetterConfig", "FileSystemConfigs", "LoggingConfig")
_CREATED_ONLY = {
    "EphemeralStorage": ("ephemeral_storage", "Size"),
    "KMSKeyArn": ("kms_key_arn", None),
    "TracingConfig": ("tracing_config", None),
}


@patches("awslambda")
def keep_settings() -> None:
    """Keep dead-letter target, file system and logging; change tracing, storage and key.

    AWS: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
    """
    from moto.awslambda.models import LambdaFunction

    function_class: Any = LambdaFunction
    create, update = function_class.__init__, function_class.update_configuration
    shown = function_class.get_configuration

    def created(function: Any, *positional: Any, spec: dict[str, Any], **named: Any) -> None:
        function.stackproof_settings = {}
        create(function, *positional, spec=spec, **named)
        _keep(function, spec)

    def updated(function: Any, spec: dict[str, Any]) -> Any:
        _keep(function, spec)
        for name, (attribute, member) in _CREATED_ONLY.items():
            if name in spec:
                setattr(function, attribute, spec[name][member] if member else spec[name])
        return update(function, spec)

    def configuration(function: Any, *more: Any, **named: Any) -> dict[str, Any]:
        answer: dict[str, Any] = shown(function, *more, **named)
        logging = {"LogFormat": "Text", "LogGroup": function.logs_group_name}
        kept = dict(function.stackproof_settings)
        return {**answer, **kept, "LoggingConfig": {**logging, **kept.get("LoggingConfig", {})}}

    function_class.__init__ = created
    function_class.update_configuration = updated
    function_class.get_configuration = configuration


@postprocesses("lambda", "AddPermission")
def add_permission(call: Call, _: dict[str, Any]) -> None:
    """Make conditions of a permission's event source token and URL authorization.

    AWS: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    given = {
        "lambda:EventSourceToken": call.params.get("EventSourceToken"),
        "lambda:FunctionUrlAuthType": call.params.get("FunctionUrlAuthType"),
    }
    function = call.backend("awslambda").get_function(call.params["FunctionName"])
    for statement in function.policy.statements:
        if statement["Sid"] == call.params["StatementId"]:
            statement.pop("FunctionUrlAuthType", None)
            for key, value in given.items():
                if value:
                    equals = statement.setdefault("Condition", {}).setdefault("StringEquals", {})
                    equals[key] = value


@postprocesses("lambda", "PutFunctionEventInvokeConfig")
def put_event_invoke_config(call: Call, _: dict[str, Any]) -> None:
    """Let the settings take the place of the earlier ones.

    AWS: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
    """
    kept = call.backend("awslambda").get_function(call.params["FunctionName"]).event_invoke_config
    del kept[:-1]


@postprocesses("lambda", "UpdateFunctionUrlConfig")
def update_url(call: Call, answer: dict[str, Any]) -> None:
    """Change how a function's URL answers, too.

    AWS: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html
    """
    if "InvokeMode" in call.params:
        function = call.backend("awslambda").get_function(call.params["FunctionName"])
        function.url_config.config["InvokeMode"] = call.params["InvokeMode"]
        answer["InvokeMode"] = call.params["InvokeMode"]


@handles("lambda", "ListFunctionUrlConfigs")
def list_urls(call: Call) -> dict[str, Any]:
    """List the URL of a function, if it has one.

    AWS: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html
    """
    function = call.backend("awslambda").get_function(call.params["FunctionName"])
    return {"FunctionUrlConfigs": [config.to_dict() for config in [function.url_config] if config]}


@handles("lambda", "GetLayerVersionByArn")
def layer_version_by_its_arn(call: Call) -> dict[str, Any]:
    """Show a version of a layer.

    AWS: https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html
    """
    found = call.backend("awslambda").layers_versions_by_arn(call.params["Arn"])
    if found is None:
        raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.")
    shown: dict[str, Any] = found.get_layer_version()
    return shown


def _keep(function: Any, spec: dict[str, Any]) -> None:
    for name in _DROPPED:
        if name in spec:
            function.stackproof_settings[name] = spec[name]
    # An empty target takes the setting away.
    if not spec.get("DeadLetterConfig", {"TargetArn": "unchanged"}).get("TargetArn"):
        del function.stackproof_settings["DeadLetterConfig"]
