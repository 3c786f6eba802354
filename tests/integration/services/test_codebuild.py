"""Build projects: made, changed, read back, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackproof.types.tokens import CODEBUILD_PROJECT
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, found

ROLE = "arn:aws:iam::123456789012:role/build"
ENVIRONMENT: dict[str, Any] = {
    "compute_type": "BUILD_GENERAL1_SMALL",
    "image": "aws/codebuild/standard:7.0",
    "type": "LINUX_CONTAINER",
    "privileged_mode": True,
    "environment_variables": [
        {"name": "REPOSITORY", "value": "app"},
        {"name": "TOKEN", "value": "/cicd/token", "type": "PARAMETER_STORE"},
    ],
}


def _project(world: World, name: str, **inputs: Any) -> Any:
    given: dict[str, Any] = {
        "service_role": ROLE,
        "artifacts": {"type": "CODEPIPELINE"},
        "source": {"type": "CODEPIPELINE", "buildspec": "version: 0.2"},
        "environment": ENVIRONMENT,
        "tags": TAGS,
        **inputs,
    }
    return world.make(CODEBUILD_PROJECT, name=name, **given)


def test_project_of_a_pipeline_shows_what_was_declared_and_changed(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    project = _project(
        world,
        "codebuild-roundtrip",
        description="tests and builds",
        encryption_key=key["arn"],
        build_timeout=20,
        concurrent_build_limit=2,
        badge_enabled=True,
        logs_config={
            "cloudwatch_logs": {"group_name": "/codebuild/roundtrip", "status": "ENABLED"}
        },
        cache={"type": "LOCAL", "modes": ["LOCAL_DOCKER_LAYER_CACHE"]},
        vpc_config={"vpc_id": "vpc-1", "subnets": ["subnet-1"], "security_group_ids": ["sg-1"]},
    )
    assert_shown(world, project)
    world.change(
        project,
        description=None,
        vpc_config=None,
        concurrent_build_limit=None,
        badge_enabled=False,
        build_timeout=30,
        environment={**ENVIRONMENT, "privileged_mode": False},
        project_visibility="PUBLIC_READ",
        tags={**TAGS, "Name": "changed"},
    )
    assert_shown(world, project)
    shown = found(world.snapshot().stack(), project).data
    assert (shown["description"], shown["vpc_config"]) == ("", {})
    assert "concurrent_build_limit" not in shown
    assert_gone(world, project)


def test_project_has_the_defaults_of_aws(world: World) -> None:
    project = _project(world, "codebuild-defaults", environment={**ENVIRONMENT})
    assert project["encryption_key"].endswith(":alias/aws/s3")
    shown = found(world.snapshot().stack(), project).data
    assert (shown["build_timeout"], shown["queued_timeout"]) == (60, 480)
    assert shown["environment"]["image_pull_credentials_type"] == "CODEBUILD"
    assert shown["environment"]["environment_variables"][0]["type"] == "PLAINTEXT"
    world.delete(project)


def test_source_that_has_a_place_must_name_it(world: World) -> None:
    create = world.cloud.client("codebuild").create_project
    with pytest.raises(ClientError, match="location is required"):
        create(
            name="placeless",
            source={"type": "S3"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={"type": "LINUX_CONTAINER", "image": "x", "computeType": "x"},
            serviceRole=ROLE,
        )
