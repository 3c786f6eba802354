"""Lambda: what functions read from, are built on, and are reached by."""

from __future__ import annotations

from stackproof.embedded.creators.lambda_ import code_parameters
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_TARGET = {"destination_arn": "destination"}
_BY_ID = {"id": "uuid"}

table(
    Plain(
        type="aws:lambda/eventSourceMapping:EventSourceMapping",
        service="lambda",
        create=Call("create_event_source_mapping", _TARGET),
        update=Call("update_event_source_mapping", {**_BY_ID, **_TARGET}),
        apart=frozenset({"use_resource_timeout_for_propagation"}),
        outputs={"uuid": "UUID"},
        id="{uuid}",
        delete=Call("delete_event_source_mapping", _BY_ID),
        cleared={
            "destination_config": {},
            "filter_criteria": {},
            "function_response_types": [],
            "scaling_config": {},
        },
        tagged="arn",
        replace_on=frozenset(
            {
                "event_source_arn",
                "queues",
                "self_managed_event_source",
                "starting_position",
                "starting_position_timestamp",
                "topics",
            }
        ),
        defaults={"enabled": True},
    ),
    Plain(
        type="aws:lambda/functionUrl:FunctionUrl",
        service="lambda",
        create=Call("create_function_url_config", {"authorization_type": "auth_type"}),
        update=Call("update_function_url_config", {"authorization_type": "auth_type"}),
        id="{function_name}",
        delete=Call("delete_function_url_config"),
        replace_on=frozenset({"function_name", "qualifier"}),
        defaults={"invoke_mode": "BUFFERED"},
    ),
    Plain(
        type="aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        service="lambda",
        put=Call("put_function_event_invoke_config"),
        id="{function_name}",
        delete=Call("delete_function_event_invoke_config"),
        replace_on=frozenset({"function_name", "qualifier"}),
        defaults={"maximum_retry_attempts": 2},
    ),
)


@creator
class LayerVersion(Creator):
    """A version of a layer, which never changes."""

    type = "aws:lambda/layerVersion:LayerVersion"
    replace_on = frozenset(
        {
            "code",
            "compatible_architectures",
            "compatible_runtimes",
            "description",
            "layer_name",
            "license_info",
            "s3_bucket",
            "s3_key",
            "s3_object_version",
            "source_code_hash",
        }
    )
    auto_name = "layer_name"
    auto_name_limit = 64

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Publish the version."""
        request = parameters(aws, "lambda", "publish_layer_version", inputs)
        made = aws.client("lambda").publish_layer_version(
            **request, Content=code_parameters(inputs)
        )
        content = made.get("Content") or {}
        return Created(
            made["LayerVersionArn"],
            {
                "source_code_hash": inputs.get("source_code_hash") or content.get("CodeSha256"),
            },
        )

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Take note of whether the version is to be kept when it is replaced."""

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the version, unless the program wants it kept."""
        if not state.get("skip_destroy"):
            with already_gone():
                aws.client("lambda").delete_layer_version(
                    LayerName=state["layer_name"], VersionNumber=int(state["version"])
                )
