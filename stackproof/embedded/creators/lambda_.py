"""Lambda: functions, who may invoke them, and their aliases."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.archives import zipped
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
    physical_name,
    retag,
)
from stackproof.types.composed import invocation_arn

_RENAME = {
    "name": "function_name",
    "file_system_config": "file_system_configs",
    "commands": "command",
    "entry_points": "entry_point",
}
# What takes a setting away again, for AWS keeps those that an update leaves out.
_CLEARED: Properties = {
    "dead_letter_config": {"target_arn": ""},
    "description": "",
    "environment": {"variables": {}},
    "file_system_config": [],
    "kms_key_arn": "",
    "layers": [],
    "tracing_config": {"mode": "PassThrough"},
    "vpc_config": {"subnet_ids": [], "security_group_ids": []},
}
_CODE = (
    "architectures",
    "code",
    "image_uri",
    "s3_bucket",
    "s3_key",
    "s3_object_version",
    "source_code_hash",
)
_NONE_RESERVED = -1


@creator
class Function(Creator):
    """A function; its code comes from the program, from a bucket or as an image."""

    type = "aws:lambda/function:Function"
    replace_on = frozenset({"name", "package_type"})
    auto_name = "name"
    auto_name_limit = 64
    defaults: ClassVar[Properties] = {
        "memory_size": 128,
        "package_type": "Zip",
        "publish": False,
        "reserved_concurrent_executions": _NONE_RESERVED,
        "skip_destroy": False,
        "timeout": 3,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the function, then reserve its concurrency."""
        request = parameters(aws, "lambda", "create_function", inputs, rename=_RENAME, omit=_CODE)
        if inputs.get("architectures"):
            request["Architectures"] = list(inputs["architectures"])
        name = request["FunctionName"] = physical_name(inputs, limit=64)
        made = aws.client("lambda").create_function(**request, Code=code_parameters(inputs))
        if inputs["reserved_concurrent_executions"] != _NONE_RESERVED:
            self._reserve(aws, name, inputs)
        return Created(name, self._outputs(aws, made, inputs))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change settings, code, concurrency and tags."""
        client = aws.client("lambda")
        cleared = {name: value for name, value in _CLEARED.items() if old.get(name)}
        request = parameters(
            aws, "lambda", "update_function_configuration", cleared | dict(new), rename=_RENAME
        )
        shown = client.update_function_configuration(**request | {"FunctionName": id_})
        if changed(old, new, *(name for name in _CODE if name in new)):
            architectures = (
                {"Architectures": new["architectures"]} if "architectures" in new else {}
            )
            shown = client.update_function_code(
                FunctionName=id_, **code_parameters(new), **architectures
            )
        if changed(old, new, "reserved_concurrent_executions"):
            self._reserve(aws, id_, new)
        retag(aws, "lambda", old["arn"], old, new)
        if new["publish"]:
            shown = client.publish_version(FunctionName=id_)
        return self._outputs(aws, shown, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the function, unless the program wants it kept."""
        if not state.get("skip_destroy"):
            with already_gone():
                aws.client("lambda").delete_function(FunctionName=id_)

    def _reserve(self, aws: Cloud, name: str, inputs: Properties) -> None:
        wanted = inputs["reserved_concurrent_executions"]
        client = aws.client("lambda")
        if wanted == _NONE_RESERVED:
            client.delete_function_concurrency(FunctionName=name)
        else:
            client.put_function_concurrency(
                FunctionName=name, ReservedConcurrentExecutions=int(wanted)
            )

    def _outputs(self, aws: Cloud, made: Properties, inputs: Properties) -> Properties:
        arn = aws.arn("lambda", f"function:{made['FunctionName']}")
        qualified = f"{arn}:{made['Version']}"
        return {
            "qualified_arn": qualified,
            "qualified_invoke_arn": invocation_arn(aws.partition, aws.region, qualified),
            "source_code_hash": inputs.get("source_code_hash") or made["CodeSha256"],
            "version": made["Version"],
        }


@creator
class Permission(Creator):
    """Who may invoke a function, for which source."""

    type = "aws:lambda/permission:Permission"
    replace_on = frozenset(
        {
            "action",
            "event_source_token",
            "function",
            "function_url_auth_type",
            "invoked_via_function_url",
            "principal",
            "principal_org_id",
            "qualifier",
            "source_account",
            "source_arn",
            "statement_id",
            "statement_id_prefix",
        }
    )
    auto_name = "statement_id"
    auto_name_limit = 100

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Add the statement to the function's policy."""
        rename = {"function": "function_name"}
        request = parameters(aws, "lambda", "add_permission", inputs, rename=rename)
        statement = physical_name(inputs, "statement_id", 100)
        aws.client("lambda").add_permission(**request | {"StatementId": statement})
        return Created(statement, {"statement_id": statement})

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the statement out of the policy."""
        request = {"FunctionName": state["function"], "StatementId": id_}
        if state.get("qualifier"):
            request["Qualifier"] = state["qualifier"]
        with already_gone():
            aws.client("lambda").remove_permission(**request)


@creator
class Alias(Creator):
    """A name for a version of a function, or for two that share the traffic."""

    type = "aws:lambda/alias:Alias"
    replace_on = frozenset({"function_name", "name"})
    auto_name = "name"
    auto_name_limit = 128

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the alias."""
        request = parameters(aws, "lambda", "create_alias", inputs)
        made = aws.client("lambda").create_alias(**request)
        return Created(made["AliasArn"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Point the alias elsewhere."""
        cleared = {"description": "", "routing_config": {"additional_version_weights": {}}}
        request = parameters(aws, "lambda", "update_alias", cleared | dict(new))
        aws.client("lambda").update_alias(**request)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the alias."""
        with already_gone():
            aws.client("lambda").delete_alias(
                FunctionName=state["function_name"], Name=state["name"]
            )


def code_parameters(inputs: Properties) -> dict[str, Any]:
    """Give where code comes from: the program, a bucket or an image."""
    if inputs.get("image_uri"):
        return {"ImageUri": inputs["image_uri"]}
    if inputs.get("code") is not None:
        return {"ZipFile": zipped(inputs["code"])}
    if not inputs.get("s3_bucket"):
        raise EmbeddedError("a function or layer needs its code: set code, s3_bucket or image_uri")
    code = {"S3Bucket": inputs["s3_bucket"], "S3Key": inputs["s3_key"]}
    version = inputs.get("s3_object_version")
    return code | ({"S3ObjectVersion": version} if version else {})
