"""CodePipeline: delivery pipelines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    retag,
    tag_list,
)
from stackproof.types.aws_names import PIPELINE_NAMES

_ACTION_TYPE = ("category", "owner", "provider", "version")


@creator
class Pipeline(Creator):
    """A delivery pipeline."""

    type = "aws:codepipeline/pipeline:Pipeline"
    replace_on = frozenset({"name"})
    auto_name = "name"
    auto_name_limit = 100
    defaults: ClassVar[Properties] = {"execution_mode": "SUPERSEDED", "pipeline_type": "V1"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the pipeline."""
        request = self._request(aws, "create_pipeline", inputs)
        tags = tag_list(inputs.get("tags"), "key", "value")
        aws.client("codepipeline").create_pipeline(**request, tags=tags)
        return Created(inputs["name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put a new version of the pipeline, and set the tags that differ."""
        codepipeline = aws.client("codepipeline")
        codepipeline.update_pipeline(**self._request(aws, "update_pipeline", new))
        retag(aws, "codepipeline", old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the pipeline."""
        with already_gone():
            aws.client("codepipeline").delete_pipeline(name=id_)

    def _request(self, aws: Cloud, operation: str, inputs: Properties) -> dict[str, Any]:
        pipeline = {
            **inputs,
            **_artifact_stores(inputs["artifact_stores"]),
            "stages": [_stage(stage) for stage in inputs["stages"]],
        }
        return parameters(
            aws, "codepipeline", operation, {"pipeline": pipeline}, rename=PIPELINE_NAMES
        )


def _artifact_stores(stores: list[Properties]) -> dict[str, Any]:
    """Give one store, or, when the pipeline spans regions, the store of each."""
    if len(stores) == 1:
        return {"artifact_store": stores[0], "artifact_stores": None}
    return {"artifact_stores": {store["region"]: store for store in stores}}


def _stage(stage: Properties) -> dict[str, Any]:
    given = {**stage, "actions": [_action(action) for action in stage["actions"]]}
    for name in ("before_entry", "on_failure", "on_success"):
        condition = (stage.get(name) or {}).get("condition")
        if condition:
            rules = [_runner(rule) for rule in condition["rules"]]
            given[name] = {**stage[name], "condition": {**condition, "rules": rules}}
    return given


def _action(action: Properties) -> dict[str, Any]:
    outputs = [{"name": name} for name in action.get("output_artifacts") or ()]
    return {
        **_runner(action),
        "action_type_id": {name: action[name] for name in _ACTION_TYPE},
        "output_artifacts": [
            *outputs,
            *(action.get("output_artifacts_for_compute_actions") or ()),
        ],
    }


def _runner(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **item,
        "input_artifacts": [{"name": name} for name in item.get("input_artifacts") or ()],
    }
