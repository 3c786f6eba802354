"""Delivery pipelines: made, changed, read back, deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Cause
from stackproof.types.tokens import CODEPIPELINE
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown


@pytest.fixture
def role(world: World) -> Iterator[str]:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "codepipeline.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = world.make("aws:iam/role:Role", assume_role_policy=document)
    yield made["arn"]
    world.delete(made)


def _action(name: str, category: str, provider: str, **given: Any) -> dict[str, Any]:
    return {
        "name": name,
        "category": category,
        "owner": "AWS",
        "provider": provider,
        "version": "1",
        **given,
    }


SOURCE = _action(
    "Source",
    "Source",
    "CodeCommit",
    configuration={"RepositoryName": "app", "BranchName": "main", "PollForSourceChanges": "false"},
    output_artifacts=["source"],
    namespace="SourceVariables",
)
BUILD = _action(
    "Build",
    "Build",
    "CodeBuild",
    configuration={"ProjectName": "app"},
    input_artifacts=["source"],
    output_artifacts=["build"],
    run_order=2,
)
DEPLOY = _action(
    "Deploy",
    "Deploy",
    "CodeDeployToECS",
    configuration={"ApplicationName": "app", "DeploymentGroupName": "blue-green"},
    input_artifacts=["build"],
)
STAGES = [{"name": action["name"], "actions": [action]} for action in (SOURCE, BUILD, DEPLOY)]


def _pipeline(world: World, role: str, name: str, **given: Any) -> Made:
    stores = [
        {
            "location": "artifacts",
            "type": "S3",
            "encryption_key": {"id": "alias/artifacts", "type": "KMS"},
        }
    ]
    inputs: dict[str, Any] = {
        "name": name,
        "role_arn": role,
        "artifact_stores": stores,
        "stages": STAGES,
        "tags": TAGS,
        **given,
    }
    return world.make(CODEPIPELINE, **inputs)


def test_pipeline_shows_what_was_declared_and_changed(world: World, role: str) -> None:
    pipeline = _pipeline(world, role, "codepipeline-roundtrip")
    assert_shown(world, pipeline)
    world.change(
        pipeline,
        stages=[STAGES[0], {"name": "Deploy", "actions": [{**DEPLOY, "run_order": 3}]}],
        tags={**TAGS, "Name": "changed"},
    )
    assert_shown(world, pipeline)
    assert_gone(world, pipeline)


def test_newer_pipeline_keeps_triggers_variables_and_rollback(world: World, role: str) -> None:
    watch = {
        "name": "alarm",
        "rule_type_id": {
            "category": "Rule",
            "owner": "AWS",
            "provider": "CloudWatchAlarm",
            "version": "1",
        },
        "configuration": {"AlarmName": "errors"},
    }
    build = {**BUILD, "provider": "Commands", "category": "Compute", "commands": ["make test"]}
    build = {name: value for name, value in build.items() if name != "output_artifacts"}
    build["output_artifacts_for_compute_actions"] = [{"name": "build", "files": ["dist/app.zip"]}]
    deploy = {
        "name": "Deploy",
        "actions": [DEPLOY],
        "on_failure": {"result": "ROLLBACK"},
        "on_success": {"condition": {"result": "ROLLBACK", "rules": [watch]}},
    }
    pipeline = _pipeline(
        world,
        role,
        "codepipeline-v2",
        pipeline_type="V2",
        execution_mode="QUEUED",
        stages=[STAGES[0], {"name": "Build", "actions": [build]}, deploy],
        triggers=[
            {
                "provider_type": "CodeStarSourceConnection",
                "git_configuration": {
                    "source_action_name": "Source",
                    "pushes": [{"branches": {"includes": ["main"]}}],
                },
            }
        ],
        variables=[{"name": "version", "default_value": "1"}],
    )
    assert_shown(world, pipeline)
    assert_gone(world, pipeline)


def test_pipeline_over_two_regions_has_a_store_in_each(world: World, role: str) -> None:
    stores = [
        {"location": f"artifacts-{region}", "type": "S3", "region": region}
        for region in ("us-east-1", "us-west-2")
    ]
    pipeline = _pipeline(world, role, "codepipeline-regions", artifact_stores=stores)
    assert_shown(world, pipeline)
    assert_gone(world, pipeline)


def test_role_that_pipelines_may_not_take_is_refused(world: World) -> None:
    with pytest.raises(EmbeddedError, match="not authorized to perform AssumeRole"):
        _pipeline(world, "arn:aws:iam::123456789012:role/nobody", "codepipeline-refused")


def test_denied_pipeline_is_a_gap(world: World, role: str, server: Server) -> None:
    pipeline = _pipeline(world, role, "codepipeline-denied")
    inject(server, Fault("deny", service="codepipeline", operation="GetPipeline"))
    try:
        snapshot = world.snapshot()
    finally:
        clear(server)
    assert snapshot.gaps[CODEPIPELINE].cause is Cause.ACCESS_DENIED
    world.delete(pipeline)
