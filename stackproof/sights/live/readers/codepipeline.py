"""Delivery pipelines, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.aws_names import PIPELINE_NAMES
from stackproof.types.tokens import CODEPIPELINE

# Pulumi's names where they are not AWS's in snake_case.
_FROM_AWS = {aws: pulumi for pulumi, aws in PIPELINE_NAMES.items()}

_ON = ("before_entry", "on_failure", "on_success")


def _targets(scope: Scope) -> Iterator[Mapping[str, Any]]:
    # Pipelines are known by their ARNs (tags, outputs, the rules that watch them).
    arns = scope.named(rf"arn:[^:]+:codepipeline:{scope.region}:{scope.account}:[^:/]+")
    for arn in arns:
        yield {"name": arn.rpartition(":")[2]}


def _artifact_stores(pipeline: Item) -> list[dict[str, Any]]:
    single = pipeline.get("artifactStore")
    if single:
        return [snake(single)]
    stores = pipeline.get("artifactStores") or {}
    return [{**snake(store), "region": region} for region, store in stores.items()]


def _runner(item: Item) -> dict[str, Any]:
    """Translate what actions and rules have in common; the provider names the settings."""
    data: dict[str, Any] = snake({k: v for k, v in item.items() if k != "configuration"})
    data["configuration"] = dict(item.get("configuration") or {})
    data["input_artifacts"] = [artifact["name"] for artifact in item.get("inputArtifacts") or ()]
    return data


def _action(item: Item) -> dict[str, Any]:
    data = _runner(item)
    kind = data.pop("action_type_id")
    outputs = data.pop("output_artifacts", None) or []
    files = [artifact for artifact in outputs if artifact.get("files")]
    if files:
        data["output_artifacts_for_compute_actions"] = files
    data["output_artifacts"] = [artifact["name"] for artifact in outputs if artifact not in files]
    return {**data, **kind}


def _conditions(conditions: Iterable[Item]) -> dict[str, Any] | None:
    # AWS takes one condition at most, in a list.
    for condition in conditions:
        rules = [_runner(rule) for rule in condition.get("rules") or ()]
        return {"result": condition.get("result"), "rules": rules}
    return None


def _stage(item: Item) -> dict[str, Any]:
    stage: dict[str, Any] = {
        "name": item["name"],
        "actions": [_action(action) for action in item["actions"]],
    }
    for name, member in zip(_ON, ("beforeEntry", "onFailure", "onSuccess"), strict=True):
        given = item.get(member)
        if given:
            rest = snake({k: v for k, v in given.items() if k != "conditions"})
            stage[name] = {**rest, "condition": _conditions(given.get("conditions") or ())}
    return stage


def pipeline_properties(pipeline: Item) -> dict[str, Any]:
    """Translate AWS's answer about a pipeline, its ARN and tags left out."""
    return {
        "artifact_stores": _artifact_stores(pipeline),
        "execution_mode": pipeline.get("executionMode", "SUPERSEDED"),
        "name": pipeline["name"],
        "pipeline_type": pipeline.get("pipelineType", "V1"),
        "role_arn": pipeline["roleArn"],
        "stages": [_stage(stage) for stage in pipeline["stages"]],
        "triggers": snake(pipeline.get("triggers") or [], _FROM_AWS),
        "variables": snake(pipeline.get("variables") or []),
    }


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, name = item["metadata"]["pipelineArn"], item["pipeline"]["name"]
    data = {**pipeline_properties(item["pipeline"]), "tags": scope.tags_of(arn)}
    yield shown(scope, CODEPIPELINE, name, data, arn=arn, name=name)


READERS = (
    Reader(
        types=(CODEPIPELINE,),
        listing=Ask("codepipeline", "GetPipeline"),
        targets=_targets,
        get_parameters=lambda id_, state: {"name": id_},
        key=lambda item, scope: Key(item["pipeline"]["name"], item["metadata"]["pipelineArn"]),
        build=_build,
        arn_service="codepipeline",
        referenced=True,
    ),
)
