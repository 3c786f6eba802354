"""A change is built, tested and deployed; a bad one goes back by itself."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
import yaml

from stackproof.model import Block, Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import may
from stackproof.reasoning.events import lets_through, push_event
from stackproof.types import tokens
from tests.scenarios.conftest import Named, RoleStatements
from tests.scenarios.nova.expected import STAGES

pytestmark = [pytest.mark.delivery, pytest.mark.blueprint("nova")]


@pytest.fixture(scope="session")
def actions(pipeline: Resource) -> dict[str, Block]:
    """Give the first action of each of the pipeline's stages, in their order.

    Stages between those of the requirement, such as an approval, may be there.
    """
    found = {}
    for stage in pipeline.blocks("stages"):
        if stage["name"] in STAGES:
            found[str(stage["name"])] = next(stage.blocks("actions"))
    return found


@pytest.fixture(scope="session")
def deployment(named: Named) -> Resource:
    """Give CodeDeploy's deployment group."""
    return named("deployment_group_arn", tokens.CODEDEPLOY_GROUP)


@pytest.mark.requirement("1.12")
def test_a_revision_is_built_tested_and_deployed_in_this_order(
    actions: dict[str, Block],
) -> None:
    """Source, Build, Test, Deploy; what is deployed is the artifact that was tested.

    What is built again between test and deployment was never tested.
    """
    assert tuple(actions) == STAGES
    built = actions["Build"].values("output_artifacts")
    assert actions["Build"].values("input_artifacts") == actions["Source"].values(
        "output_artifacts"
    )
    assert actions["Test"].values("input_artifacts") == built
    assert actions["Deploy"].values("input_artifacts") == built


@pytest.mark.requirement("1.12")
def test_steps_use_this_stack(
    actions: dict[str, Block], deployment: Resource, group: Resource, named: Named
) -> None:
    """The pipeline runs this stack's builds, and deploys to this stack's instances.

    One name of another environment, and a push to it arrives in production.
    """
    for step in ("build", "test"):
        project = named(f"web_{step}_project_arn", tokens.CODEBUILD_PROJECT)
        assert actions[step.title()].get("configuration.ProjectName") == project["name"]
    deploy = actions["Deploy"]["configuration"]
    assert deploy["ApplicationName"] == deployment["app_name"]
    assert deploy["DeploymentGroupName"] == deployment["deployment_group_name"]
    assert group["name"] in deployment.values("autoscaling_groups")


@pytest.mark.requirement("1.12")
def test_a_failed_deployment_goes_back_by_itself(pipeline: Resource) -> None:
    """When its Deploy stage fails the pipeline deploys the last good revision again.

    At night nobody is there to press the button; rolling back needs a V2 pipeline that runs one
    execution at a time.
    """
    (deploy,) = (stage for stage in pipeline.blocks("stages") if stage["name"] == "Deploy")
    assert deploy.get("on_failure.result") == "ROLLBACK"
    assert pipeline["pipeline_type"] == "V2"
    assert pipeline["execution_mode"] in ("QUEUED", "SUPERSEDED")


@pytest.mark.requirement("1.12")
def test_instances_go_back_to_the_last_working_revision(deployment: Resource, live: Stack) -> None:
    """CodeDeploy rolls back what fails, and what makes an alarm of the web tier go off.

    A revision that starts and then answers errors is the more common failure of the two.
    """
    back = next(deployment.blocks("auto_rollback_configuration"))
    assert back["enabled"] is True
    assert set(back.values("events")) >= {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"}
    watched = next(deployment.blocks("alarm_configuration"))
    assert watched["enabled"] is True
    there = {alarm["name"] for alarm in live.all(tokens.METRIC_ALARM)}
    assert watched.values("alarms")
    assert set(watched.values("alarms")) <= there


def test_visitors_do_not_notice_a_deployment(deployment: Resource, named: Named) -> None:
    """Instances change one after the other, each out of the load balancer meanwhile.

    A deployment to all at once is an outage with a schedule.
    """
    style = next(deployment.blocks("deployment_style"))
    assert style["deployment_option"] == "WITH_TRAFFIC_CONTROL"
    assert deployment["deployment_config_name"] == "CodeDeployDefault.OneAtATime"
    target = named("web_target_group_arn", tokens.LB_TARGET_GROUP)
    names = [info["name"] for info in _target_groups(deployment)]
    assert names == [target["name"]]


def _target_groups(deployment: Resource) -> list[Block]:
    (balancers,) = deployment.blocks("load_balancer_info")
    return list(balancers.blocks("target_group_infos"))


@pytest.mark.requirement("1.12")
@pytest.mark.parametrize("step", ["build", "test"])
def test_builds_stop_at_the_first_error(step: str, named: Named) -> None:
    """Each build runs a valid buildspec, whose every phase aborts the build when it fails.

    CodeBuild goes on after a failed phase unless it is told to stop.
    """
    project = named(f"web_{step}_project_arn", tokens.CODEBUILD_PROJECT)
    spec = yaml.safe_load(str(project.get("source.buildspec")))
    assert spec["version"] == 0.2
    assert spec["phases"]
    assert all(phase["on-failure"] == "ABORT" for phase in spec["phases"].values())


@pytest.mark.requirement("1.12")
@pytest.mark.parametrize(("step", "command"), [("build", "make revision"), ("test", "pytest")])
def test_builds_do_what_they_are_for(
    step: str, command: str, named: Named, outputs: Outputs
) -> None:
    """The build makes a revision, and the test runs the revision's tests.

    A step that does nothing is always green. Their commands are, to the letter, those that were
    tested before they were deployed.
    """
    project = named(f"web_{step}_project_arn", tokens.CODEBUILD_PROJECT)
    text = str(project.get("source.buildspec"))
    assert sha256(text.encode()).hexdigest() == outputs[f"web_{step}_buildspec_sha256"]
    spec = yaml.safe_load(text)
    commands = [str(c) for phase in spec["phases"].values() for c in phase["commands"]]
    assert any(re.match(rf"(python -m )?{command}( (?!.*\|\|)|$)", c) for c in commands)


@pytest.mark.requirement("1.12")
def test_a_push_to_main_starts_the_pipeline(
    pipeline: Resource, named: Named, live: Stack, role_statements: RoleStatements
) -> None:
    """A push to main matches a rule whose target is this pipeline, by a role that may start it.

    When nothing starts by itself, people deliver from their laptops.
    """
    rule = named("start_rule_arn", tokens.EVENT_RULE)
    repository = named("source_repository_arn", tokens.CODECOMMIT_REPOSITORY)
    place = {"arn": str(repository.arn), "name": repository["repository_name"]}
    assert rule["state"] == "ENABLED"
    assert lets_through(rule.document("event_pattern"), push_event("main", **place))
    targets = [t for t in live.all(tokens.EVENT_TARGET) if t["rule"] == rule["name"]]
    starting = [target for target in targets if target["arn"] == pipeline.arn]
    assert starting
    (role,) = live.follow(starting[0], "role_arn", tokens.IAM_ROLE)
    assert may(role_statements(role), "codepipeline:StartPipelineExecution", str(pipeline.arn))


def test_the_pipeline_may_do_its_work_and_no_more(
    pipeline: Resource,
    deployment: Resource,
    named: Named,
    live: Stack,
    role_statements: RoleStatements,
) -> None:
    """Its role starts these builds and this deployment, and no others.

    Who may change a pipeline may do all that its role may do.
    """
    (role,) = live.follow(pipeline, "role_arn", tokens.IAM_ROLE)
    allowed = role_statements(role)
    for step in ("build", "test"):
        project = named(f"web_{step}_project_arn", tokens.CODEBUILD_PROJECT)
        assert may(allowed, "codebuild:StartBuild", str(project.arn))
    assert may(allowed, "codedeploy:CreateDeployment", str(deployment.arn))
    elsewhere = str(deployment.arn).rpartition(":")[0]
    assert not may(allowed, "codedeploy:CreateDeployment", f"{elsewhere}:another/another")
    assert not may(allowed, "iam:PassRole", str(role.arn))
