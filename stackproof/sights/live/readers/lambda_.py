"""Functions, who may invoke them, and their aliases, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Cause, Resource, Unknown
from stackproof.model.json_text import parse
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import in_state, shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.composed import invocation_arn
from stackproof.types.tokens import LAMBDA_ALIAS, LAMBDA_FUNCTION, LAMBDA_PERMISSION

_UNSET = -1  # a function that has no concurrency reserved


def function_properties(item: Item) -> dict[str, Any]:
    """Translate a function's configuration, tags and concurrency left out."""
    image = (item.get("ImageConfigResponse") or {}).get("ImageConfig")
    vpc = item.get("VpcConfig") or {}
    return {
        "architectures": list(item.get("Architectures", ("x86_64",))),
        "code_sha256": item["CodeSha256"],
        "dead_letter_config": snake(item.get("DeadLetterConfig")) or None,
        "description": item.get("Description") or None,
        "environment": _environment(item.get("Environment")),
        "ephemeral_storage": snake(item.get("EphemeralStorage", {"Size": 512})),
        "file_system_config": _file_system(item.get("FileSystemConfigs")),
        "handler": item.get("Handler"),
        "last_modified": item.get("LastModified"),
        "image_config": snake(image, {"entry_point": "entry_points", "command": "commands"}),
        "kms_key_arn": item.get("KMSKeyArn") or None,
        "layers": [layer["Arn"] for layer in item.get("Layers") or ()],
        "logging_config": snake(item.get("LoggingConfig")),
        "memory_size": item["MemorySize"],
        "name": item["FunctionName"],
        "package_type": item.get("PackageType", "Zip"),
        "role": item["Role"],
        "runtime": item.get("Runtime"),
        "source_code_size": item["CodeSize"],
        "timeout": item["Timeout"],
        "tracing_config": snake(item.get("TracingConfig")),
        "vpc_config": snake(vpc) if vpc.get("SubnetIds") else None,
    }


def _environment(given: Item | None) -> Any:
    if not given:
        return None
    if given.get("Error"):  # the caller may not use the key that encrypts it
        code = given["Error"].get("ErrorCode", "an error")
        return Unknown(Cause.UNREADABLE, detail=f"lambda:ListFunctions answered {code}")
    return {"variables": dict(given.get("Variables", {}))}


def _file_system(configs: Any) -> dict[str, Any] | None:
    return snake(configs[0]) if configs else None


def _build_function(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, reserved = item["FunctionArn"], details["concurrency"]
    concurrency = _UNSET if reserved is None else reserved
    data = {
        **function_properties(item),
        "invoke_arn": invocation_arn(scope.partition, scope.region, arn),
        "reserved_concurrent_executions": concurrency,
        "tags": scope.tags_of(arn),
    }
    yield shown(
        scope, LAMBDA_FUNCTION, item["FunctionName"], data, arn=arn, name=item["FunctionName"]
    )


def _build_permissions(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    for statement in parse(item["Value"])["Statement"]:
        # The resource is the function's ARN, and after it the version or alias that is meant.
        qualifier = statement["Resource"].partition(":function:")[2].partition(":")[2]
        data = {
            "action": statement["Action"],
            "function": item["FunctionName"].removesuffix(f":{qualifier}"),
            "principal": _principal(statement["Principal"]),
            "qualifier": qualifier or None,
            "statement_id": statement["Sid"],
            **_conditions(statement.get("Condition", {})),
        }
        yield shown(scope, LAMBDA_PERMISSION, statement["Sid"], data)


def _principal(given: Any) -> Any:
    return next(iter(given.values())) if isinstance(given, Mapping) else given


_CONDITIONS = {
    "aws:sourcearn": "source_arn",
    "aws:sourceaccount": "source_account",
    "aws:principalorgid": "principal_org_id",
    "lambda:eventsourcetoken": "event_source_token",
    "lambda:functionurlauthtype": "function_url_auth_type",
}


def _conditions(condition: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    pairs = [pair for test in condition.values() for pair in test.items()]
    given = {key.lower(): value for key, value in pairs}
    found = {name: given.get(key) for key, name in _CONDITIONS.items()}
    by_url = str(given.get("lambda:invokedviafunctionurl")).lower() == "true"
    return {**found, "invoked_via_function_url": by_url or None}


def _build_alias(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    routing = (item.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    data = {
        "description": item.get("Description") or None,
        "function_name": item["FunctionName"],
        "function_version": item["FunctionVersion"],
        "invoke_arn": invocation_arn(scope.partition, scope.region, item["AliasArn"]),
        "name": item["Name"],
        "routing_config": {"additional_version_weights": dict(routing)} if routing else None,
    }
    arn = item["AliasArn"]
    yield shown(scope, LAMBDA_ALIAS, arn, data, arn=arn, name=item["Name"])


def _of_each_function(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for name in scope.ids(LAMBDA_FUNCTION):
        yield {"FunctionName": name}


def _with_policy(scope: Scope) -> Iterator[Mapping[str, Any]]:
    yield from _of_each_function(scope)
    for alias in scope.members[LAMBDA_ALIAS]:  # each has a policy of its own
        yield {"FunctionName": f"{alias.data['function_name']}:{alias.name}"}


def _qualified(state: Item) -> str:
    qualifier = state.get("qualifier")
    return f"{state['function']}:{qualifier}" if qualifier else str(state["function"])


READERS = (
    Reader(
        types=(LAMBDA_FUNCTION,),
        listing=Ask("lambda", "ListFunctions", "Functions"),
        key=lambda item, scope: Key(
            item["FunctionName"],
            item["FunctionArn"],
            inside=tuple(filter(None, [(item.get("VpcConfig") or {}).get("VpcId")])),
        ),
        details={
            "concurrency": Detail(
                Ask("lambda", "GetFunctionConcurrency", "ReservedConcurrentExecutions"),
                lambda item: {"FunctionName": item["FunctionName"]},
            )
        },
        build=_build_function,
        dying=in_state("State", "Deleting"),
        arn_service="lambda",
    ),
    Reader(
        types=(LAMBDA_ALIAS,),
        listing=Ask("lambda", "ListAliases", "Aliases"),
        targets=_of_each_function,
        # An alias is called by its ARN, which names the function.
        get_parameters=lambda id_, state: {
            "FunctionName": state.get("function_name") or id_.split(":")[6]
        },
        key=lambda item, scope: Key(
            item["AliasArn"], item["AliasArn"], tags={}, parent_ids=(item["FunctionName"],)
        ),
        build=_build_alias,
        arn_service="lambda",
        parents=(LAMBDA_FUNCTION,),
        parent_fields=("FunctionName",),
    ),
    Reader(
        types=(LAMBDA_PERMISSION,),
        listing=Ask("lambda", "GetPolicy", "Policy"),
        targets=_with_policy,
        get_parameters=lambda id_, state: {"FunctionName": _qualified(state)},
        key=lambda item, scope: Key(
            item["FunctionName"], tags={}, parent_ids=(item["FunctionName"].partition(":")[0],)
        ),
        build=_build_permissions,
        arn_service="lambda",
        parents=(LAMBDA_FUNCTION, LAMBDA_ALIAS),
        parent_fields=("FunctionName",),
    ),
)
