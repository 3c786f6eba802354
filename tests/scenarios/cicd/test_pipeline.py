"""From a push to main to a deployment: each step finds what the one before it made."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import pytest
import yaml

from stackproof.model import Block, Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import may
from stackproof.reasoning.events import lets_through, push_event
from stackproof.types import tokens
from tests.scenarios.cicd.expected import BRANCH, KEEP_IMAGES
from tests.scenarios.conftest import Named, RoleStatements

pytestmark = [pytest.mark.delivery, pytest.mark.blueprint("cicd")]


def _only(found: Iterable[int]) -> int:
    (one,) = found
    return one


@pytest.mark.requirement("5.4")
def test_steps_hand_on_what_they_made(actions: dict[str, Block]) -> None:
    """Source, build and deploy follow each other, and each takes what the last one made.

    A step that takes something else deploys something else than what was tested.
    """
    order = [name for name in actions if name in ("Source", "Build", "Deploy")]
    assert order == ["Source", "Build", "Deploy"]
    source, build, deploy = (actions[name] for name in order)
    assert source["provider"] == "CodeCommit"
    assert build["provider"] == "CodeBuild"
    assert deploy["provider"] == "CodeDeployToECS"
    assert build.values("input_artifacts") == source.values("output_artifacts")
    assert deploy.values("input_artifacts") == build.values("output_artifacts")


@pytest.mark.requirement("5.4")
def test_steps_use_this_stack(
    actions: dict[str, Block], build: Resource, deployment: Resource, named: Named
) -> None:
    """The pipeline fetches from this repository, runs this build and deploys with this group.

    One name of another environment, and a push to it arrives in production.
    """
    repository = named("source_repository_arn", tokens.CODECOMMIT_REPOSITORY)
    assert actions["Source"]["configuration"]["RepositoryName"] == repository["repository_name"]
    assert actions["Source"]["configuration"]["BranchName"] == BRANCH
    assert actions["Build"]["configuration"]["ProjectName"] == build["name"]
    deploy = actions["Deploy"]["configuration"]
    assert deploy["ApplicationName"] == deployment["app_name"]
    assert deploy["DeploymentGroupName"] == deployment["deployment_group_name"]


@pytest.mark.requirement("5.4")
def test_a_push_to_main_starts_the_pipeline(
    pipeline: Resource, named: Named, live: Stack, role_statements: RoleStatements
) -> None:
    """A push to main matches a rule whose target is this pipeline, by a role that may start it.

    When nothing starts by itself, people deliver from their laptops.
    """
    rule = named("start_rule_arn", tokens.EVENT_RULE)
    repository = named("source_repository_arn", tokens.CODECOMMIT_REPOSITORY)
    pattern = rule.document("event_pattern")
    place = {"arn": str(repository.arn), "name": repository["repository_name"]}
    assert rule["state"] == "ENABLED"
    assert lets_through(pattern, push_event(BRANCH, **place))
    assert not lets_through(pattern, push_event("feature/other", **place))
    targets = [t for t in live.all(tokens.EVENT_TARGET) if t["rule"] == rule["name"]]
    starting = [target for target in targets if target["arn"] == pipeline.arn]
    assert starting
    (role,) = live.follow(starting[0], "role_arn", tokens.IAM_ROLE)
    assert may(role_statements(role), "codepipeline:StartPipelineExecution", str(pipeline.arn))


def test_nothing_is_built_twice_for_one_push(actions: dict[str, Block]) -> None:
    """The source step does not poll beside the rule that starts the pipeline.

    Both together deliver every commit twice.
    """
    assert actions["Source"]["configuration"]["PollForSourceChanges"] == "false"


@pytest.mark.requirement("5.4")
def test_the_build_tests_and_scans_before_it_makes_an_image(
    build: Resource, outputs: Outputs
) -> None:
    """The commands that CodeBuild really has run pytest and bandit before docker build and push.

    An image that was pushed first is one that somebody can deploy untested. They are, to the
    letter, the commands that were tested before they were deployed.
    """
    text = str(build.get("source.buildspec"))
    assert sha256(text.encode()).hexdigest() == outputs["build_buildspec_sha256"]
    spec = yaml.safe_load(text)
    lines = [
        line.strip()
        for phase in ("install", "pre_build", "build")
        for command in spec["phases"][phase]["commands"]
        for line in command.splitlines()
    ]
    # A line that only speaks of a step, or goes on without it, doesn't count.
    steps = ("python -m pytest ", "python -m bandit ", "docker build ", "docker push ")
    places = [_only(i for i, line in enumerate(lines) if line.startswith(step)) for step in steps]
    assert places == sorted(places)
    assert not any("||" in lines[place] for place in places)
    assert all(phase["on-failure"] == "ABORT" for phase in spec["phases"].values())
    assert {"appspec.yaml", "taskdef.json", "imageDetail.json"} <= set(spec["artifacts"]["files"])


def test_the_build_has_what_its_commands_ask_for(build: Resource, outputs: Outputs) -> None:
    """The project gives the build its repository, its task family, and Docker to build with.

    A variable that is missing is an empty word in a shell command.
    """
    environment = next(build.blocks("environment"))
    given = {v["name"]: v["value"] for v in environment.blocks("environment_variables")}
    assert given["IMAGE_REPOSITORY"] == outputs["image_repository_url"]
    assert given["TASK_FAMILY"] in outputs["task_definition_arn"]
    assert environment["privileged_mode"] is True


@pytest.mark.requirement("5.2")
def test_images_are_scanned_and_the_last_ten_are_kept(named: Named, live: Stack) -> None:
    """Images are scanned when they arrive, their tags never move, and the last 10 are kept.

    A tag that moves makes "the image that we tested" a matter of opinion.
    """
    repository = named("image_repository_arn", tokens.ECR_REPOSITORY)
    assert repository["image_scanning_configuration"] == {"scan_on_push": True}
    assert repository["image_tag_mutability"] == "IMMUTABLE"
    (policy,) = live.seen_referrers(repository, tokens.ECR_LIFECYCLE, "repository")
    kept = [
        int(rule["selection"]["countNumber"])
        for rule in policy.document("policy")["rules"]
        if rule["selection"]["tagStatus"] == "any"
        and rule["selection"]["countType"] == "imageCountMoreThan"
        and rule["action"] == {"type": "expire"}
    ]
    assert kept == [KEEP_IMAGES]


def test_the_pipeline_may_run_each_of_its_steps(
    pipeline: Resource, outputs: Outputs, live: Stack, role_statements: RoleStatements
) -> None:
    """The pipeline's role may fetch, build, deploy, and hand on artifacts.

    A pipeline that stops at its last step has cost the time of all the others.
    """
    (role,) = live.follow(pipeline, "role_arn", tokens.IAM_ROLE)
    granted = role_statements(role)
    for action, output in (
        ("codecommit:UploadArchive", "source_repository_arn"),
        ("codebuild:StartBuild", "build_project_arn"),
        ("codedeploy:CreateDeployment", "deployment_group_arn"),
        ("iam:PassRole", "execution_role_arn"),
        ("iam:PassRole", "task_role_arn"),
        ("kms:GenerateDataKey", "delivery_kms_key_arn"),
    ):
        assert may(granted, action, outputs[output]), f"{action} on {outputs[output]}"
    store = next(pipeline.blocks("artifact_stores"))
    assert store["location"] == outputs["artifacts_bucket_name"]
    assert may(granted, "s3:PutObject", f"arn:aws:s3:::{store['location']}/source/1")
    assert may(granted, "ecs:RegisterTaskDefinition", "*")
