"""Fixtures of the delivery system's scenarios."""

from __future__ import annotations

import pytest

from stackproof.model import Block, Resource
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.cicd.expected import CICD, Expected
from tests.scenarios.conftest import Named

COLOURS = ("blue", "green")


@pytest.fixture(scope="session")
def expected(outputs: Outputs) -> Expected:
    """Give the numbers that the deployed environment must have."""
    return CICD[outputs["environment"]]


@pytest.fixture(scope="session")
def pipeline(named: Named) -> Resource:
    """Give the pipeline."""
    return named("pipeline_arn", tokens.CODEPIPELINE)


@pytest.fixture(scope="session")
def actions(pipeline: Resource) -> dict[str, Block]:
    """Give the pipeline's fetching, building and deploying action, in the order of the stages.

    Whatever stands between or beside them, such as an approval, may be there.
    """
    return {
        str(stage["name"]): action
        for stage in pipeline.blocks("stages")
        for action in stage.blocks("actions")
        if action["category"] in ("Source", "Build", "Deploy")
    }


@pytest.fixture(scope="session")
def build(named: Named) -> Resource:
    """Give the build project."""
    return named("build_project_arn", tokens.CODEBUILD_PROJECT)


@pytest.fixture(scope="session")
def deployment(named: Named) -> Resource:
    """Give CodeDeploy's deployment group."""
    return named("deployment_group_arn", tokens.CODEDEPLOY_GROUP)


@pytest.fixture(scope="session")
def service(named: Named) -> Resource:
    """Give the ECS service."""
    return named("service_arn", tokens.ECS_SERVICE)


@pytest.fixture(scope="session")
def alb(named: Named) -> Resource:
    """Give the load balancer."""
    return named("alb_arn", tokens.LB)


@pytest.fixture(scope="session")
def colours(named: Named) -> dict[str, Resource]:
    """Give the two target groups by their colour."""
    return {c: named(f"{c}_target_group_arn", tokens.LB_TARGET_GROUP) for c in COLOURS}


@pytest.fixture(scope="session")
def listener(named: Named) -> Resource:
    """Give the listener that production traffic comes in by."""
    return named("http_listener_arn", tokens.LB_LISTENER)


@pytest.fixture(scope="session")
def topic(named: Named) -> Resource:
    """Give the topic that failures and alarms are told to."""
    return named("alerts_topic_arn", tokens.SNS_TOPIC)


@pytest.fixture(scope="session")
def artifacts(named: Named) -> Resource:
    """Give the bucket in which the steps hand on what they made."""
    return named("artifacts_bucket_name", tokens.S3_BUCKET)
