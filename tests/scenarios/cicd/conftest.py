"""Fixtures of the delivery system's scenarios."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stackproof.model import Block, Resource, Stack, types
from stackproof.outputs import Outputs
from stackproof.reasoning.iam import Statement, statements
from tests.scenarios.cicd.expected import CICD, Expected
from tests.scenarios.conftest import Named

Allowed = Callable[[Resource], list[Statement]]
COLOURS = ("blue", "green")


@pytest.fixture(scope="session")
def expected(outputs: Outputs) -> Expected:
    """Give the numbers that the deployed environment must have."""
    return CICD[outputs["environment"]]


@pytest.fixture(scope="session")
def pipeline(named: Named) -> Resource:
    """Give the pipeline."""
    return named("pipeline_arn", types.CODEPIPELINE)


@pytest.fixture(scope="session")
def actions(pipeline: Resource) -> dict[str, Block]:
    """Give the one action of each of the pipeline's stages, in their order."""
    found = {}
    for stage in pipeline.blocks("stages"):
        (found[stage["name"]],) = stage.blocks("actions")
    return found


@pytest.fixture(scope="session")
def build(named: Named) -> Resource:
    """Give the build project."""
    return named("build_project_arn", types.CODEBUILD_PROJECT)


@pytest.fixture(scope="session")
def deployment(named: Named) -> Resource:
    """Give CodeDeploy's deployment group."""
    return named("deployment_group_arn", types.CODEDEPLOY_GROUP)


@pytest.fixture(scope="session")
def service(named: Named) -> Resource:
    """Give the ECS service."""
    return named("service_arn", types.ECS_SERVICE)


@pytest.fixture(scope="session")
def colours(named: Named) -> dict[str, Resource]:
    """Give the two target groups by their colour."""
    return {c: named(f"{c}_target_group_arn", types.LB_TARGET_GROUP) for c in COLOURS}


@pytest.fixture(scope="session")
def listener(named: Named) -> Resource:
    """Give the listener that production traffic comes in by."""
    return named("http_listener_arn", types.LB_LISTENER)


@pytest.fixture(scope="session")
def topic(named: Named) -> Resource:
    """Give the topic that failures and alarms are told to."""
    return named("alerts_topic_arn", types.SNS_TOPIC)


@pytest.fixture(scope="session")
def artifacts(named: Named) -> Resource:
    """Give the bucket in which the steps hand on what they made."""
    return named("artifacts_bucket_name", types.S3_BUCKET)


@pytest.fixture(scope="session")
def allowed(live: Stack) -> Allowed:
    """Give all that the policies of a role say, which are inline ones only."""

    def of(role: Resource) -> list[Statement]:
        assert not role["managed_policy_arns"], role.name
        attached = live.all(types.IAM_ROLE_POLICY_ATTACHMENT)
        assert role["name"] not in {attachment["role"] for attachment in attached}
        policies = [p for p in live.all(types.IAM_ROLE_POLICY) if p["role"] == role["name"]]
        assert policies, f"{role.name} has no policy"
        return [said for policy in policies for said in statements(policy.document("policy"))]

    return of
